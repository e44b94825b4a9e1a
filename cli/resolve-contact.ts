/** Whom a person means by CONTACT: a name, an instance, or a unique beginning of an instance (design §8). Pure. */
import { Refusal } from '../protocol/errors.ts';
import type { InstanceId } from '../protocol/identifiers.ts';

export interface Named {
  readonly instance: InstanceId;
  readonly name: string;
}

/** The first of an instance's name that says something; shorter beginnings match by accident. */
const MIN_PREFIX_CHARS = 'tally1'.length + 4;

const same = (a: string, b: string): boolean => a.normalize('NFC').toLocaleLowerCase() === b.normalize('NFC').toLocaleLowerCase();

/**
 * @returns the one that is meant. A name is never completed: a slip of the key must not pay somebody else.
 * @throws Refusal `ambiguous_name` naming the choices, `unknown_contact`
 */
export function resolveContact<T extends Named>(text: string, people: readonly T[], whose = 'contact'): T {
  const wanted = text.trim();
  const exact = people.filter(({ instance, name }) => instance === wanted || name === wanted);
  const named = exact.length > 0 ? exact : people.filter(({ name }) => same(name, wanted));
  const found = named.length > 0 ? named
    : wanted.length >= MIN_PREFIX_CHARS && wanted.startsWith('tally1') ? people.filter(({ instance }) => instance.startsWith(wanted))
    : [];
  const [first] = found;
  if (first && found.length === 1) return first;
  if (!first) throw new Refusal('unknown_contact', `There is no ${whose} "${wanted.slice(0, 80)}".`);
  const choices = found.map(({ name, instance }) => `${name} ${instance}`).join(', ');
  throw new Refusal('ambiguous_name', `"${wanted.slice(0, 80)}" could be ${choices}. Say which by its key.`, { count: found.length });
}
