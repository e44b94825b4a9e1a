/** Credits that go back to whoever made them: neither toast nor screen says of them that somebody has gained something. */
import { expect, it } from 'vitest';
import type { TransferView } from '../../../protocol/contracts/views.ts';
import { stageOf } from '../../../renderer/features/send/transfer-stage.ts';
import { newsOf } from '../../../renderer/features/shell/news.ts';
import { catalogues } from '../../../renderer/i18n/i18n.ts';

const transfer = (direction: 'in' | 'out', state: TransferView['state'], purpose: TransferView['purpose'] = 'redemption') => ({ direction, state, purpose, give: [] }) as unknown as TransferView;

it('are offered back, then given back, to whoever made them', () => {
  const offered = transfer('in', 'offered');
  expect([newsOf(offered, undefined), newsOf(transfer('in', 'done'), offered), stageOf(transfer('in', 'done'))]).toEqual(['offeredBack', 'givenBack', 'inRedeemed']);
});

it('are gone, and not in somebody’s hands, to whoever gave them back', () => {
  expect([newsOf(transfer('out', 'done'), transfer('out', 'in-transit')), newsOf(transfer('out', 'declined'), transfer('out', 'offered'))]).toEqual(['redeemed', null]);
});

it('are told from a payment', () => {
  expect([newsOf(transfer('in', 'offered', 'payment'), undefined), newsOf(transfer('in', 'done', 'payment'), undefined), stageOf(transfer('in', 'done', 'payment'))]).toEqual(['offered', 'arrived', 'inDone']);
});

it('have words in both languages, which say that they cease to exist', () => {
  const { en, de } = catalogues;
  expect([en.shell.givenBack, en.givenBackToYou, en.willCease].every((text) => /cease/.test(text))).toBe(true);
  expect([de.shell.givenBack, de.givenBackToYou, de.willCease].every((text) => /nicht mehr|erl(o|ö)sch/.test(text))).toBe(true);
});
