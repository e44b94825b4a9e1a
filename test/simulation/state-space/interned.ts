/** Small numbers for long texts: equal texts of one kind get the same number. */
import { createHash } from 'node:crypto';

const numbers = new Map<string, Map<string, number>>();

export function intern(kind: string, text: string): number {
  let known = numbers.get(kind);
  if (!known) numbers.set(kind, (known = new Map()));
  const key = text.length > 64 ? createHash('sha256').update(text).digest('base64') : text;
  const number = known.get(key) ?? known.size;
  known.set(key, number);
  return number;
}
