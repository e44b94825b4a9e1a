/** What a transfer moves, in one line of text. */
import type { AssetView } from '../../protocol/contracts/views.ts';
import { displayAmount } from '../i18n/number-format.ts';

export const assetWords = (asset: AssetView, locale: string): string =>
  asset.kind === 'credit' ? `${displayAmount(asset.amount, asset.currency.decimals, locale)} ${asset.currency.code}` : locale.startsWith('de') ? `„${asset.title}“` : `“${asset.title}”`;
