/**
 * Changes to values: fields left out, added, renamed to what objects have already, replaced by values of another type, by
 * numbers at the edge or by parts of another sample, nested too deeply, and made too long. Never touches what it is given.
 */
import type { Chance } from './chance-of.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateText } from './mutate-text.ts';
import { ODD_BIGINTS, ODD_KEYS, ODD_NUMBERS, ODD_TEXTS } from './odd-values.ts';
import { objectOf } from './written-input.ts';

/** JSON has neither bytes nor big integers nor what follows; a structured clone has. */
export interface ValueWorld { readonly jsonOnly: boolean }

type Path = readonly (string | number)[];
const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !isList(value) && Object.getPrototypeOf(value) === Object.prototype;

/** Every place in a value, the whole first. */
function* placesIn(value: unknown, path: Path = []): Generator<Path> {
  yield path;
  if (path.length > 12) return;
  if (isList(value)) for (let at = 0; at < Math.min(value.length, 40); at++) yield* placesIn(value[at], [...path, at]);
  else if (isRecord(value)) for (const key of Object.keys(value)) yield* placesIn(value[key], [...path, key]);
}

function partAt(value: unknown, path: Path): unknown {
  return path.reduce((part, key) => (isList(part) ? part[key as number] : isRecord(part) ? part[key] : undefined), value);
}

/** The value with another one at `path`. */
function withPart(value: unknown, path: Path, change: (part: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (isList(value)) return value.map((part, at) => (at === key ? withPart(part, rest, change) : part));
  if (isRecord(value)) return objectOf(Object.entries(value).map(([name, part]) => [name, name === key ? withPart(part, rest, change) : part]));
  return value;
}

function nested(value: unknown, depth: number, asList: boolean): unknown {
  let whole = value;
  for (let at = 0; at < depth; at++) whole = asList ? [whole] : { a: whole };
  return whole;
}

function oddValue(chance: Chance, { jsonOnly }: ValueWorld): unknown {
  const { below, of } = chance;
  const kinds: (() => unknown)[] = [
    () => null, () => below(2) === 1, () => of(ODD_NUMBERS), () => of(ODD_NUMBERS), () => of(ODD_TEXTS), () => of(ODD_TEXTS), () => [], () => ({}), () => [null], () => objectOf([[of(ODD_KEYS), of(ODD_TEXTS)]]),
    () => objectOf([['__proto__', { polluted: true, type: 'tick', ok: true }]]), () => nested(1, of([8, 20, 300, 3000]), below(2) === 1),
  ];
  const beyondJson: (() => unknown)[] = [
    () => undefined, () => of(ODD_BIGINTS), () => new Uint8Array(of([0, 1, 16, 31, 32, 33, 64, 65_535, 65_536])), () => new Map([[of(ODD_KEYS), 1]]), () => new Set([1]), () => new Date(of([0, NaN])), () => new Uint16Array(16),
    () => new ArrayBuffer(32),
  ];
  return of(jsonOnly ? kinds : [...kinds, ...beyondJson])();
}

/** A leaf changed into something like it. */
function nudged(part: unknown, other: unknown, chance: Chance, world: ValueWorld): unknown {
  const { below, of } = chance;
  if (typeof part === 'string') return below(4) === 0 ? of(ODD_TEXTS) : mutateText(part, chance, typeof other === 'string' ? other : part);
  if (typeof part === 'number') return of([part + 1, part - 1, -part, part * 2, part + 0.5, of(ODD_NUMBERS), of(ODD_NUMBERS)]);
  if (typeof part === 'bigint') return of([part + 1n, -part, of(ODD_BIGINTS)]);
  if (typeof part === 'boolean') return below(2) ? !part : oddValue(chance, world);
  if (part instanceof Uint8Array) return mutateBytes(part, chance, other instanceof Uint8Array ? other : part);
  return oddValue(chance, world);
}

type Change = (value: unknown, path: Path, chance: Chance, other: unknown, world: ValueWorld) => unknown;

/** Changes to an object or list at `path`; elsewhere they replace the whole part. */
const onEntries = (work: (entries: [string, unknown][], chance: Chance, other: unknown, world: ValueWorld) => void): Change => (value, path, chance, other, world) =>
  withPart(value, path, (part) => {
    if (!isRecord(part) && !isList(part)) return oddValue(chance, world);
    const entries = Object.entries(part);
    work(entries, chance, other, world);
    return isList(part) ? entries.map(([, one]) => one) : objectOf(entries);
  });

const VALUE_CHANGES: Readonly<Record<string, Change>> = {
  'nudge': (value, path, chance, other, world) => withPart(value, path, (part) => nudged(part, partAt(other, path), chance, world)),
  'replace': (value, path, chance, _other, world) => withPart(value, path, () => oddValue(chance, world)),
  'take a part of another': (value, path, chance, other) => withPart(value, path, () => partAt(other, chance.of([...placesIn(other)]))),
  'take another of its own': (value, path, chance) => withPart(value, path, () => partAt(value, chance.of([...placesIn(value)]))),
  'wrap': (value, path, chance) => withPart(value, path, (part) => nested(part, chance.of([1, 1, 2, 9, 70, 2000]), chance.below(2) === 1)),
  'as text': (value, path) => withPart(value, path, (part) => (typeof part === 'object' ? '[object Object]' : String(part))),
  'leave out': onEntries((entries, { below }) => { entries.splice(below(entries.length + 1), 1); }),
  'add': onEntries((entries, chance, _other, world) => { entries.splice(chance.below(entries.length + 1), 0, [chance.of(ODD_KEYS), oddValue(chance, world)]); }),
  'rename': onEntries((entries, { below, of }) => {
    const entry = entries[below(entries.length)];
    if (entry) entry[0] = below(2) ? of(ODD_KEYS) : `${entry[0]} `;
  }),
  'say twice': onEntries((entries, { below, of }) => {
    const at = below(entries.length);
    const entry = entries[at];
    if (entry) entries.splice(at, 0, ...Array.from({ length: of([1, 1, 2, 40, 2000]) }, (_, n): [string, unknown] => [`${entry[0]}${n}`, entry[1]]));
  }),
  'in another order': onEntries((entries, { below }) => { entries.reverse().splice(0, 0, ...entries.splice(below(entries.length + 1), 1)); }),
};

const changes = Object.values(VALUE_CHANGES);

export function mutateValue(value: unknown, chance: Chance, other: unknown, world: ValueWorld): unknown {
  const path = chance.of([...placesIn(value)]);
  // Leaves are where values go wrong most often.
  const change = chance.below(3) === 0 ? VALUE_CHANGES['nudge']! : chance.of(changes);
  return change(value, path, chance, other, world);
}
