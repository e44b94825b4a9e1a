/** Makes an input smaller as long as it shows the same, so that a person sees what it is about. */
import type { Kind } from './target.ts';
import { objectOf } from './written-input.ts';

/** Pieces up to this size are tried at every place. */
const SMALL = 10;

/** Pieces of a sequence left out, from halves down to single items. */
function* shorter<T>(length: number, without: (from: number, to: number) => T): Generator<T> {
  for (let size = Math.ceil(length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < length; from += size <= SMALL ? 1 : size) yield without(from, Math.min(length, from + size));
  }
}

/** What a text says, if it is JSON, in fewer words. */
function* simplerJson(text: string): Generator<string> {
  if (!/^\s*[[{]/.test(text)) return;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  for (const simpler of simplerValues(value)) yield JSON.stringify(simpler);
}

function* simplerValues(value: unknown): Generator<unknown> {
  if (typeof value === 'string') {
    if (value !== '') yield '';
    yield* simplerJson(value);
    yield* shorter(value.length, (from, to) => value.slice(0, from) + value.slice(to));
  } else if (value instanceof Uint8Array) {
    yield* simplerBytes(value);
  } else if (typeof value === 'number') {
    if (value !== 0) yield 0;
    if (value !== 1 && value !== 0) yield 1;
  } else if (Array.isArray(value)) {
    yield* shorter(value.length, (from, to) => [...value.slice(0, from), ...value.slice(to)]);
    for (let at = 0; at < Math.min(value.length, 50); at++) for (const part of simplerValues(value[at])) yield value.map((one, index) => (index === at ? part : one));
    yield* value.slice(0, 50);
  } else if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value);
    yield* shorter(entries.length, (from, to) => objectOf([...entries.slice(0, from), ...entries.slice(to)]));
    yield* entries.map(([, inner]) => inner);
    for (const [at, [, inner]] of entries.entries()) for (const part of simplerValues(inner)) yield objectOf(entries.map(([name, one], index) => [name, index === at ? part : one]));
  }
}

function* simplerBytes(bytes: Uint8Array): Generator<Uint8Array> {
  yield* shorter(bytes.length, (from, to) => new Uint8Array(Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])));
  for (let at = 0; at < Math.min(bytes.length, 400); at++) if (bytes[at] !== 0) yield bytes.map((byte, index) => (index === at ? 0 : byte));
}

/** Tries of one shrinking: seconds, even for slow targets. */
const MAX_TRIES = 3000;

/** @param shows true if this smaller input still shows what the first one did */
export async function shrink(kind: Kind, input: unknown, shows: (smaller: unknown) => Promise<boolean>, maxTries = MAX_TRIES): Promise<unknown> {
  let [best, tries] = [input, 0];
  for (let better = true; better && tries < maxTries; ) {
    better = false;
    for (const smaller of kind === 'bytes' ? simplerBytes(best as Uint8Array) : simplerValues(best)) {
      if (++tries > maxTries) break;
      if (!(await shows(smaller))) continue;
      best = smaller;
      better = true;
      break;
    }
  }
  return best;
}
