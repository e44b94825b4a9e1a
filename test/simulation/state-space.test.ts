/**
 * Everything that can happen between two and three small vaults, within bounds (assurance rows 1–3, 7, 10, 11, 13, 14,
 * 19–23, 26–28): all of it is visited, nothing is found, and a vault without one of its rules, or with the order of
 * design §5 turned round, is found out.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { orderMutations } from './state-space/order-mutations.ts';
import { mutations } from './world/mutations.ts';

interface Explored { readonly name: string; readonly states: number; readonly whole: boolean; readonly found: { readonly kind: string; readonly message: string; readonly path: readonly string[] } | null }
interface Summary { readonly printed: string; readonly counts: Readonly<Record<string, number>>; readonly explored: readonly Explored[] }

const program = fileURLToPath(new URL('./state-space.ts', import.meta.url));
const hooks = new URL('./world/hooks.ts', import.meta.url).href;

async function explore(mutation = ''): Promise<Summary> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', hooks, program, '--small', '--json'], { env: { ...process.env, SIMULATION_MUTATION: mutation }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += String(chunk)));
  child.stderr.on('data', (chunk) => (said.err += String(chunk)));
  const code = await new Promise<number | null>((resolve) => void child.once('close', resolve));
  if (!said.out.startsWith('{')) throw new Error(`the exploration ended with ${code}: ${said.err}`);
  return JSON.parse(said.out) as Summary;
}

describe('small vaults', () => {
  it('conserve and settle in every state that can be reached within the bounds', async () => {
    const { explored, printed, counts } = await explore();
    console.log(printed);
    for (const { name, found, whole } of explored) {
      expect(found, `${name}: ${found?.message}\n${found?.path.join('\n')}`).toBeNull();
      expect(whole, `${name}: all of it`).toBe(true);
    }
    // So that it cannot become empty unnoticed.
    expect(explored.length).toBeGreaterThanOrEqual(17);
    expect(counts['states']).toBeGreaterThan(10_000);
    expect(counts['copies stopped']).toBeGreaterThan(0);
  });

  it.each(Object.keys({ ...mutations, ...orderMutations }))('are found out without a rule: %s', async (name) => {
    const { explored } = await explore(name);
    const found = explored.find((one) => one.found)?.found;
    expect(found, 'not noticed').toBeTruthy();
    expect(found?.kind, found?.message).not.toBe('crash');
    console.log(`${name}: ${found?.kind}: ${found?.message}\n${found?.path.map((step) => `  ${step}`).join('\n')}`);
  });
});
