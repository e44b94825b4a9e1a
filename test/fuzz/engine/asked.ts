/** The thread that knows the targets, for questions about them: which there are, and what becomes of one input. */
import { parentPort, workerData } from 'node:worker_threads';
import './outside-of-the-app.ts';
import { corpusOf } from './corpus.ts';
import { watched } from './fuzz-target.ts';
import { inputAt } from './mutate.ts';
import type { Source, Tried } from './run-targets.ts';
import { letGo } from './scratch.ts';
import type { Registry } from './target.ts';
import { fromHex, toHex } from './written-input.ts';

type Question = { readonly from: Source } & ({ readonly ask: 'list' } | { readonly ask: 'try'; readonly name: string; readonly seed: string; readonly input: string | null; readonly index: number | null });

const question = workerData as Question;
const { TARGETS, targetsNamed } = (await import(question.from.registry)) as Registry;

async function tried({ name, seed, input, index, from }: Extract<Question, { ask: 'try' }>): Promise<Tried> {
  const [target] = targetsNamed([name]);
  if (!target) throw new Error(`there is no target ${name}`);
  const { valid, cases } = corpusOf(target, from.corpus);
  const given = input === null ? inputAt(target, [...valid, ...cases.map((one) => one.input)], seed, index ?? 0) : fromHex(target.kind, input);
  try {
    const verdict = await watched(() => target.run(given));
    return { ok: true, outcome: verdict.accepted ? 'accepted' : `refused ${verdict.code}`, input: toHex(target.kind, given) };
  } catch (error) {
    return { ok: false, outcome: `FINDING: ${error instanceof Error ? error.stack ?? error.message : String(error)}`, input: toHex(target.kind, given) };
  }
}

parentPort?.postMessage(question.ask === 'list' ? TARGETS.map(({ name, kind, form, covers, cost }) => ({ name, kind, form, covers, cost })) : await tried(question));
await letGo();
parentPort?.close();
