/** What accepting an offer costs: the amounts, what is kept of each afterwards, and whether there is enough. Bartered books cost nothing here. */
import type { AssetView, BalanceView, CurrencyView } from '../../protocol/contracts/views.ts';

export interface Price {
  readonly currency: CurrencyView;
  /** Minor units. */
  readonly amount: string;
  readonly held: string;
  /** What is left; null if it is more than is held. */
  readonly kept: string | null;
}

export function pricesOf(take: readonly AssetView[], balanceOf: (currency: string) => Pick<BalanceView, 'held'> | undefined): Price[] {
  return take.flatMap((asset) => {
    if (asset.kind !== 'credit') return [];
    const held = balanceOf(asset.currency.id)?.held ?? '0';
    const kept = BigInt(held) - BigInt(asset.amount);
    return [{ currency: asset.currency, amount: asset.amount, held, kept: kept < 0n ? null : kept.toString() }];
  });
}
