/** What a served wallet says as it happens: how much or which book, and what to type (cli/news.ts). */
import { describe, expect, it, vi } from 'vitest';
import type { Handlers } from '../../../protocol/contracts/contract.ts';
import { createClient } from '../../../protocol/contracts/client.ts';
import type { LicenceView } from '../../../protocol/contracts/library.views.ts';
import type { CurrencyView, RequestView, TransferView } from '../../../protocol/contracts/views.ts';
import { type WalletContract, walletContract } from '../../../protocol/contracts/wallet.contract.ts';
import { type CurrencyId, type LicenceId, type PublicationId, type RequestId, type TransferId, instanceIdOf } from '../../../protocol/identifiers.ts';
import { createNews } from '../../../cli/news.ts';
import { createWalletDouble } from '../../support/wallet-double.ts';

const ada = instanceIdOf(new Uint8Array(32).fill(1));
const ben = instanceIdOf(new Uint8Array(32).fill(2));
const gld: CurrencyView = { id: 'ab'.repeat(32) as CurrencyId, code: 'GLD', decimals: 2, name: 'Gold', issuer: ada, issuerName: 'Ada', mine: false };
const transfer = (id: string, amount: string, change: Partial<TransferView> = {}): TransferView => ({
  id: id.repeat(32) as TransferId, direction: 'in', purpose: 'payment', contact: ada, contactName: 'Ada', take: [], memo: 'lunch', state: 'offered', waitsFor: 'your-answer', reason: null, timeline: [], receipt: null,
  give: [{ kind: 'credit', amount, currency: gld }], ...change,
});
const request: RequestView = { id: '9'.repeat(32) as RequestId, direction: 'in', contact: ada, contactName: 'Ada', currency: gld, amount: '250', memo: 'lunch', state: 'open', at: 1 };
const until = new Date(2026, 11, 1, 23, 59, 59, 999).getTime();
const copy = (change: Partial<LicenceView>): LicenceView => ({
  id: `${'cd'.repeat(32)}/2` as LicenceId, copy: 2, state: 'borrowed', contact: ada, contactName: 'Ada', since: 1, due: until, overdue: false, recalled: false, asked: null, opened: false, readable: true,
  may: { give: false, lend: false },
  publication: { id: 'cd'.repeat(32) as PublicationId, title: 'Emma', author: '', language: 'en', format: 'epub', bytes: 1, content: 'ef', publisher: ada, publisherName: 'Ada', mine: false, copies: 2, terms: { give: true, lend: true, maxLoanDays: null, text: true }, price: null },
  ...change,
});

const newsOf = (handlers: Partial<Handlers<WalletContract>>, pauseMs = 1) => {
  const wallet = createWalletDouble(handlers);
  const said: string[] = [];
  const hears: ((words: string) => void)[] = [];
  const { tell, end } = createNews({ client: createClient(walletContract, (raw) => wallet.serve(raw)) }, { say: (words) => void (hears.shift() ?? said.push.bind(said))(words), pauseMs });
  const heard = (): Promise<string> => new Promise((resolve) => hears.push(resolve));
  const about = (event: Parameters<typeof tell>[0]['event'], text: string): void => tell({ type: 'notify', event, contact: ada, name: 'Ada', text });
  return { wallet, said, about, end, news: async (event: Parameters<typeof tell>[0]['event'], text: string) => { const words = heard(); about(event, text); return await words; } };
};

it('says how much is offered, and what accepts just that', async () => {
  const { news } = newsOf({ 'transfers.pending': () => [transfer('1', '100', { contact: ben }), transfer('2', '200', { memo: 'tea' }), transfer('3', '300')] });
  expect(await news('offer', 'lunch')).toBe('Ada offers you 3.00 GLD: "lunch" Answer: tallystick accept 33333333   or   tallystick decline 33333333');
});

it('tells two offers with the same note once each', async () => {
  const { news } = newsOf({ 'transfers.pending': () => [transfer('1', '100'), transfer('2', '200')] });
  expect([await news('offer', 'lunch'), await news('offer', 'lunch')]).toEqual([expect.stringContaining('1.00 GLD'), expect.stringContaining('2.00 GLD')]);
});

it('says how a transfer ended, and of what', async () => {
  const { news } = newsOf({
    'transfers.history': () => ({ cursor: null, items: [transfer('1', '100', { state: 'done' }), transfer('2', '200', { state: 'done', direction: 'out' }), transfer('3', '300', { state: 'returned', direction: 'out' })] }),
  });
  expect(await news('received', 'lunch')).toBe('Received 1.00 GLD from Ada: "lunch"');
  expect(await news('done', 'lunch')).toBe('Ada has 2.00 GLD: done.');
  expect(await news('returned', 'lunch')).toBe('Ada did not take 3.00 GLD; it is yours again.');
});

