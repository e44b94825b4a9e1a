/**
 * Everything that can happen between two and three small vaults, within bounds (assurance rows 1–3, 7, 10, 11, 13, 14, 19–23,
 * 26–29, 32): all of it is visited and nothing is found, and a vault without one of the rules of design §6, or with the order
 * of §5 turned round, is found out. More of it by hand: `npm run explore`.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXPLORATIONS } from './state-space/bounds.ts';
import type { Explored } from './state-space/explore.ts';
import { bookMutations } from './state-space/book-mutations.ts';
import { orderMutations } from './state-space/order-mutations.ts';
import { mutations } from './world/mutations.ts';

interface Summary { readonly printed: string; readonly counts: Record<string, number>; readonly explored: readonly Explored[] }

const program = fileURLToPath(new URL('./state-space.ts', import.meta.url));
const hooks = new URL('./world/hooks.ts', import.meta.url).href;

/** Runs the command. @returns its summary; the exit code must agree with it */
async function explore(args: readonly string[], mutation = ''): Promise<Summary> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=64', '--import', hooks, program, '--json', ...args], { env: { ...process.env, SIMULATION_MUTATION: mutation }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += String(chunk)));
  child.stderr.on('data', (chunk) => (said.err += String(chunk)));
  const code = await new Promise<number | null>((resolve) => void child.once('close', resolve));
  if (!said.out.startsWith('{')) throw new Error(`the exploration ended with ${code}: ${said.err}`);
  const summary = JSON.parse(said.out) as Summary;
  expect(code).toBe(summary.counts.violations === 0 ? 0 : 1);
  return summary;
}

/** Fewer than there were means that something is not visited any more. */
const LEAST_STATES = 70_000;
/** Half a minute of one processor, on one that has much else to do. */
const WHOLE_LIMIT_MS = 600_000;
/** Nothing worth its name is smaller. */
const LEAST_IN_ONE = 150;

/** Each rule, by the name of what is taken out, and where that must be noticed. */
const BROKEN: readonly (readonly [mutation: string, exploration: string])[] = [
  ['seq-forgotten', 'a payment, and the power gone twice'],
  ['seq-forgotten-once-closed', 'two payments, said again, and the link cut'],
  ['refund-by-person', 'a payment, a month and a change of mind'],
  ['refund-by-timer', 'a payment, a month and a change of mind'],
  ['cancelled-after-commit', 'a payment, a month and a change of mind'],
  ['nack-without-tombstone', 'a commit that meets another rule, twice'],
  ['accepted-offer-lapses', 'an offer answered, cancelled and refused, and the link cut'],
  ['accepted-offer-declined', 'an offer answered, cancelled and refused, and the link cut'],
  ['commit-sealed-anew', 'an offer answered, cancelled and refused, and the link cut'],
  ['commits-not-said-again', 'a payment, and the power gone twice'],
  ['output-before-store', 'a payment, and the power gone twice'],
  ['output-before-register', 'a payment, and the power gone twice'],
  ['register-before-store', 'a payment, and the power gone twice'],
  ['failed-fsync-ignored', 'a payment, disks and registers that fail, and the power gone'],
  ['failed-advance-ignored', 'a payment, disks and registers that fail, and the power gone'],
  ['older-folder-opened', 'a payment, the power gone, and older stores'],
  ['register-advanced-blindly', 'two processes on one folder'],
  ['witness-ignored', 'a payment, and a whole machine gone back'],
  ['lent-copy-passed-on', 'a book lent, and given on all the same'],
  ['borrowed-copy-passed-on', 'a book lent, and given on all the same'],
  ['refused-copy-gone', 'a book sold to somebody who spends the price'],
  ['loan-arrives-for-good', 'a book lent and brought back, and the link cut'],
  ['overdue-copy-stays', 'a book lent, a month later, and the link cut'],
  ['commit-redirected', 'given up, with another contact there'],
];
describe('small vaults', () => {
  it('conserve and settle in every state that can be reached within the bounds', async () => {
    const summaries = await Promise.all(['2', '3'].map(async (vaults) => await explore(['--small', '--vaults', vaults])));
    const count = (what: string): number => summaries.reduce((sum, { counts }) => sum + (counts[what] ?? 0), 0);
    const explored = summaries.flatMap((summary) => summary.explored);
    for (const { name, states, transitions, depth, rests, whole, found } of explored) {
      expect(found, `${name}: ${found?.kind}: ${found?.message}\n  ${found?.path.join('\n  ')}`).toBeNull();
      expect(whole, `all of “${name}”`).toBe(true);
      expect(states, name).toBeGreaterThan(LEAST_IN_ONE);
      expect(rests, `“${name}” comes to rest`).toBeGreaterThan(0);
      console.log(`${name}: ${states} states, ${transitions} transitions, depth ${depth}`);
    }
    for (const { printed } of summaries) console.log(printed);
    expect(explored.map(({ name }) => name).sort()).toEqual(EXPLORATIONS.filter(({ large }) => !large).map(({ name }) => name).sort());
    expect(count('states')).toBeGreaterThan(LEAST_STATES);
    expect(count('done twice and compared'), 'steps that are remembered are pure').toBeGreaterThan(0);
    expect(count('copies stopped'), 'copies that met one who remembers').toBeGreaterThan(0);
    expect(summaries[0]?.counts['doubled by copies of which nobody remembers more'], 'of two alone').toBe(0);
  }, WHOLE_LIMIT_MS);

  it.each(BROKEN)('are found out without a rule: %s', async (mutation, exploration) => {
    const known = { ...mutations, ...orderMutations, ...bookMutations };
    expect(Object.keys(known)).toContain(mutation);
    const broken = known[mutation];
    const { explored } = await explore(['--only', exploration], mutation);
    const found = explored.find((one) => one.found)?.found;
    expect(found, `${broken?.rule}: not noticed in “${exploration}”`).toBeTruthy();
    expect(found?.kind, found?.message).not.toBe('crash');
    console.log(`${broken?.rule}: ${found?.kind}: ${found?.message}\n  ${found?.path.join('\n  ')}`);
  });

  it('are tried without every rule that is known to break', () => {
    expect(BROKEN.map(([mutation]) => mutation).sort()).toEqual(Object.keys({ ...mutations, ...orderMutations, ...bookMutations }).sort());
  });
});
