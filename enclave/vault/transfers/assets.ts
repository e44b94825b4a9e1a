/**
 * What transfers move, whatever it is: each of these does for a list of assets what the books (credits) and the shelf
 * (licences) do for one. Also their two forms: stored (by id) and on the wire (with what explains them).
 */
import type { Failure } from '../../../protocol/errors.ts';
import { refuse } from '../../../protocol/errors.ts';
import { type CurrencyId, type InstanceId, instanceKeyOf } from '../../../protocol/identifiers.ts';
import { unopenedStatement } from '../../../protocol/licence.codec.ts';
import type { WireAsset, WireCredit } from '../../../protocol/messages.codec.ts';
import { signingInput } from '../../../protocol/statements.codec.ts';
import { ed25519 } from '@noble/curves/ed25519.js';
import { STRICT, equalBytes } from '../bytes.ts';
import { bookOf, commit, deliver, hasRoom, isForged, payTake, receive, receiveRedeemed, shortOf, takeBack, writeOff } from '../credits/books.ts';
import { currencyIdOf, descriptorOf, learnCurrency } from '../credits/currencies.ts';
import * as shelf from '../library/licences.ts';
import { isGenuine, licenceIdOf, publicationIdOf } from '../library/publications.ts';
import { type Because, termsForbid } from '../library/terms.ts';
import type { StoredAsset, StoredCredit, StoredLicence, Terms } from '../records.ts';
import { type State, must } from '../state.ts';
import type { Turn } from '../turn.ts';

type Assets = readonly StoredAsset[];

export const credits = (assets: Assets): StoredCredit[] => assets.filter((asset) => asset.kind === 'credit');
export const licences = (assets: Assets): StoredLicence[] => assets.filter((asset) => asset.kind === 'licence');

/** Sums per currency, so that one currency named twice is judged as one amount. */
export function totals(assets: Assets): Map<CurrencyId, bigint> {
  const sums = new Map<CurrencyId, bigint>();
  for (const { currency, amount } of credits(assets)) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  return sums;
}

// Leaving

/** Why these cannot leave for `to` now, or null. */
export function whyNotMovable(state: State, assets: Assets, to: InstanceId): Failure | null {
  for (const [currency, amount] of totals(assets)) if (bookOf(state, currency).held < amount) return shortOf(state, currency);
  for (const licence of licences(assets)) {
    const why = shelf.whyNotMovable(state, licence, to);
    if (why) return why;
  }
  return hasTwice(assets) ? { code: 'bad_input', detail: 'One copy cannot be handed over twice.' } : null;
}

/** @throws Refusal as whyNotMovable says */
export function requireMovable(state: State, assets: Assets, to: InstanceId): void {
  const why = whyNotMovable(state, assets, to);
  if (why) refuse(why.code, why.detail, why.params);
}

const hasTwice = (assets: Assets): boolean => {
  const ids = licences(assets).map(({ id }) => id);
  return new Set(ids).size < ids.length;
};

/** Their content keys, in order; to be asked for before they leave. */
export const keysFor = (state: State, assets: Assets): Uint8Array[] => licences(assets).flatMap((licence) => shelf.keyFor(state, licence) ?? []);

/** The source commits. @throws Refusal `insufficient_funds` */
export function sendOff(turn: Turn, assets: Assets, because: Because): void {
  for (const [currency, amount] of totals(assets)) commit(turn, currency, amount, because);
  for (const licence of licences(assets)) shelf.sendOff(turn, licence, because);
}

/** The source learns that they arrived; `account` tells whether they had been written off meanwhile. */
export function arrived(turn: Turn, assets: Assets, because: Because, account: 'transit' | 'writtenOff'): void {
  for (const { currency, amount } of credits(assets)) deliver(turn, currency, amount, because, account);
  for (const licence of licences(assets)) shelf.arrived(turn, licence, because);
}

/** The source learns that they were refused. */
export function cameBack(turn: Turn, assets: Assets, because: Because, account: 'transit' | 'writtenOff'): void {
  for (const { currency, amount } of credits(assets)) takeBack(turn, currency, amount, because, account);
  for (const licence of licences(assets)) shelf.cameBack(turn, licence, because);
}

/** The person gives up on them. A copy stays noted as in transit: it is nowhere else to be had. */
export function giveUpOn(turn: Turn, assets: Assets, because: Because): void {
  for (const { currency, amount } of credits(assets)) writeOff(turn, currency, amount, because);
}

/** The destination's side of a sale leaves at once. The caller has checked `whyNotMovable` and asked for the keys. */
export function handOver(turn: Turn, assets: Assets, because: Because): void {
  for (const { currency, amount } of credits(assets)) payTake(turn, currency, amount, because);
  for (const licence of licences(assets)) shelf.handOver(turn, licence);
}

// Coming in

/** Why these cannot come in from `from`, or null. */
export function whyNotReceivable(state: State, assets: Assets, from: InstanceId): Failure['code'] | null {
  for (const [currency, amount] of totals(assets)) {
    if (!hasRoom(state, currency, amount)) return 'amount_overflow';
    if (isForged(state, currency, amount)) return 'bad_input';
  }
  if (hasTwice(assets)) return 'bad_input';
  for (const licence of licences(assets)) {
    const why = shelf.whyNotReceivable(state, licence, from);
    if (why) return why;
  }
  return null;
}

