/** Which transfer or request a person means by the beginning of its id. Pure. */
import { Refusal } from '../protocol/errors.ts';

/** Shown to people, and enough to type: a wallet has few unfinished things at once. */
export const SHORT_ID_CHARS = 8;
const MIN_PREFIX_CHARS = 4;

/** @throws Refusal `bad_input`, `unknown_transfer`, `ambiguous_name` */
export function resolveId<T extends { readonly id: string }>(text: string, items: readonly T[]): T {
  const wanted = text.trim().toLowerCase();
  if (!/^[0-9a-f]{1,32}$/.test(wanted) || wanted.length < MIN_PREFIX_CHARS) {
    throw new Refusal('bad_input', `An ID is 32 digits and letters a to f, or at least the first ${MIN_PREFIX_CHARS} of them.`);
  }
  const found = items.filter(({ id }) => id.startsWith(wanted));
  const [first] = found;
  if (first && found.length === 1) return first;
  if (!first) throw new Refusal('unknown_transfer', `There is no transfer or request ${wanted}.`);
  throw new Refusal('ambiguous_name', `${found.length} transfers or requests begin with ${wanted}. Give more of the ID.`, { count: found.length });
}
