/** What a transfer looks like on a line (cli/present.ts). */
import { expect, it } from 'vitest';
import type { TransferView } from '../../../protocol/contracts/views.ts';
import { type CurrencyId, type LicenceId, type PublicationId, type TransferId, instanceIdOf } from '../../../protocol/identifiers.ts';
import { transferWords } from '../../../cli/present.ts';

const ada = instanceIdOf(new Uint8Array(32).fill(1));
const transfer = (direction: TransferView['direction'], purpose: TransferView['purpose']): TransferView => ({
  id: '12345678'.repeat(4) as TransferId, direction, purpose, contact: ada, contactName: 'Ada', take: [], memo: '', state: 'offered', waitsFor: null, reason: null, timeline: [], receipt: null,
  give: [{ kind: 'credit', amount: '500', currency: { id: 'ab'.repeat(32) as CurrencyId, code: 'GLD', decimals: 2, name: 'Gold', issuer: ada, issuerName: 'Ada', mine: false } }],
});

it.each([
  ['out', 'payment', '5.00 GLD to Ada: offered'],
  ['in', 'payment', '5.00 GLD from Ada: offered'],
  ['out', 'redemption', '5.00 GLD redeemed with Ada: offered'],
  ['in', 'redemption', '5.00 GLD, redemption from Ada: offered'],
] as const)('%s, a %s', (direction, purpose, words) => {
  expect(transferWords(transfer(direction, purpose))).toBe(`12345678  ${words}`);
});

it.each([
  // As `lend --due 2026-12-01` has it: the end of that day, wherever the computer stands.
  [new Date(2026, 11, 1, 23, 59, 59, 999).getTime(), '"Emma" (lent until 2026-12-01) from Ada'],
  [null, '"Emma" (lent, until it is asked back) from Ada'],
])('a loan says until when, before anybody accepts it', (due, words) => {
  const give: TransferView['give'] = [{ kind: 'licence', licence: `${'cd'.repeat(32)}/1` as LicenceId, publication: 'cd'.repeat(32) as PublicationId, title: 'Emma', author: 'Austen', copy: 1, copies: 2, terms: { give: true, lend: true, maxLoanDays: null, text: true }, move: { as: 'loan', due } }];
  expect(transferWords({ ...transfer('in', 'payment'), give })).toContain(words);
});
