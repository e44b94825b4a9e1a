/**
 * Everything that can happen between two small vaults, within bounds (assurance rows 1–3, 11, 19–21, 26–28): all of it is
 * visited, nothing is found, and a vault without one of its rules is found out.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mutations } from './world/mutations.ts';

interface Explored { readonly states: number; readonly transitions: number; readonly depth: number; readonly whole: boolean; readonly violation: { readonly kind: string; readonly message: string; readonly path: string } | null }
interface Summary { readonly ok: boolean; readonly states: number; readonly transitions: number; readonly whole: boolean; readonly explored: Record<string, Explored> }

const program = fileURLToPath(new URL('./state-space.ts', import.meta.url));
const hooks = new URL('./world/hooks.ts', import.meta.url).href;

async function explore(mutation = ''): Promise<Summary> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', hooks, program, '--json', '--states', '50000'], { env: { ...process.env, SIMULATION_MUTATION: mutation }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += String(chunk)));
  child.stderr.on('data', (chunk) => (said.err += String(chunk)));
  const code = await new Promise<number | null>((resolve) => void child.once('close', resolve));
  if (!said.out.startsWith('{')) throw new Error(`the exploration ended with ${code}: ${said.err}`);
  return JSON.parse(said.out) as Summary;
}

/** Those that two vaults and `step` alone can show; a commit sent to another instance needs three, the order of §5 a disk. */
const SHOWN = ['seq-forgotten', 'seq-forgotten-once-closed', 'refund-by-person', 'nack-without-tombstone', 'accepted-offer-lapses', 'commit-sealed-anew'];

describe('two small vaults', () => {
  it('conserve and settle in every state that can be reached within the bounds', async () => {
    const { explored, states, transitions, whole } = await explore();
    for (const [name, { violation, ...counts }] of Object.entries(explored)) {
      expect(violation, `${name}: ${violation?.message}${violation?.path}`).toBeNull();
      console.log(`${name}: ${counts.states} states, ${counts.transitions} transitions, depth ${counts.depth}`);
    }
    expect(whole, 'all of it').toBe(true);
    console.log(`${states} states, ${transitions} transitions in all`);
  });

  it.each(SHOWN)('are found out without a rule: %s', async (name) => {
    expect(mutations[name], name).toBeDefined();
    const { explored } = await explore(name);
    const found = Object.values(explored).find(({ violation }) => violation)?.violation;
    expect(found, `${mutations[name]?.rule}: not noticed`).toBeTruthy();
    expect(found?.kind, found?.message).not.toBe('crash');
    console.log(`${mutations[name]?.rule}: ${found?.kind}: ${found?.message}${found?.path}`);
  });
});
