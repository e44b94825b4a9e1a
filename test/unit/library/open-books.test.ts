/** Books that are open at the same time: each with its reader, few at once, and none that the vault does not want open. */
import { describe, expect, it } from 'vitest';
import type { LicenceId } from '../../../protocol/identifiers.ts';
import type { ContentId } from '../../../protocol/publication.codec.ts';
import { ok } from '../../../protocol/errors.ts';
import type { ContentStore } from '../../../main/host/library/content-store.ts';
import { MAX_OPEN_BOOKS, OpenBooks } from '../../../main/host/library/open-books.ts';
import type { OpenReader, ReaderModule } from '../../../main/host/modules/reader-module.ts';

const licenceOf = (number: number): LicenceId => `${number.toString(16).padStart(64, '0')}/1` as LicenceId;

function someBooks({ onGrant = async () => undefined as void, onOpen = async () => undefined as void } = {}) {
  const running = new Set<number>();
  const closed: LicenceId[] = [];
  let started = 0;
  const readers = {
    start: async () => {
      const number = ++started;
      running.add(number);
      const reader = { key: new Uint8Array(32), pid: number, ended: null, calls: { 'book.open': async () => onOpen().then(() => ok({ title: `book ${number}` })) }, close: async () => void running.delete(number) };
      return ok(reader as unknown as OpenReader);
    },
  } as unknown as ReaderModule;
  const books = new OpenBooks({
    readers,
    store: { get: () => ({ manifestBytes: new Uint8Array(1) }), isWhole: () => true } as unknown as ContentStore,
    contentOf: async () => '00'.repeat(32) as ContentId,
    grant: async () => {
      await onGrant();
      return { grant: new Uint8Array(1), closesAt: null };
    },
    closed: (licence) => void closed.push(licence),
    onDamaged: () => undefined,
  });
  return { books, running, closed };
}

describe('open books', () => {
  it('are few at once: for one more, the one asked for nothing the longest is closed', async () => {
    const { books, running, closed } = someBooks();
    const opened: number[] = [];
    for (let number = 1; number <= MAX_OPEN_BOOKS; number++) opened.push((await books.open(licenceOf(number))).book);
    const [first = 0, second = 0] = opened;
    books.reader(first);
    await books.open(licenceOf(99));
    expect(running.size).toBe(MAX_OPEN_BOOKS);
    expect(closed).toEqual([licenceOf(2)]);
    expect(() => books.reader(second)).toThrow('This book is closed.');
    expect(books.reader(first).pid).toBe(1);
  });

  it('stay open in other windows when one window closes the same copy', async () => {
    const { books, closed, running } = someBooks();
    const [one, other] = [await books.open(licenceOf(1)), await books.open(licenceOf(1))];
    await books.close(one.book);
    expect(closed).toEqual([]);
    expect(books.reader(other.book).pid).toBe(2);
    await books.close(other.book);
    expect(closed).toEqual([licenceOf(1)]);
    expect(running.size).toBe(0);
  });

  it('are few also when many are asked for at once', async () => {
    const { books, running } = someBooks();
    let most = 0;
    await Promise.all(Array.from({ length: 3 * MAX_OPEN_BOOKS }, async (_, number) => {
      await books.open(licenceOf(number));
      most = Math.max(most, running.size);
    }));
    expect([most, running.size]).toEqual([MAX_OPEN_BOOKS, MAX_OPEN_BOOKS]);
  });

  it('do not open any more if the vault takes the copy back while its reader is opening it', async () => {
    const { books, running, closed } = someBooks({ onGrant: async () => void books.closeLicence(licenceOf(1)) });
    await expect(books.open(licenceOf(1))).rejects.toThrow('not_here');
    expect([running.size, closed]).toEqual([0, [licenceOf(1)]]);
    expect((await books.open(licenceOf(2))).book).toBe(1);
  });

  it('are closed for the vault only when the last window is: not while another one opens the same copy', async () => {
    let first: number | null = null;
    const { books, closed } = someBooks({ onOpen: async () => { if (first !== null) await books.close(first); } });
    first = (await books.open(licenceOf(1))).book;
    const second = await books.open(licenceOf(1));
    expect(closed).toEqual([]);
    await books.close(second.book);
    expect(closed).toEqual([licenceOf(1)]);
  });

  it('are closed for the vault only when the last window is: not when another one fails to open the same copy', async () => {
    let fails = false;
    const { books, closed } = someBooks({ onOpen: async () => { if (fails) throw new Error('a reader that ended'); } });
    const first = await books.open(licenceOf(1));
    fails = true;
    await expect(books.open(licenceOf(1))).rejects.toThrow('a reader that ended');
    expect(closed).toEqual([]);
    await books.close(first.book);
    expect(closed).toEqual([licenceOf(1)]);
  });

  it('are closed for the vault when one ends and the other does not open', async () => {
    let first: number | null = null;
    const { books, closed } = someBooks({ onGrant: async () => {
      if (first === null) return;
      await books.close(first);
      throw new Error('no grant');
    } });
    first = (await books.open(licenceOf(1))).book;
    await expect(books.open(licenceOf(1))).rejects.toThrow('no grant');
    expect(closed).toEqual([licenceOf(1)]);
  });

  it('are all closed when the vault has ended, and so is the one that is being opened', async () => {
    let ended = false;
    const { books, running } = someBooks({ onOpen: async () => { if (ended) void books.closeAll(); } });
    const first = await books.open(licenceOf(1));
    ended = true;
    await expect(books.open(licenceOf(2))).rejects.toThrow('not_here');
    expect(() => books.reader(first.book)).toThrow('This book is closed.');
    expect(running.size).toBe(0);
  });

  it('of one copy are closed in every window when the vault says so', async () => {
    const { books, running } = someBooks();
    const [one, other, third] = [await books.open(licenceOf(1)), await books.open(licenceOf(1)), await books.open(licenceOf(2))];
    await books.closeLicence(licenceOf(1));
    for (const { book } of [one, other]) expect(() => books.reader(book)).toThrow('This book is closed.');
    expect(books.reader(third.book).pid).toBe(3);
    expect(running.size).toBe(1);
  });
});
