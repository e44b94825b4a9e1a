/** The n-th input of a target: a sample, changed once or a few times in ways that fit what it is made of. */
import { type Chance, chanceOf } from './chance-of.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateCbor } from './mutate-cbor.ts';
import { mutateText } from './mutate-text.ts';
import { mutateValue } from './mutate-value.ts';
import type { Form, Kind } from './target.ts';

/** Mostly one change: a second one hides what the first would have shown. */
const changesIn = ({ below }: Chance): number => (below(3) ? 1 : 1 + below(5));

function changedJson(text: string, chance: Chance, other: string): string | null {
  try {
    // What JSON cannot say is said as something that its readers may meet: NaN and undefined as null or nothing.
    return JSON.stringify(mutateValue(JSON.parse(text), chance, JSON.parse(other), { jsonOnly: true })) ?? null;
  } catch {
    return null;
  }
}

function changed(kind: Kind, form: Form | null, input: unknown, chance: Chance, other: unknown): unknown {
  if (kind === 'value') return mutateValue(input, chance, other, { jsonOnly: form === 'json' });
  if (kind === 'text') return (form === 'json' && chance.below(3) > 0 ? changedJson(input as string, chance, other as string) : null) ?? mutateText(input as string, chance, other as string);
  return (form === 'cbor' && chance.below(3) > 0 ? mutateCbor(input as Uint8Array, chance, other as Uint8Array) : null) ?? mutateBytes(input as Uint8Array, chance, other as Uint8Array);
}

export interface Inputs { readonly name: string; readonly kind: Kind; readonly form: Form | null }

/** @param samples at least one @returns the same for the same target, seed, index and samples */
export function inputAt({ name, kind, form }: Inputs, samples: readonly unknown[], seed: string, index: number): unknown {
  const chance = chanceOf(seed, name, index);
  let input: unknown = chance.of(samples);
  for (let left = changesIn(chance); left > 0; left--) input = changed(kind, form, input, chance, chance.of(samples));
  return input;
}
