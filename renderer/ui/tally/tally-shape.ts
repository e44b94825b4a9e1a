/**
 * The outline of a split tally, drawn from a transfer's id: every transfer has its own notches and its own uneven cut,
 * so only its own two halves fit. Purely a picture; it proves nothing.
 *
 *     ┌────╲▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁┐   foil: the shorter half
 *     │stock ╲__/\_/\___/\_/\__│   the cut, with notches across it
 *     └────────────────────────┘   stock: the half with the handle
 */

export interface TallyShape { readonly foil: string; readonly stock: string; /** The grain of each half, as open lines. */ readonly foilGrain: string; readonly stockGrain: string }

/** The stick on a canvas of 520 × 170, with room to drift. */
const STICK = { left: 44, right: 452, top: 49, bottom: 121, handle: 112, corner: 7 } as const;
const MIDDLE = (STICK.top + STICK.bottom) / 2;

/** A small generator, so that the same id always gives the same stick (mulberry32). Not for anything secret. */
function sequence(seed: string): () => number {
  let state = 0x9e3779b9;
  for (const char of seed) state = Math.imul(state ^ char.charCodeAt(0), 0x85ebca6b) + 0x6d2b79f5 | 0;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}

interface Notch { readonly x: number; readonly half: number; readonly depth: number; readonly drift: number }

function notchesOf(next: () => number): Notch[] {
  const notches: Notch[] = [];
  for (let x = STICK.handle + 46; x < STICK.right - 26;) {
    // Two widths, as on the old sticks: broad notches for the greater unit, narrow ones for the lesser.
    const broad = next() < 0.35;
    notches.push({ x, half: broad ? 8 : 4, depth: broad ? 19 : 14, drift: (next() - 0.5) * 7 });
    x += broad ? 34 + next() * 12 : 21 + next() * 16;
  }
  return notches;
}

const at = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** A line of grain between two ends, broken here and there as in real wood. */
function grainAt(next: () => number, y: number, from: number, to: number): string {
  let line = '';
  for (let x = from + next() * 12; x < to - 12;) {
    const length = Math.min(18 + next() * 70, to - x);
    line += `M${at(x, y)}q${at(length / 2, (next() - 0.5) * 3)} ${at(length, 0)}`;
    x += length + 6 + next() * 22;
  }
  return line;
}

/** @param seed a transfer's id, or any text. */
export function tallyShape(seed: string): TallyShape {
  const next = sequence(seed);
  const notches = notchesOf(next);
  const start = MIDDLE + (next() - 0.5) * 6;
  const end = MIDDLE + (next() - 0.5) * 10;
  const edge = (side: -1 | 1): string[] => [
    at(STICK.handle + 16, start),
    ...notches.flatMap(({ x, half, depth, drift }) => [at(x - half, MIDDLE + drift), at(x, MIDDLE + drift + side * depth), at(x + half, MIDDLE + drift)]),
    at(STICK.right, end),
  ];
  const { left, right, top, bottom, handle, corner } = STICK;
  const foil = `M${at(handle, top)}L${at(right - corner, top)}Q${at(right, top)} ${at(right, top + corner)}L${edge(-1).toReversed().join('L')}Z`;
  const stock = `M${at(left + corner, top)}L${at(handle, top)}L${edge(1).join('L')}L${at(right, bottom - corner)}Q${at(right, bottom)} ${at(right - corner, bottom)}`
    + `L${at(left + corner, bottom)}Q${at(left, bottom)} ${at(left, bottom - corner)}L${at(left, top + corner)}Q${at(left, top)} ${at(left + corner, top)}Z`;
  const foilGrain = [top + 8, top + 15].map((y) => grainAt(next, y, handle + 14, right - 6)).join('');
  const stockGrain = [bottom - 8, bottom - 15].map((y) => grainAt(next, y, left + 8, right - 6)).join('') + grainAt(next, top + 12, left + 8, handle - 4) + grainAt(next, MIDDLE - 4, left + 8, handle + 8);
  return { foil, stock, foilGrain, stockGrain };
}
