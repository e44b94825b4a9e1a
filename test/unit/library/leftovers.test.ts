/** Book files of books that are no longer here: kept within a bound, removed when their person says so, never while a copy needs them. */
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ContentStore } from '../../../main/host/library/content-store.ts';
import { Leftovers } from '../../../main/host/library/leftovers.ts';
import { refuse } from '../../../protocol/errors.ts';
import type { ContentId } from '../../../protocol/publication.codec.ts';
import { smallPublication } from '../../support/small-publication.ts';

const SIZE = 1000;
const BYTES = SIZE + 16;
const books = [1, 2, 3].map((seed) => smallPublication(SIZE, seed));
const [one, two, three] = books.map(({ content }) => content) as [ContentId, ContentId, ContentId];

let folder: string;
let store: ContentStore;
/** What the vault says is on the shelf. */
let shelf: Set<ContentId>;
let told: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-left-'));
  store = await ContentStore.open(folder);
  [shelf, told] = [new Set([one, two, three]), 0];
  for (const { content, manifest, chunks } of books) {
    await store.begin(content, manifest);
    await store.put(content, 0, chunks[0]!);
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const leftovers = (maxBytes?: number, needed: () => Promise<ReadonlySet<ContentId>> = async () => shelf): Leftovers => new Leftovers({ store, needed, onChange: () => { told += 1; }, ...(maxBytes === undefined ? {} : { maxBytes }) });
const here = (): ContentId[] => [one, two, three].filter((content) => store.isWhole(content));
const after = async (left: Leftovers, ...contents: ContentId[]): Promise<void> => {
  shelf = new Set(contents);
  await left.tidy(shelf);
};

describe('what the last copy of a book leaves behind', () => {
  it('is counted, stays to be asked for, and is no leftover any more when a copy comes', async () => {
    const left = leftovers();
    await after(left, one, two, three);
    expect([left.view(), told]).toEqual([{ books: 0, bytes: 0 }, 0]);
    await after(left, two);
    expect([left.view(), here(), told]).toEqual([{ books: 2, bytes: 2 * BYTES }, [one, two, three], 1]);
    await after(left, one, two);
    expect(left.view()).toEqual({ books: 1, bytes: BYTES });
  });

  it('is still known as such after a restart', async () => {
    await after(leftovers(), two);
    store = await ContentStore.open(folder);
    expect(leftovers().view()).toEqual({ books: 2, bytes: 2 * BYTES });
  });

  it('goes when there is too much of it, what left first before the rest', async () => {
    const left = leftovers(2 * BYTES);
    await after(left, one, three);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await after(left, three);
    expect(here()).toEqual([one, two, three]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await after(left);
    expect(here()).toEqual([one, three]);
  });

  it('stays, all of it, when a part of it cannot be removed', async () => {
    const left = leftovers();
    await after(left, two);
    const setAside = store.setAside.bind(store);
    vi.spyOn(store, 'setAside').mockImplementation((content) => (content === three ? Promise.reject(new Error('EBUSY')) : setAside(content)));
    await expect(left.free()).rejects.toThrow('EBUSY');
    expect(here()).toEqual([one, two, three]);
  });

  it('is removed when its person says so, from the disk too, and nothing else is', async () => {
    const left = leftovers();
    await after(left, two);
    expect(await left.free()).toEqual({ books: 2, bytes: 2 * BYTES });
    expect([left.view(), here(), await readdir(folder)]).toEqual([{ books: 0, bytes: 0 }, [two], [two]]);
    expect(await left.free()).toEqual({ books: 0, bytes: 0 });
  });
});

describe('what a copy here needs', () => {
  it('stays, though the copy came only while the files were about to go', async () => {
    const left = leftovers();
    await after(left);
    shelf = new Set([two]);
    expect(await left.free()).toEqual({ books: 2, bytes: 2 * BYTES });
    expect(here()).toEqual([two]);
    expect(Buffer.compare(await store.chunk(two, 0), books[1]!.chunks[0]!)).toBe(0);
  });

  it('stays as long as the vault does not say that nobody needs it', async () => {
    const left = leftovers(0, async () => refuse('module_crashed', 'It ended.'));
    await after(left);
    expect(await left.free()).toEqual({ books: 0, bytes: 0 });
    expect(here()).toEqual([one, two, three]);
  });

  it('is found again after a crash that came while it was set aside', async () => {
    await rename(join(folder, one), join(folder, `.aside-${one}`));
    await rename(join(folder, two), join(folder, `.aside-${two}`));
    await mkdir(join(folder, two));
    await writeFile(join(folder, two, 'manifest'), books[1]!.manifest);
    store = await ContentStore.open(folder);
    expect([here(), (await readdir(folder)).sort()]).toEqual([[one, two, three], [one, two, three].sort()]);
  });
});

describe('a book that was encrypted', () => {
  const make = async (): Promise<ContentId> => {
    const { manifest, chunks } = smallPublication(SIZE, 9);
    const making = await store.make();
    await making.put(0, chunks[0]!);
    return await making.finish(manifest);
  };

  it('is left alone for as long as its copies are being made', async () => {
    const made = await make();
    await after(leftovers(0), one, two, three);
    expect(store.isWhole(made)).toBe(true);
  });

  it('and never published, because the program ended, is removed at the start', async () => {
    const made = await make();
    store = await ContentStore.open(folder);
    expect(store.isWhole(made)).toBe(true);
    await after(leftovers(), one, two, three);
    expect([store.get(made), (await readdir(folder)).includes(made)]).toEqual([undefined, false]);
  });

  it('and published, though the program ended before it knew, stays', async () => {
    const made = await make();
    store = await ContentStore.open(folder);
    const left = leftovers(0);
    await after(left, one, two, three, made);
    store = await ContentStore.open(folder);
    expect([store.isWhole(made), store.get(made)?.unsigned]).toEqual([true, 'no']);
  });

  it('is removed if the vault did not want it, and stays if its word was only lost', async () => {
    const [unwanted, left] = [await make(), leftovers()];
    store.abandon(unwanted);
    await after(left, one, two, three, unwanted);
    expect(store.isWhole(unwanted)).toBe(true);
    store.abandon(unwanted);
    await after(left, one, two, three);
    expect(store.get(unwanted)).toBeUndefined();
  });
});
