/** What a run has to say: one line of numbers, and for every finding all that is needed to see it again. */
import type { TargetReport } from './fuzz-target.ts';

export function countsOf(reports: readonly TargetReport[]): Record<'targets' | 'inputs' | 'accepted' | 'refused' | 'findings', number> {
  const sum = (of: (report: TargetReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  return { targets: reports.length, inputs: sum(({ inputs }) => inputs), accepted: sum(({ accepted }) => accepted), refused: sum(({ refused }) => refused), findings: sum(({ found }) => (found ? 1 : 0)) };
}

export function summaryOf(reports: readonly TargetReport[]): string {
  const { targets, inputs, accepted, refused, findings } = countsOf(reports);
  return `${targets} targets, ${inputs} inputs, ${accepted} accepted, ${refused} refused, ${findings} findings`;
}

/** More than this nobody reads. */
const MAX_SHOWN = 4000;
/** More than this nobody copies into a command line. */
const MAX_ARGUMENT = 200;
const cut = (hex: string): string => (hex.length > MAX_SHOWN ? `${hex.slice(0, MAX_SHOWN)}… (${hex.length / 2} bytes)` : hex);

export function findingLines({ target, found }: TargetReport, seed: string): string[] {
  if (!found) return [];
  const { message, index, input, shrunk } = found;
  const again = `npm run fuzz -- --target ${target}`;
  return [
    `FINDING in ${target}: ${message}`,
    `  made small: ${cut(shrunk)}`, `  as found:   ${cut(input)}${index === null ? ' (in the corpus)' : ` (number ${index} of seed ${seed})`}`,
    `  again:      ${index === null ? `${again} --runs 0` : `${again} --seed ${seed} --index ${index}`}`,
    ...(shrunk.length <= MAX_ARGUMENT ? [`  the small:  ${again} --input ${shrunk}`] : []),
  ];
}
