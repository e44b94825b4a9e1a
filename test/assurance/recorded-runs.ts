/** What the proof tools printed when they were last told to record it (test/support/recorded-counts.ts writes it). */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const RecordedSchema = z.strictObject({ name: z.string(), command: z.string(), printed: z.string(), counts: z.record(z.string(), z.number()) });
export type RecordedRun = z.output<typeof RecordedSchema>;

/** Each tool: its name in docs/assurance, and what it does. */
export const TOOLS = {
  'simulation': 'seeded histories of two to five vaults in a world full of faults',
  'state-space': 'everything that two and three small vaults can do within bounds',
  'crash-points': 'power cut and disk failing at every moment of every story',
  'every-message': 'every frame of every story lost, repeated, overtaken',
  'kill-rounds': 'two real wallets killed at random moments',
  'fuzz': 'random and damaged input at every boundary',
  'mutation': 'small changes of the vault’s code that a test must notice',
  'guards': 'the guards below taken out one at a time',
} as const;
export type ToolName = keyof typeof TOOLS;

export function recordedRun(name: ToolName): RecordedRun | null {
  const path = new URL(`../../docs/assurance/${name}.json`, import.meta.url);
  return existsSync(path) ? RecordedSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
}
