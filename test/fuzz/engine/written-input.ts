/**
 * Inputs as text, for corpus files and for replaying: bytes as hexadecimal, text as it is, values as JSON in which what
 * JSON does not have is written as an object with one key that begins with `$`.
 */
import type { Kind } from './target.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Makes an object that may have a key `__proto__` of its own. */
export function objectOf(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [key, value] of entries) Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  return object;
}

function tagged(value: unknown): Json {
  if (value === undefined) return { $undefined: true };
  if (typeof value === 'bigint') return { $bigint: String(value) };
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) };
  // JSON keeps half a surrogate pair only as an escape, which not every tool reads back.
  if (typeof value === 'string') return value.isWellFormed() ? value : { $utf16: Buffer.from(value, 'utf16le').toString('hex') };
  if (value === null || typeof value === 'boolean') return value;
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('hex') };
  if (value instanceof Map) return { $map: [...value].map(([key, part]) => [tagged(key), tagged(part)]) };
  if (value instanceof Set) return { $set: [...value].map(tagged) };
  if (value instanceof Date) return { $date: value.getTime() };
  if (Array.isArray(value)) return value.map(tagged);
  return objectOf(Object.entries(value as object).map(([key, part]) => [key, tagged(part)])) as { [key: string]: Json };
}

function untagged(json: Json): unknown {
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map(untagged);
  const [[key, value] = ['', null], ...more] = Object.entries(json);
  if (more.length > 0 || !key.startsWith('$')) return objectOf(Object.entries(json).map(([name, part]) => [name, untagged(part)]));
  switch (key) {
    case '$undefined': return undefined;
    case '$bigint': return BigInt(value as string);
    case '$number': return Number(value);
    case '$utf16': return Buffer.from(value as string, 'hex').toString('utf16le');
    case '$bytes': return new Uint8Array(Buffer.from(value as string, 'hex'));
    case '$map': return new Map((value as [Json, Json][]).map(([name, part]) => [untagged(name), untagged(part)]));
    case '$set': return new Set((value as Json[]).map(untagged));
    case '$date': return new Date(value as number);
    default: return objectOf([[key, untagged(value)]]);
  }
}

/** @returns something that JSON.stringify writes and `readInput` reads back */
export function writeInput(kind: Kind, input: unknown): Json {
  return kind === 'bytes' ? Buffer.from(input as Uint8Array).toString('hex') : tagged(input);
}

export function readInput(kind: Kind, written: Json): unknown {
  return kind === 'bytes' ? new Uint8Array(Buffer.from(written as string, 'hex')) : untagged(written);
}

/** The same as one word for a command line. */
export const toHex = (kind: Kind, input: unknown): string => (kind === 'bytes' ? (writeInput(kind, input) as string) : Buffer.from(JSON.stringify(writeInput(kind, input))).toString('hex'));
export const fromHex = (kind: Kind, hex: string): unknown => (kind === 'bytes' ? readInput(kind, hex) : readInput(kind, JSON.parse(Buffer.from(hex, 'hex').toString()) as Json));
