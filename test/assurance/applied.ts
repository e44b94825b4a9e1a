/** Takes a guard out of a text. */
import { type Guard, editsOf } from './row.ts';

/** How often `part` is in `text`. */
export const times = (text: string, part: string): number => text.split(part).length - 1;

/** @throws Error if a text to be replaced is not there exactly once: the row no longer fits the source */
export function withoutGuard(source: string, guard: Guard): string {
  return editsOf(guard).reduce((text, { from, to }) => {
    if (times(text, from) !== 1) throw new Error(`${guard.file} › ${guard.function}: ${JSON.stringify(from)} is there ${times(text, from)} times, not once.`);
    return text.replace(from, () => to);
  }, source);
}
