/** Assets between their two forms: stored (by currency id) and on the wire (with the currency's descriptor). */
import type { WireAsset } from '../../../protocol/messages.codec.ts';
import type { InstanceId } from '../../../protocol/identifiers.ts';
import { learnCurrency } from '../credits/currencies.ts';
import type { StoredAsset } from '../records.ts';
import { type State, must } from '../state.ts';
import type { Turn } from '../turn.ts';

export const toWire = (state: State, assets: readonly StoredAsset[]): WireAsset[] =>
  assets.map(({ currency, amount }) => {
    const { issuer, code, decimals, name, signature } = must(state, 'currency', currency);
    return { kind: 'credit', currency: { issuer, code, decimals, name, signature }, amount: amount.toString() };
  });

/** Learns the currencies that `from` brings. @returns null if one of them is forged or cannot be kept. */
export function fromWire(turn: Turn, assets: readonly WireAsset[], from: InstanceId): StoredAsset[] | null {
  const stored: StoredAsset[] = [];
  for (const asset of assets) {
    const currency = learnCurrency(turn, asset.currency, from);
    if (currency === null) return null;
    stored.push({ kind: 'credit', currency, amount: BigInt(asset.amount) });
  }
  return stored;
}

/** Sums per currency, so that one currency named twice is judged as one amount. */
export function totals(assets: readonly StoredAsset[]): Map<StoredAsset['currency'], bigint> {
  const sums = new Map<StoredAsset['currency'], bigint>();
  for (const { currency, amount } of assets) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  return sums;
}

export const sameAssets = (a: readonly StoredAsset[], b: readonly StoredAsset[]): boolean =>
  a.length === b.length && a.every((asset, i) => asset.kind === b[i]?.kind && asset.currency === b[i]?.currency && asset.amount === b[i]?.amount);
