/** What the wallet's views look like on a line: as JSON for programs, in words for people. Pure. */
import { formatAmount } from '../protocol/amount.ts';
import type { AssetView, BalanceView, ContactView, CurrencyView, RequestView, TransferView } from '../protocol/contracts/views.ts';
import { SHORT_ID_CHARS } from './resolve-id.ts';

/** An amount of a currency. `amount` is the decimal text, `minor` the minor units as digits. */
export const amountOf = (currency: CurrencyView, minor: string) => ({
  code: currency.code,
  currency: currency.id,
  amount: formatAmount(BigInt(minor), currency.decimals),
  minor,
  decimals: currency.decimals,
  issuer: currency.issuer,
});

export const amountWords = (currency: CurrencyView, minor: string): string => `${formatAmount(BigInt(minor), currency.decimals)} ${currency.code}`;

export const balanceLine = (balance: BalanceView) => ({
  ...amountOf(balance.currency, balance.held),
  name: balance.currency.name,
  mine: balance.currency.mine,
  issued: balance.issued,
  redeemed: balance.redeemed,
  sent: balance.sent,
  received: balance.received,
  inTransit: balance.inTransit,
  writtenOff: balance.writtenOff,
  pinAbove: balance.pinAbove,
});

const assetLine = (asset: AssetView) => (asset.kind === 'credit' ? { kind: asset.kind, ...amountOf(asset.currency, asset.amount) } : asset);

export const transferLine = (transfer: TransferView) => ({ type: 'transfer', ...transfer, give: transfer.give.map(assetLine), take: transfer.take.map(assetLine) });

export const requestLine = ({ currency, amount, ...request }: RequestView) => ({ type: 'request', ...request, ...amountOf(currency, amount) });

const WAITS = {
  'their-answer': 'waits for their answer',
  'your-answer': 'waits for your answer',
  'their-device': 'waits for their device',
  'their-commit': 'waits for them to hand it over',
} as const;

/** A day as the calendar here has it: a loan ends with it. */
export function day(ms: number): string {
  const at = new Date(ms);
  return [String(at.getFullYear()).padStart(4, '0'), ...[at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0'))].join('-');
}

type Move = Extract<AssetView, { kind: 'licence' }>['move'];

function moveWords(move: Move): string {
  switch (move.as) {
    case 'own': return '';
    case 'loan': return move.due === null ? ' (lent, until it is asked back)' : ` (lent until ${day(move.due)})`;
    case 'return': return ' (returned)';
  }
}

export const assetsWords = (assets: readonly AssetView[]): string => assets.map((asset) => (asset.kind === 'credit' ? amountWords(asset.currency, asset.amount) : `"${asset.title}"${moveWords(asset.move)}`)).join(' + ') || 'nothing';

export function transferWords(transfer: TransferView): string {
  const out = transfer.direction === 'out';
  const take = transfer.take.length > 0 ? ` for ${assetsWords(transfer.take)}` : '';
  const waits = transfer.waitsFor ? `, ${WAITS[transfer.waitsFor]}` : '';
  const memo = transfer.memo ? `  "${transfer.memo}"` : '';
  const reason = transfer.reason ? `  (${transfer.reason})` : '';
  const what = transfer.purpose !== 'redemption' ? `${assetsWords(transfer.give)}${take} ${out ? 'to' : 'from'}`
    : out ? `${assetsWords(transfer.give)} redeemed with` : `${assetsWords(transfer.give)}, redemption from`;
  return `${transfer.id.slice(0, SHORT_ID_CHARS)}  ${what} ${transfer.contactName}: ${transfer.state.replace('-', ' ')}${waits}${memo}${reason}`;
}

export function requestWords(request: RequestView): string {
  const who = request.direction === 'out' ? `asked of ${request.contactName}` : `${request.contactName} asks for it`;
  return `${request.id.slice(0, SHORT_ID_CHARS)}  ${amountWords(request.currency, request.amount)}, ${who}: ${request.state}${request.memo ? `  "${request.memo}"` : ''}`;
}

export const contactWords = (contact: ContactView): string =>
  `${contact.name}${contact.theirName !== contact.name ? ` (${contact.theirName})` : ''}  ${contact.online ? 'here' : 'away'}  ${contact.tier}  ${
    contact.rule.mode === 'ask' ? 'asks each time' : 'accepts small amounts'}  ${contact.instance}${
    contact.keyChanged ? '\n  BLOCKED: something answered in their place with another key.' : ''}${contact.trouble ? `\n  ${contact.trouble}` : ''}`;
