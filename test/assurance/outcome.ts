/**
 * Reads what scripts/test-recorder.mjs wrote of a run, and judges it: a guard counts as noticed only when the named test
 * itself ran and one of its assertions failed. A file that does not load, a thrown TypeError and a time-out prove nothing.
 */
import type { NamedTest } from './row.ts';

/** One line of the record. */
export interface Recorded {
  readonly state: 'passed' | 'failed' | 'skipped' | 'end';
  /** `file > group > test`, or the file alone where it did not load. */
  readonly name?: string;
  readonly reason?: string;
  /** True if an assertion is among its errors or their causes. */
  readonly asserted?: boolean;
}

export type Verdict = { readonly is: 'passed' } | { readonly is: 'noticed' } | { readonly is: 'skipped' | 'otherwise'; readonly why: string };

export const recordOf = (text: string): Recorded[] => text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Recorded);

const nameIn = ({ file, name }: NamedTest): string => `${file} > ${name.split(' › ').join(' > ')}`;

export function judge(record: readonly Recorded[], test: NamedTest): Verdict {
  const lines = record.filter(({ name }) => name === nameIn(test));
  const [line] = lines;
  if (!line) {
    const whole = record.find(({ name, state }) => state === 'failed' && (name === test.file || name?.startsWith(`${test.file} > `) === true));
    return { is: 'otherwise', why: whole ? `it did not run: ${whole.reason ?? ''}` : 'it did not run' };
  }
  if (lines.length > 1) return { is: 'otherwise', why: 'there are several of that name' };
  switch (line.state) {
    case 'passed':
      return { is: 'passed' };
    case 'skipped':
      return { is: 'skipped', why: line.reason || 'skipped on this computer' };
    default:
      return line.asserted === true ? { is: 'noticed' } : { is: 'otherwise', why: `it failed, but by no assertion: ${line.reason ?? ''}` };
  }
}
