/**
 * `npm run fuzz -- --collect [--target NAME]…`: lives a few lives of wallets and keeps what came by as valid samples, for the
 * targets that are named, or for those that have none. A sample is kept only if its target takes it; a target that is left
 * without one is named. Cases are never touched.
 */
import '../engine/outside-of-the-app.ts';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpusOf, writeValid } from '../engine/corpus.ts';
import { letGo } from '../engine/scratch.ts';
import type { Target } from '../engine/target.ts';

const [{ TARGETS }, { samplesByTarget }] = await Promise.all([import('../targets/registry.ts'), import('./samples.ts')]);

/** Enough to begin with; what else there is, mutation finds. */
const MAX_SAMPLES = 12;

/** @returns the number of targets that have no sample */
export async function collect(names: readonly string[]): Promise<number> {
  const wanted = TARGETS.filter((target) => (names.length === 0 ? corpusOf(target).valid.length === 0 : names.includes(target.name)));
  const samples = await samplesByTarget();
  const without: string[] = [];
  let kept = 0;
  for (const target of wanted) {
    const { taken, refused } = await taste(target, samples.get(target.name) ?? []);
    if (taken.length === 0) without.push(`${target.name} (${refused.join(', ') || 'nothing was recorded'})`);
    else if (refused.length > 0) process.stderr.write(`${target.name}: left out what was refused with ${[...new Set(refused)].join(', ')}\n`);
    writeValid(target, taken);
    kept += taken.length;
  }
  await letGo();
  rmSync(join(tmpdir(), `tally-fuzz-${process.pid}`), { recursive: true, force: true });
  process.stdout.write(`${kept} samples for ${wanted.length} targets; ${without.length} targets have none\n${without.map((name) => `  ${name}\n`).join('')}`);
  return without.length;
}

/** Which samples the target takes, and what it says of the others. */
async function taste(target: Target, samples: readonly unknown[]): Promise<{ taken: unknown[]; refused: string[] }> {
  const [taken, refused]: [unknown[], string[]] = [[], []];
  for (const sample of samples.slice(0, MAX_SAMPLES)) {
    const verdict = await Promise.resolve().then(() => target.run(sample)).catch((error: unknown) => ({ accepted: false as const, code: String(error) }));
    if (verdict.accepted) taken.push(sample);
    else refused.push(verdict.code);
  }
  return { taken, refused };
}
