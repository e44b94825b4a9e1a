/** Publications and copies as a wallet shows them (protocol/contracts/library.views.ts). Read-only. */
import { type InstanceId, type LicenceId, type PublicationId, instanceIdOf } from '../../../protocol/identifiers.ts';
import type { LicenceView, PublicationView } from '../../../protocol/contracts/library.views.ts';
import { bytesToHex, equalBytes } from '../bytes.ts';
import { currencyIdOf } from '../credits/currencies.ts';
import { isReadable } from '../library/reading.ts';
import { isOver } from '../library/terms.ts';
import { type State, must } from '../state.ts';
import type { Time } from '../time.ts';
import { nameOf } from '../transfers/finish.ts';

interface Seen { readonly state: State; readonly time: Time }

export function viewPublication(state: State, id: PublicationId): PublicationView {
  const { publisher, content, title, author, language, format, bytes, copies, terms, price } = must(state, 'publication', id).descriptor;
  const self = must(state, 'self', 'self');
  const mine = equalBytes(publisher, self.publicKey);
  const instance = instanceIdOf(publisher);
  return {
    id, title, author, language, format, bytes, copies, terms, mine, content: bytesToHex(content), publisher: instance,
    publisherName: mine ? self.name : nameOf({ state }, instance) || null,
    price: price && { currency: currencyIdOf(price.currency), code: price.currency.code, decimals: price.currency.decimals, amount: price.amount },
  };
}

export function viewLicence({ state, time }: Seen, id: LicenceId): LicenceView {
  const licence = must(state, 'licence', id);
  const publication = viewPublication(state, licence.publication);
  const loan = licence.state === 'borrowed' || licence.state === 'lent' ? licence : null;
  const contact: InstanceId | null = licence.state === 'held' ? null : licence.contact;
  const held = licence.state === 'held';
  return {
    id, publication, copy: licence.copy, state: licence.state, contact, contactName: contact && (nameOf({ state }, contact) || null), since: licence.since,
    due: loan?.due ?? null, overdue: isOver(licence, time), recalled: loan?.recalled ?? false, asked: loan?.asked ?? null, opened: licence.opened, readable: isReadable(state, id, time),
    may: { give: held && (publication.mine || publication.terms.give), lend: held && (publication.mine || publication.terms.lend) },
  };
}

/** Every copy that is here, lent out or on its way, by title and number. */
export const viewShelf = (seen: Seen): LicenceView[] =>
  [...seen.state.all('licence')].map(([id]) => viewLicence(seen, id as LicenceId)).sort((a, b) => a.publication.title.localeCompare(b.publication.title) || a.copy - b.copy);
