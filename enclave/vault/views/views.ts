/** Records as the shapes in which a wallet shows itself (protocol/contracts/views.ts). Read-only. */
import { type CurrencyId, type InstanceId, type PublicationId, instanceIdOf } from '../../../protocol/identifiers.ts';
import type { AssetView, BalanceView, ContactView, CurrencyView, PairingView, RequestView, StrangerView, TransferView } from '../../../protocol/contracts/views.ts';
import { bytesToHex, equalBytes } from '../bytes.ts';
import { bookOf } from '../credits/books.ts';
import type { Finished, Request, StoredAsset, Transfer } from '../records.ts';
import { type State, must } from '../state.ts';
import { isHere, openSessionWith } from '../sessions/session.ts';

const nameOfContact = (state: State, instance: InstanceId): string => {
  const contact = state.get('contact', instance);
  return contact?.petname ?? contact?.theirName ?? '';
};

export function viewCurrency(state: State, id: CurrencyId): CurrencyView {
  const { code, decimals, name, issuer } = must(state, 'currency', id);
  const self = must(state, 'self', 'self');
  const mine = equalBytes(issuer, self.publicKey);
  const issuerId = instanceIdOf(issuer);
  return { id, code, decimals, name, issuer: issuerId, issuerName: mine ? self.name : nameOfContact(state, issuerId) || null, mine };
}

export function viewBalance(state: State, id: CurrencyId): BalanceView {
  const { held, transit, writtenOff, sent, received, issued, redeemed } = bookOf(state, id);
  return {
    currency: viewCurrency(state, id), held: String(held), inTransit: String(transit), writtenOff: String(writtenOff),
    sent: String(sent), received: String(received), issued: String(issued), redeemed: String(redeemed),
    pinAbove: state.get('limit', id)?.above.toString() ?? null,
  };
}

function viewAsset(state: State, asset: StoredAsset): AssetView {
  if (asset.kind === 'credit') return { kind: 'credit', currency: viewCurrency(state, asset.currency), amount: asset.amount.toString() };
  const { id, copy, move, publication: { title, author, copies, terms } } = asset;
  const seen = move.as === 'loan' ? { as: move.as, due: move.due } : move.as === 'return' ? { as: move.as, unopened: move.unopened !== null } : move;
  return { kind: 'licence', licence: id, publication: id.slice(0, 64) as PublicationId, title, author, copy, copies, terms, move: seen };
}

function waitsFor(state: State, transfer: Transfer): TransferView['waitsFor'] {
  const reachable = openSessionWith(state, transfer.contact) !== undefined;
  if (transfer.direction === 'out') return transfer.state === 'offered' && reachable ? 'their-answer' : 'their-device';
  if (transfer.state === 'offered') return 'your-answer';
  return reachable ? 'their-commit' : 'their-device';
}

export function viewTransfer(state: State, transfer: Transfer): TransferView {
  const { id, direction, contact, give, take, memo, purpose } = transfer;
  const committed = transfer.direction === 'out' && transfer.state !== 'offered' ? { lane: transfer.lane, seq: transfer.seq, package: transfer.package } : null;
  return {
    id, direction, contact, contactName: nameOfContact(state, contact), memo, purpose, state: transfer.state,
    give: give.map((asset) => viewAsset(state, asset)), take: take.map((asset) => viewAsset(state, asset)),
    waitsFor: transfer.state === 'written-off' ? null : waitsFor(state, transfer), reason: null, timeline: [...transfer.timeline], receipt: committed,
  };
}

export function viewFinished(state: State, finished: Finished): TransferView {
  const { id, direction, contact, contactName, give, take, memo, purpose, timeline, reason, receipt } = finished;
  return {
    id, direction, contact, contactName: nameOfContact(state, contact) || contactName, memo, purpose, state: finished.state, waitsFor: null, reason, receipt,
    give: give.map((asset) => viewAsset(state, asset)), take: take.map((asset) => viewAsset(state, asset)), timeline: [...timeline],
  };
}

export const viewRequest = (state: State, { id, direction, contact, currency, amount, memo, at, state: status }: Request): RequestView => ({
  id, direction, contact, contactName: nameOfContact(state, contact), currency: viewCurrency(state, currency), amount: amount.toString(), memo, state: status, at,
});

export function viewContact(state: State, instance: InstanceId): ContactView {
  const { petname, theirName, tier, measurement, rule, pairedAt, keyChanged } = must(state, 'contact', instance);
  return {
    instance, name: petname ?? theirName, theirName, tier, measurement: bytesToHex(measurement), rule, pairedAt, keyChanged,
    online: isHere(state, instance), trouble: state.get('trouble', instance) ?? null,
  };
}

export function viewStrangers(state: State): StrangerView[] {
  const named = new Map([...state.all('contact')].filter(([, contact]) => contact.mutual).map(([, contact]) => [(contact.petname ?? contact.theirName).toLowerCase(), contact.petname ?? contact.theirName]));
  const met = new Map<InstanceId, StrangerView>();
  for (const [, session] of state.all('session')) {
    if (session.phase !== 'open' || state.get('contact', session.instance)?.mutual) continue;
    const { instance, name, tier, measurement } = session;
    met.set(instance, { instance, name, tier, measurement: bytesToHex(measurement), resembles: named.get(name.toLowerCase()) ?? null });
  }
  return [...met.values()];
}

export function viewPairings(state: State): PairingView[] {
  return [...state.all('pairing')].map(([key, pairing]) => {
    const instance = key as InstanceId;
    const session = openSessionWith(state, instance);
    return {
      instance, name: session?.name ?? nameOfContact(state, instance), tier: session?.tier ?? 'software', startedByMe: pairing.startedByMe,
      state: pairing.state, words: pairing.state === 'waiting' ? null : [...pairing.words],
    };
  });
}
