/** A process that tries mutants, one at a time, as its parent asks. What the vault's tests print is nobody's business here. */
import { readFileSync } from 'node:fs';
import { hookModules } from './module-hooks.ts';
import { type Observation, type Order, type Outcome, Trials } from './trial.ts';

export type Question = { readonly ask: 'observe'; readonly files: readonly string[] } | { readonly ask: 'times'; readonly times: Readonly<Record<string, number>> } | { readonly ask: 'try'; readonly order: Order };
export type Answer = { readonly observation: Observation } | { readonly outcome: Outcome; readonly megabytes: number } | { readonly trouble: string } | { readonly ready: true };

const [sources] = process.argv.slice(2);
if (!sources || !process.send) throw new Error('Started by trials.ts only.');
hookModules(JSON.parse(readFileSync(sources, 'utf8')) as Record<string, string>);
console.log = console.info = console.warn = () => {};
const trials = new Trials();

async function answer(question: Question): Promise<Answer> {
  switch (question.ask) {
    case 'observe':
      return { observation: await trials.observe(question.files) };
    case 'times':
      trials.useTimes(question.times);
      return { ready: true };
    case 'try':
      return { outcome: await trials.try(question.order), megabytes: process.memoryUsage.rss() / 2 ** 20 };
  }
}

process.on('disconnect', () => process.exit());
process.on('message', (question: Question) => {
  answer(question).then((given) => process.send?.(given), (error: unknown) => process.send?.({ trouble: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
});
