/** Which copy of a book a person means: its id or the beginning of it, or its title, with #NUMBER where several are here. Pure. */
import { Refusal } from '../protocol/errors.ts';
import type { LicenceView } from '../protocol/contracts/library.views.ts';

const MIN_PREFIX_CHARS = 4;
/** As a person may type it: the id's first characters and the number of the copy. */
export const shortLicenceId = (id: string): string => `${id.slice(0, 8)}/${id.split('/')[1] ?? ''}`;

const plain = (text: string): string => text.normalize('NFC').toLocaleLowerCase();

/**
 * @param fit prefers copies with which it can be done; where none fits, the refusal comes from the wallet
 * @throws Refusal `unknown_licence`, `ambiguous_name` naming the choices
 */
export function resolveLicence(text: string, shelf: readonly LicenceView[], fit: (copy: LicenceView) => boolean = () => true): LicenceView {
  const [, wanted = '', number] = /^(.*?)(?:[#/](\d+))?$/su.exec(text.trim()) ?? [];
  const byId = /^[0-9a-f]+$/.test(wanted) && wanted.length >= MIN_PREFIX_CHARS ? shelf.filter(({ id }) => id.startsWith(wanted)) : [];
  const titled = shelf.filter(({ publication }) => plain(publication.title) === plain(wanted));
  const begun = titled.length > 0 || wanted.length < 2 ? titled : shelf.filter(({ publication }) => plain(publication.title).includes(plain(wanted)));
  const found = (byId.length > 0 ? byId : begun).filter(({ copy }) => number === undefined || copy === Number(number));
  if (found.length === 0) throw new Refusal('unknown_licence', `There is no book "${text.slice(0, 80)}" on this shelf.`);
  const publications = new Set(found.map(({ publication }) => publication.id));
  if (publications.size > 1) {
    const choices = [...new Set(found.map(({ publication }) => `"${publication.title}" ${publication.id.slice(0, 8)}`))].join(', ');
    throw new Refusal('ambiguous_name', `"${text.slice(0, 80)}" could be ${choices}. Say which by its id.`, { count: publications.size });
  }
  // Copies of one book are alike; the first with which it can be done will do.
  return found.find(fit) ?? (found[0] as LicenceView);
}
