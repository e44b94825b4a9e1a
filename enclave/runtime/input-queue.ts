/**
 * The inputs that wait for the vault, in order. Bounded in number and in bytes, because whoever sends them is not trusted
 * to stop (design §3): what has no room is not taken, and its sender hears of it (driver.ts).
 */
import { MAX_QUEUED_BYTES, MAX_QUEUED_INPUTS } from '../../protocol/limits.ts';
import type { Input } from '../vault/step.ts';

interface Waiting { readonly input: Input; readonly bytes: number }

export class InputQueue {
  #waiting: Waiting[] = [];
  #bytes = 0;

  get length(): number {
    return this.#waiting.length;
  }

  /** @returns false if there is no room; then nothing was taken */
  push(input: Input): boolean {
    const bytes = weightOf(input);
    if (this.#waiting.length >= MAX_QUEUED_INPUTS || this.#bytes + bytes > MAX_QUEUED_BYTES) return false;
    this.#waiting.push({ input, bytes });
    this.#bytes += bytes;
    return true;
  }

  /** Adds at the end what must not be lost, whatever waits. */
  insist(input: Input): void {
    this.#waiting.push({ input, bytes: 0 });
  }

  /** Puts what was taken, or follows from it, before everything else. */
  putBack(inputs: readonly Input[]): void {
    this.#waiting.unshift(...inputs.map((input) => ({ input, bytes: weightOf(input) })));
    for (const { bytes } of this.#waiting.slice(0, inputs.length)) this.#bytes += bytes;
  }

  /** Takes the first ones, at most `limit`. */
  take(limit: number): Input[] {
    const taken = this.#waiting.splice(0, limit);
    for (const { bytes } of taken) this.#bytes -= bytes;
    return taken.map(({ input }) => input);
  }

  /** The newest of those that match, if any. */
  newest(matches: (input: Input) => boolean): Input | undefined {
    return this.#waiting.findLast(({ input }) => matches(input))?.input;
  }

  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
  }
}

/** A frame is most of what comes, and weighs what it weighs; only what a caller made up has to be looked through. */
const weightOf = (input: Input): number => (input.type === 'received' ? input.frame.length + FRAME_EXTRA_BYTES : bytesIn(input, MAX_QUEUED_BYTES));

/** What comes with a frame: its type, time and connection. */
const FRAME_EXTRA_BYTES = 128;

/** What an object, a number or a place in a list costs, roughly. */
const SLOT_BYTES = 16;

/** About how much memory a message holds, as it came through a structured clone. Stops counting at `enough`. */
export function bytesIn(message: unknown, enough: number): number {
  let bytes = 0;
  const left: unknown[] = [];
  // What is referred to many times, or by itself, is there once.
  const seen = new Set<object>();
  const add = (value: unknown): boolean => {
    bytes += SLOT_BYTES;
    if (typeof value === 'string') bytes += 2 * value.length;
    else if (typeof value === 'bigint') bytes += value.toString(16).length;
    else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) bytes += value.byteLength;
    else if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value);
      left.push(value);
    }
    return bytes <= enough;
  };
  add(message);
  while (left.length > 0) {
    for (const part of partsOf(left.pop() as object)) if (!add(part)) return bytes;
  }
  return bytes;
}

function* partsOf(value: object): Iterable<unknown> {
  if (value instanceof Map) for (const [key, part] of value) yield* [key, part];
  else if (value instanceof Set || Array.isArray(value)) yield* value;
  else for (const name in value) yield* [name, (value as Record<string, unknown>)[name]];
}
