/** Changes to CBOR that keep it well-formed, or nearly: what a decoder must refuse although it could make sense of it. */
import type { Chance } from './chance-of.ts';
import { type CborItem, readCbor, widthOf, writeCbor } from './cbor-tree.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { ODD_KEYS, ODD_TEXTS } from './odd-values.ts';

const text = (value: string): CborItem => ({ major: 3, argument: 0n, width: 0, bytes: new TextEncoder().encode(value) });
const number = (argument: bigint, width: CborItem['width'] = widthOf(argument), major = 0): CborItem => ({ major, argument, width });
const list = (items: readonly CborItem[]): CborItem => ({ major: 4, argument: 0n, width: 0, items });
const map = (items: readonly CborItem[]): CborItem => ({ major: 5, argument: 0n, width: 0, items });
const tagged = (tag: bigint, item: CborItem): CborItem => ({ major: 6, argument: tag, width: widthOf(tag), items: [item] });
const wider = ({ width }: CborItem): CborItem['width'] => (width === 0 ? 1 : width === 1 ? 2 : width === 2 ? 4 : 8);

/** Arguments of floats: half 1.0, half NaN, single 1.0, double 1.0, double NaN with a payload, 2^53. */
const FLOATS: readonly CborItem[] = [number(0x3c00n, 2, 7), number(0x7e00n, 2, 7), number(0x3f80_0000n, 4, 7), number(0x3ff0_0000_0000_0000n, 8, 7), number(0x7ff8_0000_0000_0001n, 8, 7), number(0x4340_0000_0000_0000n, 8, 7)];
/** false, true, null, undefined, unassigned, one that must not be written so. */
const SIMPLE: readonly CborItem[] = [...[20n, 21n, 22n, 23n, 0n].map((value) => number(value, 0, 7)), number(20n, 1, 7)];
const TAGS = [0n, 1n, 2n, 3n, 4n, 24n, 32n, 258n, 55_799n, 2n ** 64n - 1n];
const INTEGERS = [0n, 23n, 24n, 255n, 256n, 65_535n, 65_536n, 2n ** 31n, 2n ** 32n, 2n ** 48n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

function anyItem(chance: Chance): CborItem {
  const { below, of } = chance;
  let nest = number(1n);
  return of<() => CborItem>([
    () => of(FLOATS), () => of(SIMPLE), () => number(of(INTEGERS)), () => number(of(INTEGERS), undefined, 1), () => text(of(ODD_TEXTS)), () => list([]), () => map([]), () => map([text(of(ODD_KEYS)), text(of(ODD_TEXTS))]), () => map([number(1n), number(2n)]),
    () => ({ major: 2, argument: 0n, width: 0, bytes: new Uint8Array(of([0, 1, 31, 32, 33, 64])) }),
    () => {
      for (let depth = of([4, 9, 60, 5000]); depth > 0; depth--) nest = below(2) ? list([nest]) : map([text('a'), nest]);
      return nest;
    },
  ])();
}

type Change = (item: CborItem, chance: Chance, other: CborItem) => CborItem;

const CHANGES: readonly Change[] = [
  // Another way of writing the same.
  (item) => ({ ...item, width: wider(item) }),
  (item) => ({ ...item, indefinite: true }),
  (item) => (item.major === 5 && item.items ? { ...item, items: [...(item.items.slice(2) ?? []), ...(item.items.slice(0, 2) ?? [])] } : item),
  (item, { of }) => tagged(of(TAGS), item),
  // Something else of the same kind.
  (item, chance, other) => (item.bytes ? { ...item, bytes: mutateBytes(item.bytes, chance, other.bytes ?? item.bytes).slice(0, 70_000) } : { ...item, argument: chance.of(INTEGERS), width: 8 }),
  (item, { of }) => ({ ...item, claims: of(INTEGERS) }),
  (item, { of }) => ({ ...item, major: of([0, 1, 2, 3, 4, 5, 7]) }),
  // More or less of it.
  (item, { below }) => (item.items ? { ...item, items: item.items.filter((_, at) => at >> (item.major === 5 ? 1 : 0) !== below(item.items?.length ?? 1)) } : item),
  (item, { below }) => {
    if (!item.items) return item;
    const at = 2 * below((item.items.length >> 1) + 1);
    return { ...item, items: [...item.items.slice(0, at + 2), ...item.items.slice(at, at + 2), ...item.items.slice(at + 2)] };
  },
  (item, chance) => (item.items ? { ...item, items: [...item.items, text(chance.of(ODD_KEYS)), anyItem(chance)] } : item),
  (item, { of }) => (item.items ? { ...item, items: Array.from({ length: of([17, 300, 3000]) }, (_, at) => item.items?.[at % item.items.length] ?? number(0n)) } : item),
  // Something else altogether.
  (_item, chance) => anyItem(chance),
  (_item, _chance, other) => other,
  (item, { below }) => (below(2) ? list([item]) : map([text('a'), item])),
];

const sizeOf = (item: CborItem): number => 1 + (item.items ?? []).reduce((sum, child) => sum + sizeOf(child), 0);

/** The item that is number `at` in order of writing, changed. */
function changeAt(item: CborItem, at: { left: number }, change: (item: CborItem) => CborItem): CborItem {
  if (at.left-- === 0) return change(item);
  return item.items ? { ...item, items: item.items.map((child) => changeAt(child, at, change)) } : item;
}

function itemAt(item: CborItem, at: { left: number }): CborItem | null {
  if (at.left-- === 0) return item;
  for (const child of item.items ?? []) {
    const found = itemAt(child, at);
    if (found) return found;
  }
  return null;
}

/** @returns null if the bytes are no CBOR that can be taken apart */
export function mutateCbor(bytes: Uint8Array, chance: Chance, other: Uint8Array): Uint8Array | null {
  const whole = readCbor(bytes);
  if (!whole) return null;
  const others = readCbor(other) ?? whole;
  const donor = itemAt(others, { left: chance.below(sizeOf(others)) }) ?? others;
  const changed = changeAt(whole, { left: chance.below(sizeOf(whole)) }, (item) => chance.of(CHANGES)(item, chance, donor));
  const written = writeCbor(changed);
  return chance.below(20) === 0 ? new Uint8Array([...written, 0]) : written;
}