it('says how much is asked for', async () => {
  expect(await newsOf({ 'requests.list': () => [{ ...request, state: 'paid' }, request] }).news('request', 'lunch')).toBe('Ada asks you for 2.50 GLD: "lunch" Answer: tallystick accept 99999999   or   tallystick decline 99999999');
});

it('fills in the copy that is asked back or asked for longer', async () => {
  expect(await newsOf({ 'books.shelf': () => [copy({}), copy({ recalled: true })] }).news('recalled', 'Emma')).toBe('Ada would like "Emma" back. Return it: tallystick return cdcdcdcd/2');
  expect(await newsOf({ 'books.shelf': () => [copy({ state: 'lent', asked: until })] }).news('renew-asked', 'Emma')).toBe('Ada asks to keep "Emma" longer, until 2026-12-01. Answer: tallystick renew cdcdcdcd/2 --agree, or --refuse');
  expect(await newsOf({ 'books.shelf': () => [copy({})] }).news('renewed', 'Emma')).toBe('You may keep "Emma" longer, until 2026-12-01, says Ada.');
});

it('does without what a closing wallet no longer answers', async () => {
  const { news } = newsOf({});
  expect(await news('offer', '')).toBe('Ada offers you something. Answer: tallystick transfers --pending');
  expect([await news('received', ''), await news('done', ''), await news('recalled', 'Emma')]).toEqual(['Received from Ada.', 'Ada has it: done.', 'Ada would like "Emma" back. Return it: tallystick return LICENCE']);
});

describe('what comes at once', () => {
  const ended = (many: number, change: Partial<TransferView>): TransferView[] => Array.from({ length: many }, (_, at) => transfer(String(at + 1), `${at + 1}00`, { state: 'done', ...change }));

  it('is told apart if it is little, much of the same in one line, and the wallet is asked once', async () => {
    const { about, end, said, wallet } = newsOf({ 'transfers.history': () => ({ cursor: null, items: ended(3, {}) }) });
    for (let times = 0; times < 3; times++) about('received', 'lunch');
    for (let times = 0; times < 600; times++) about('done', 'lunch');
    about('paired', '');
    await end();
    expect(said.slice(0, 3).sort()).toEqual(['1.00', '2.00', '3.00'].map((amount) => `Received ${amount} GLD from Ada: "lunch"`));
    expect(said.slice(3)).toEqual(['Ada has what you sent in 600 transfers: done.', 'Ada is a contact now.']);
    expect(wallet.seen).toEqual(['transfers.history']);
  });

  it.each([
    ['offer', 'Ada makes you 6 offers. See them: tallystick transfers --pending'], ['received', 'Received something from Ada 6 times. See it: tallystick transfers'],
    ['returned', 'Ada did not take what you sent in 6 transfers; it is yours again.'], ['request', 'Ada asks you for something 6 times. See it: tallystick transfers --pending'],
  ] as const)('is one line for %s', async (event, words) => {
    const { about, end, said } = newsOf({});
    for (let times = 0; times < 6; times++) about(event, 'lunch');
    await end();
    expect(said).toEqual([words]);
  });

  it('has been told then: one more is not mistaken for one of them', async () => {
    const offers = ended(6, { state: 'offered' });
    const { about, end, said, news } = newsOf({ 'transfers.pending': () => offers });
    for (let times = 0; times < 6; times++) about('offer', 'lunch');
    await vi.waitFor(() => expect(said).toHaveLength(1));
    expect(await news('offer', 'lunch')).toBe('Ada offers you something: "lunch" Answer: tallystick transfers --pending');
    await end();
    expect(said).toEqual(['Ada makes you 6 offers. See them: tallystick transfers --pending']);
  });
});

it('looks into the wallet once for all that comes within a pause, and does not wait for it to the end', async () => {
  const { news, about, end, said, wallet } = newsOf({ 'transfers.history': () => ({ cursor: null, items: [] }) }, 3_600_000);
  await news('received', 'one');
  for (const text of ['two', 'three', 'four']) {
    about('received', text);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect([said, wallet.seen.length]).toEqual([[], 1]);
  await end();
  expect(said).toEqual(['two', 'three', 'four'].map((text) => `Received from Ada: "${text}"`));
  expect(wallet.seen).toHaveLength(2);
});
