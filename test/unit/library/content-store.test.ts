/** Ciphertext on disk: what is kept, what is noticed to be damaged, what a crash or a cancelled publication leaves. */
import { mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContentStore } from '../../../main/host/library/content-store.ts';
import { smallPublication } from '../../support/small-publication.ts';

const SIZE = 700_000; // three chunks

let folder = '';
let store: ContentStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-content-'));
  store = await ContentStore.open(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const { chunks, manifest, content } = smallPublication(SIZE);
const failure = (code: string) => expect.objectContaining({ failure: expect.objectContaining({ code }) as unknown });

describe('ciphertext that is fetched', () => {
  it('is whole when every chunk has come, in any order, and stays so', async () => {
    await store.begin(content, manifest);
    for (const index of [2, 0, 1]) {
      expect(store.isWhole(content)).toBe(false);
      await store.put(content, index, chunks[index]!);
    }
    expect(store.isWhole(content)).toBe(true);
    const again = await ContentStore.open(folder);
    expect(again.isWhole(content)).toBe(true);
    for (const [index, chunk] of chunks.entries()) expect(Buffer.compare(await again.chunk(content, index), chunk)).toBe(0);
  });

  it('goes on after a restart where it was when it was last noted', async () => {
    await store.begin(content, manifest);
    await store.put(content, 1, chunks[1]!);
    await store.note(content);
    await store.put(content, 2, chunks[2]!); // not noted: fetched again after a crash
    const again = await ContentStore.open(folder);
    expect(again.get(content)?.have.missing(9, new Set())).toEqual([0, 2]);
  });

  it('is begun once when several who have it say so at the same time', async () => {
    const [one, other] = await Promise.all([store.begin(content, manifest), store.begin(content, manifest)]);
    await store.put(content, 0, chunks[0]!);
    expect([one === other, one.have.has(0), store.get(content)?.have.has(0)]).toEqual([true, true, true]);
  });

  it('is begun by one who has it, whatever another claims at the same time', async () => {
    const [lie, truth] = await Promise.allSettled([store.begin(content, smallPublication(SIZE, 2).manifest), store.begin(content, manifest)]);
    expect([lie.status, truth.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('is not taken for whole because a crash left its manifest without its map', async () => {
    await store.begin(content, manifest);
    await rm(join(folder, content, 'have'));
    const again = await ContentStore.open(folder);
    expect(again.isWhole(content)).toBe(false);
    for (const [index, chunk] of chunks.entries()) await again.put(content, index, chunk);
    expect((await ContentStore.open(folder)).isWhole(content)).toBe(true);
  });

  it('is not taken if it is another list of chunks, or another chunk', async () => {
    await expect(store.begin(content, smallPublication(SIZE, 2).manifest)).rejects.toEqual(failure('peer_protocol'));
    await store.begin(content, manifest);
    await expect(store.put(content, 0, chunks[1]!)).rejects.toEqual(failure('chunk_damaged'));
    const bent = chunks[0]!.slice();
    bent[5]! ^= 1;
    await expect(store.put(content, 0, bent)).rejects.toEqual(failure('chunk_damaged'));
    await expect(store.chunk(content, 0)).rejects.toEqual(failure('chunk_damaged'));
  });

  it('is noticed when it rots on the disk, and asked for again', async () => {
    await store.begin(content, manifest);
    for (const [index, chunk] of chunks.entries()) await store.put(content, index, chunk);
    const file = await open(join(folder, content, 'chunks'), 'r+');
    await file.write(new Uint8Array([1, 2, 3]), 0, 3, 300_000);
    await file.close();
    await expect(store.chunk(content, 1)).rejects.toEqual(failure('chunk_damaged'));
    expect(store.get(content)?.have.missing(9, new Set())).toEqual([1]);
    expect((await ContentStore.open(folder)).isWhole(content)).toBe(false);
    await store.put(content, 1, chunks[1]!);
    expect(Buffer.compare(await store.chunk(content, 1), chunks[1]!)).toBe(0);
  });

  it('leaves nothing when it is removed', async () => {
    await store.begin(content, manifest);
    await store.remove(content);
    expect(await readdir(folder)).toEqual([]);
    expect(store.get(content)).toBeUndefined();
  });
});

describe('a publication in the making', () => {
  it('gets its name when it is finished', async () => {
    const making = await store.make();
    for (const [index, chunk] of chunks.entries()) await making.put(index, chunk);
    expect(await making.finish(manifest)).toBe(content);
    expect(await readdir(folder)).toEqual([content]);
    expect(Buffer.compare(await store.chunk(content, 2), chunks[2]!)).toBe(0);
  });

  it('leaves nothing when it is cancelled, or when the program ended meanwhile', async () => {
    const making = await store.make();
    await making.put(0, chunks[0]!);
    await making.discard();
    expect(await readdir(folder)).toEqual([]);
    await (await store.make()).put(0, chunks[0]!);
    expect(await readdir(folder)).toHaveLength(1);
    await ContentStore.open(folder);
    expect(await readdir(folder)).toEqual([]);
  });
});

it('what is no publication is left alone and offers nothing', async () => {
  await writeFile(join(folder, 'notes.txt'), 'mine');
  const again = await ContentStore.open(folder);
  expect(again.contents()).toEqual([]);
  expect((await stat(join(folder, 'notes.txt'))).size).toBe(4);
});
