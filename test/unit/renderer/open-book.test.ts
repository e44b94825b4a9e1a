/** A copy on its way to being read, and everything that ends it: the reader's screen follows the vault's word. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EffectScope, effectScope } from 'vue';
import type { LicenceId } from '../../../protocol/identifiers.ts';
import { fail } from '../../../protocol/errors.ts';
import { type OpenBook, useOpenBook } from '../../../renderer/features/reading/open-book.ts';
import { READ_LICENCE, pretendCopy } from '../../support/renderer-double/double-reading.ts';
import { type ReadingLink, readingLink } from '../../support/reading-link.ts';

let scope: EffectScope;
beforeEach(() => { vi.useFakeTimers(); scope = effectScope(); });
afterEach(() => { scope.stop(); vi.useRealTimers(); });

const later = (ms = 200): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
async function opening(part: Parameters<typeof readingLink>[0] = {}, licence: string = READ_LICENCE): Promise<{ book: OpenBook } & ReadingLink> {
  const made = readingLink(part);
  const book = scope.run(() => useOpenBook(made.link, licence as LicenceId)) as OpenBook;
  await later();
  return { book, ...made };
}
const stageOf = ({ reading }: OpenBook) => reading.value.stage;
const whyOf = ({ reading }: OpenBook) => reading.value.stage === 'shut' ? reading.value.why : null;

describe('a book', () => {
  it('opens, and is closed when its screen is left', async () => {
    const { book, reading } = await opening();
    expect(stageOf(book)).toBe('open');
    expect(reading.open.size).toBe(1);
    scope.stop();
    await later();
    expect(reading.open.size).toBe(0);
  });

  it.each([
    ['lent', pretendCopy({ state: 'lent', readable: false, contactName: 'Ben' }), { kind: 'lent', name: 'Ben' }],
    ['on its way', pretendCopy({ state: 'in-transit', readable: false, contactName: 'Ben' }), { kind: 'in-transit', name: 'Ben' }],
    ['overdue', pretendCopy({ state: 'borrowed', readable: false, overdue: true }), { kind: 'overdue' }],
    ['given away', null, { kind: 'gone' }],
  ] as const)('that is %s says so and never asks for its pages', async (_name, copy, why) => {
    const { book, wallet } = await opening({ copy });
    expect(whyOf(book)).toEqual(why);
    expect(wallet.calls).not.toContain('reading.open');
  });

  it('is closed by being lent while it is read, and can be opened again when it is back', async () => {
    const { book, wallet, reading } = await opening();
    wallet.happen(() => { reading.copy = pretendCopy({ state: 'in-transit', readable: false, contactName: 'Ben' }); }, ['library']);
    await later();
    expect(book.reading.value).toMatchObject({ stage: 'shut', ended: true, why: { kind: 'in-transit', name: 'Ben' } });
    expect(reading.open.size).toBe(0);
    wallet.happen(() => { reading.copy = pretendCopy({ state: 'lent', readable: false, contactName: 'Ben' }); }, ['library']);
    await later();
    expect(whyOf(book)).toEqual({ kind: 'lent', name: 'Ben' });
    wallet.happen(() => { reading.copy = pretendCopy(); }, ['library']);
    await later();
    expect(book.copy.value?.readable).toBe(true);
    await book.retry();
    expect(stageOf(book)).toBe('open');
  });

  it('is closed at the very moment when a loan ends', async () => {
    const { book, reading } = await opening({ closesAt: Date.now() + 60_000, copy: pretendCopy({ state: 'borrowed', contactName: 'Ben' }) });
    await later(59_000);
    expect(stageOf(book)).toBe('open');
    await later(2_000);
    expect(whyOf(book)).toEqual({ kind: 'overdue' });
    expect(reading.open.size).toBe(0);
  });

  it('is asked for what is left to ask before it is closed', async () => {
    const { book, reading } = await opening();
    let open = 0;
    book.atLeaving(async () => { open = reading.open.size; });
    scope.stop();
    await later();
    expect([open, reading.open.size]).toEqual([1, 0]);
  });

  it('of a loan that lasts longer than a timer can wait stays open', async () => {
    const { book } = await opening({ closesAt: Date.now() + 60 * 86_400_000 });
    await later(30 * 86_400_000);
    expect(stageOf(book)).toBe('open');
    await later(30 * 86_400_000 + 1_000);
    expect(whyOf(book)).toEqual({ kind: 'overdue' });
  });

  it('whose contents are on their way waits for them, and opens by itself', async () => {
    const { book, wallet, reading } = await opening({ coming: { state: 'fetching', bytes: 10, total: 100 } });
    expect(book.reading.value).toMatchObject({ stage: 'coming', fetch: { bytes: 10 } });
    const shelves = wallet.calls.filter((call) => call === 'books.shelf').length;
    wallet.happen(() => { reading.coming = { state: 'fetching', bytes: 60, total: 100 }; }, ['contents']);
    await later();
    expect(book.reading.value).toMatchObject({ stage: 'coming', fetch: { bytes: 60 } });
    // How far it is says so several times a second: the shelf is asked for when it is opened, not for that.
    expect(wallet.calls.filter((call) => call === 'books.shelf')).toHaveLength(shelves);
    wallet.happen(() => { reading.coming = { state: 'whole', bytes: 100, total: 100 }; }, ['contents']);
    await later();
    expect(stageOf(book)).toBe('open');
  });

  it('that is damaged says so, and can be tried again', async () => {
    const { book, reading } = await opening({ refusal: 'book_unreadable' });
    expect(book.reading.value).toMatchObject({ stage: 'failed', failure: { code: 'book_unreadable' } });
    reading.refusal = null;
    await book.retry();
    expect(stageOf(book)).toBe('open');
  });

  it('whose reader was closed for another book is opened again without a word, once', async () => {
    const { book, reading } = await opening();
    reading.open.clear();
    await book.failed(fail('session_closed', 'This book is closed.').failure);
    expect(stageOf(book)).toBe('open');
    reading.open.clear();
    await book.failed(fail('session_closed', 'This book is closed.').failure);
    expect(book.reading.value).toMatchObject({ stage: 'failed', failure: { code: 'session_closed' } });
  });

  it('whose reader crashed says so', async () => {
    const { book } = await opening();
    await book.failed(fail('reader_failed', 'The reader ended.').failure);
    expect(book.reading.value).toMatchObject({ stage: 'failed', failure: { code: 'reader_failed' } });
  });

  it('stays in sight while the wallet is out of reach, and is opened again when it is back', async () => {
    const { book, reading, reach, wallet } = await opening();
    reach('lost');
    await book.failed(fail('session_closed', 'The wallet does not answer.').failure);
    expect(stageOf(book)).toBe('open');
    reading.open.clear();
    reach('open');
    await later();
    expect(stageOf(book)).toBe('open');
    expect(wallet.calls.filter((method) => method === 'reading.open')).toHaveLength(2);
  });
});