/** True if exactly these keys belong to these assets. */
export function keysFit(assets: Assets, keys: readonly Uint8Array[]): boolean {
  const locked = licences(assets).filter(({ move }) => move.as !== 'return');
  return keys.length === locked.length && locked.every((licence, i) => shelf.fits(keys[i], licence));
}

/** They come in. The caller has checked `whyNotReceivable` and `keysFit`. */
export function comeIn(turn: Turn, assets: Assets, keys: readonly Uint8Array[], purpose: Terms['purpose'], because: Because): void {
  for (const { currency, amount } of credits(assets)) (purpose === 'redemption' ? receiveRedeemed : receive)(turn, currency, amount, because);
  let next = 0;
  for (const licence of licences(assets)) {
    shelf.comeIn(turn, licence, licence.move.as === 'return' ? null : (keys[next++] ?? null), because.contact);
    // Who holds a copy may ask its price for it, in a currency that may never have been here. A wish, not a rule: without room for it the copy comes all the same.
    if (licence.publication.price) learnCurrency(turn, licence.publication.price.currency, because.contact);
  }
}

// Wire

export const creditToWire = (state: State, { currency, amount }: StoredCredit): WireCredit => ({ kind: 'credit', currency: descriptorOf(state, currency), amount: amount.toString() });

export const toWire = (state: State, assets: Assets): WireAsset[] =>
  assets.map((asset) => (asset.kind === 'credit' ? creditToWire(state, asset) : { kind: 'licence', publication: asset.publication, copy: asset.copy, move: asset.move }));

/**
 * Reads assets that `from` would move to `to` in the transfer `transfer`. Learns the currencies that they bring.
 * @returns null if one of them is forged, is more than its terms allow, or cannot be kept
 */
export function fromWire(turn: Turn, assets: readonly WireAsset[], { teller, from, to, transfer }: Route): StoredAsset[] | null {
  const stored: StoredAsset[] = [];
  for (const asset of assets) {
    if (asset.kind === 'credit') {
      const currency = learnCurrency(turn, asset.currency, teller);
      if (currency === null) return null;
      stored.push({ kind: 'credit', currency, amount: BigInt(asset.amount) });
    } else {
      const { publication, copy, move } = asset;
      if (!isGenuine(publication, copy) || termsForbid(publication, move, equalBytes(publication.publisher, keyOf(from)))) return null;
      if (move.as === 'return' && move.unopened && !saysUnopened(move.unopened, asset, { from, to, transfer })) return null;
      stored.push({ kind: 'licence', id: licenceIdOf(publicationIdOf(publication), copy), copy, publication, move });
    }
  }
  return stored;
}

/** Between whom assets would move, and who says so. */
export interface Route { readonly teller: InstanceId; readonly from: InstanceId; readonly to: InstanceId; readonly transfer: string }

const keyOf = (instance: InstanceId): Uint8Array => instanceKeyOf(instance) ?? new Uint8Array();

const unopened = ({ publication, copy }: Pick<StoredLicence, 'publication' | 'copy'>, { from, to, transfer }: Omit<Route, 'teller'>): Uint8Array =>
  signingInput('unopened', unopenedStatement({ publication: new TextEncoder().encode(publicationIdOf(publication)), copy, lender: keyOf(to), borrower: keyOf(from), transfer }));

const saysUnopened = (signature: Uint8Array, licence: Pick<StoredLicence, 'publication' | 'copy'>, route: Omit<Route, 'teller'>): boolean =>
  ed25519.verify(signature, unopened(licence, route), keyOf(route.from), STRICT);

/** Returned books as they leave: what was never opened here is certified to be so. */
export function certified(turn: Turn, assets: Assets, route: Omit<Route, 'teller'>): StoredAsset[] {
  const { secretKey } = must(turn.state, 'self', 'self');
  return assets.map((asset) => {
    if (asset.kind !== 'licence' || asset.move.as !== 'return' || must(turn.state, 'licence', asset.id).opened) return asset;
    return { ...asset, move: { as: 'return', unopened: ed25519.sign(unopened(asset, route), secretKey) } };
  });
}

/** True if both say the same. Whether a returned book was opened is not part of what was agreed. */
export const sameAssets = (a: Assets, b: Assets): boolean => a.length === b.length && a.every((asset, i) => sameAsset(asset, b[i]));

function sameAsset(a: StoredAsset, b: StoredAsset | undefined): boolean {
  if (a.kind === 'credit') return b?.kind === 'credit' && a.currency === b.currency && a.amount === b.amount;
  if (b?.kind !== 'licence' || a.id !== b.id || a.move.as !== b.move.as) return false;
  return a.move.as !== 'loan' || b.move.as !== 'loan' || (a.move.due === b.move.due && a.move.lastsMs === b.move.lastsMs);
}

/** What an ACK brings was agreed before, so its currencies are known; an answer teaches nothing. */
export const fromAnswer = (assets: readonly WireAsset[]): StoredAsset[] =>
  assets.map((asset) => asset.kind === 'credit'
    ? { kind: 'credit', currency: currencyIdOf(asset.currency), amount: BigInt(asset.amount) }
    : { kind: 'licence', id: licenceIdOf(publicationIdOf(asset.publication), asset.copy), copy: asset.copy, publication: asset.publication, move: asset.move });
