/** What fetching costs, counted: how often a peer is asked, how many chunks are in memory, and what is synced before it is noted. */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ChunkFile } from '../../../main/host/library/chunk-files.ts';
import { answer } from '../../../main/host/library/content.protocol.ts';
import { ContentStore } from '../../../main/host/library/content-store.ts';
import { Fetching } from '../../../main/host/library/fetching.ts';
import type { FrameStream } from '../../../main/host/library/frame-stream.port.ts';
import { CHUNKS_PER_PEER, QUESTIONS_PER_PEER } from '../../../main/host/library/peer-line.ts';
import { frameStreams } from '../../support/frame-streams.ts';
import { smallPublication } from '../../support/small-publication.ts';

/** Chunks of one question (main/host/library/fetching.ts). */
const BATCH = 16;
const CHUNKS = 70;
const SIZE = CHUNKS * 262_144;
const book = smallPublication(SIZE);

let folder = '';
let mine: ContentStore;
let theirs: ContentStore;
let fetching: Fetching;
/** Questions so far, those that are not over, and the most of these at once. */
let [asked, underWay, most] = [0, 0, 0];
/** Chunks that came over the wire. */
let came = 0;

/** As many streams as another wallet takes (main/host/network/carrier-limits.ts), counted. */
function openTo(): Promise<FrameStream> {
  const [near, far] = frameStreams();
  asked++;
  most = Math.max(most, ++underWay);
  let over = (): void => { underWay--; over = () => undefined; };
  void answer(far, theirs);
  return Promise.resolve({
    ...near,
    async read(into) {
      const frame = await near.read(into);
      if (frame.length > 100_000) came++;
      return frame;
    },
    close: () => { over(); return near.close(); },
    abort: () => { over(); near.abort(); },
  });
}

/** What every open file has, to look at it. */
async function fileMethods(): Promise<FileHandle> {
  const file = await open(join(folder, 'any'), 'w');
  await file.close();
  return Object.getPrototypeOf(file) as FileHandle;
}

async function keepAll(store: ContentStore, { content, manifest, chunks } = book): Promise<void> {
  await store.begin(content, manifest);
  const release = store.hold(content);
  for (const [index, chunk] of chunks.entries()) await store.put(content, index, chunk);
  await release();
}
const whole = (content = book.content): Promise<unknown> => expect.poll(() => mine.isWhole(content), { timeout: 30_000, interval: 5 }).toBe(true);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-bounds-'));
  [mine, theirs] = [await ContentStore.open(join(folder, 'mine')), await ContentStore.open(join(folder, 'theirs'))];
  [asked, underWay, most, came] = [0, 0, 0, 0];
  fetching = new Fetching({ store: mine, onChange: () => undefined, onCover: () => undefined, peers: () => ['ada'], open: openTo });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await fetching.close();
  await rm(folder, { recursive: true, force: true });
});

it('the next question is asked before the last one is answered, and each chunk is asked for once', async () => {
  await keepAll(theirs);
  fetching.want([{ content: book.content, bytes: SIZE }]);
  await whole();
  expect([asked, most, came]).toEqual([1 + Math.ceil(CHUNKS / BATCH), QUESTIONS_PER_PEER, CHUNKS]);
});

it('several books take turns at one peer, which is asked no more at once than for one of them', async () => {
  const others = [2, 3, 4].map((seed) => smallPublication(20 * 262_144, seed));
  for (const other of others) await keepAll(theirs, other);
  fetching.want(others.map(({ content }) => ({ content, bytes: 20 * 262_144 })));
  for (const { content } of others) await whole(content);
  expect([most, came]).toEqual([QUESTIONS_PER_PEER, 60]);
  expect(asked).toBe(3 * 3);
});

it('while the disk stands still, no more chunks are taken from the wire than there is room for, and all come once it goes on', async () => {
  await keepAll(theirs);
  const methods = await fileMethods();
  const { write } = methods;
  const stands = Promise.withResolvers<void>();
  vi.spyOn(methods, 'write').mockImplementation(async function (this: FileHandle, ...args: unknown[]) {
    await stands.promise;
    return await (write as (...all: unknown[]) => Promise<never>).apply(this, args);
  } as never);
  fetching.want([{ content: book.content, bytes: SIZE }]);
  await expect.poll(() => came, { timeout: 10_000, interval: 5 }).toBe(CHUNKS_PER_PEER);
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect([came, mine.get(book.content)?.have.count]).toEqual([CHUNKS_PER_PEER, 0]);
  stands.resolve();
  await whole();
});

it('its file is opened a few times and synced once in 16 MiB, not for each chunk', async () => {
  await keepAll(theirs);
  const methods = await fileMethods();
  const [synced, closed] = [vi.spyOn(methods, 'datasync'), vi.spyOn(ChunkFile.prototype, 'close')];
  fetching.want([{ content: book.content, bytes: SIZE }]);
  await whole();
  await fetching.close();
  // After 64 chunks and at the end.
  expect(synced.mock.calls.length).toBe(2);
  // At most by each question at either end; those that overlap share it.
  expect(closed.mock.calls.length).toBeLessThanOrEqual(2 * asked);
});

it('what is noted was synced: a chunk that comes while the others are synced is not among them', async () => {
  const methods = await fileMethods();
  const { datasync } = methods;
  const [begun, chunkCame] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  vi.spyOn(methods, 'datasync').mockImplementationOnce(async function (this: FileHandle) {
    await datasync.call(this);
    begun.resolve();
    await chunkCame.promise;
  });
  await mine.begin(book.content, book.manifest);
  await mine.put(book.content, 0, book.chunks[0]!);
  const noted = mine.note(book.content);
  await begun.promise;
  await mine.put(book.content, 1, book.chunks[1]!);
  chunkCame.resolve();
  await noted;
  const after = async (): Promise<boolean[] | undefined> => {
    const have = (await ContentStore.open(join(folder, 'mine'))).get(book.content)?.have;
    return have && [have.has(0), have.has(1), have.has(2)];
  };
  expect(await after()).toEqual([true, false, false]);
  await mine.note(book.content);
  expect(await after()).toEqual([true, true, false]);
});

it('a disk that fails to sync is heard of before much more is fetched, and nothing is noted meanwhile', async () => {
  const huge = smallPublication(180 * 262_144, 5);
  await keepAll(theirs, huge);
  const methods = await fileMethods();
  vi.spyOn(methods, 'datasync').mockRejectedValue(Object.assign(new Error('full'), { code: 'ENOSPC' }));
  fetching.want([{ content: huge.content, bytes: 180 * 262_144 }]);
  await expect.poll(() => fetching.view(huge.content).trouble, { timeout: 20_000, interval: 5 }).toMatchObject({ code: 'disk_full' });
  // The second writing of the map, after 128 chunks, hears that the first has failed.
  expect(came).toBeLessThanOrEqual(128 + QUESTIONS_PER_PEER * BATCH);
  expect((await ContentStore.open(join(folder, 'mine'))).get(huge.content)?.have.count).toBe(0);
  vi.restoreAllMocks();
  fetching.resume(huge.content);
  await whole(huge.content);
});
