/**
 * Where a proof tool leaves the numbers of its last run, so that docs/ASSURANCE.md can repeat them as they were printed.
 * Only numbers that a run has printed come here; nothing is written unless the run was asked to record.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { writeAssuranceDocument } from '../assurance/document.ts';

export interface RecordedCounts {
  readonly name: 'simulation' | 'state-space' | 'crash-points' | 'every-message' | 'kill-rounds' | 'fuzz' | 'mutation' | 'guards';
  /** The command that makes the numbers again. */
  readonly command: string;
  /** The summary line, exactly as printed. */
  readonly printed: string;
  readonly counts: Readonly<Record<string, number>>;
}

const folder = new URL('../../docs/assurance/', import.meta.url);

export function recordCounts(recorded: RecordedCounts): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${recorded.name}.json`, folder), `${JSON.stringify(recorded, null, 2)}\n`);
  // The page repeats the numbers, and a test compares it with them.
  writeAssuranceDocument();
}

/** For vitest files, which take no arguments: records when RECORD_COUNTS is set. */
export function recordCountsIfAsked(recorded: RecordedCounts): void {
  if (process.env.RECORD_COUNTS === '1') recordCounts(recorded);
}
