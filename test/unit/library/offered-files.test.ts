/** Files that were chosen and not published yet: known by name only, removed if they are ours, left alone if they are the person's. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OfferedFiles } from '../../../main/host/library/offered-files.ts';

const EPUB = Buffer.from('PK\x03\x04 and so on', 'latin1');
let home: string;
let files: OfferedFiles;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tally-offered-'));
  files = await OfferedFiles.open(join(home, 'incoming'));
});
afterEach(() => rm(home, { recursive: true, force: true }));
async function* inPieces(bytes: Uint8Array, size = 3): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}
const stored = (): Promise<string[]> => readdir(join(home, 'incoming')).catch(() => []);

it('puts a file together from whatever pieces it comes in', async () => {
  const token = await files.receive('x.epub', inPieces(EPUB, 1));
  expect(await readFile(files.get(token).path)).toEqual(EPUB);
});

it('forgets the name of a file of the person and leaves the file', async () => {
  const path = join(home, 'mine.pdf');
  await writeFile(path, 'a file');
  const [once, again] = [files.offer(path), files.offer(path)];
  expect(once).not.toBe(again);
  await files.forget(once);
  const [{ file, done }] = files.take(again);
  await done();
  expect(file).toEqual(expect.objectContaining({ path, name: 'mine.pdf' }));
  for (const token of [once, again, 'f'.repeat(32)]) expect(() => files.get(token)).toThrow('Choose the file again.');
  expect(await readFile(path, 'utf8')).toBe('a file');
});

it('removes one that was sent only after it was published', async () => {
  const token = await files.receive('x.epub', inPieces(EPUB));
  const [{ file, done }] = files.take(token);
  await files.forget(token);
  expect(await readFile(file.path)).toEqual(EPUB);
  await done();
  expect(await stored()).toEqual([]);
});

it('hands over a book with its cover, or neither of them', async () => {
  const [book, cover] = [await files.receive('x.epub', inPieces(EPUB)), files.offer(join(home, 'cover.png'))];
  expect(() => files.take(book, book)).toThrow('One file cannot be both');
  expect(() => files.take(book, 'f'.repeat(32))).toThrow('Choose the file again.');
  const [taken, picture] = files.take(book, cover);
  expect([taken.file.name, picture.file.name]).toEqual(['x.epub', 'cover.png']);
  await taken.done();
  expect(await stored()).toEqual([]);
});

it('forgets the oldest name when there are too many', () => {
  const tokens = Array.from({ length: 65 }, (_, i) => files.offer(join(home, `${i}.pdf`)));
  expect(() => files.get(tokens[0] ?? '')).toThrow('Choose the file again.');
  expect(files.get(tokens[1] ?? '').name).toBe('1.pdf');
});

it('removes what an earlier run, or this one, has left', async () => {
  await files.receive('x.epub', inPieces(EPUB));
  expect(await stored()).toHaveLength(1);
  await OfferedFiles.open(join(home, 'incoming'));
  expect(await stored()).toEqual([]);
  await files.receive('x.epub', inPieces(EPUB));
  await files.close();
  expect(await stored()).toEqual([]);
});

it('refuses at once what there is no room for, before any of it is written', async () => {
  let taken = 0;
  const bytes = (async function* () { for await (const piece of inPieces(EPUB)) { taken += 1; yield piece; } })();
  const crowded = await OfferedFiles.open(join(home, 'incoming'), async () => EPUB.byteLength - 1);
  await expect(crowded.receive('x.epub', bytes, { size: EPUB.byteLength, isThere: () => true })).rejects.toMatchObject({ failure: { code: 'disk_full' } });
  expect([taken, await stored()]).toEqual([0, []]);
  const roomy = await OfferedFiles.open(join(home, 'incoming'), async () => EPUB.byteLength);
  expect(await roomy.receive('x.epub', inPieces(EPUB), { size: EPUB.byteLength, isThere: () => true })).toMatch(/^[0-9a-f]{32}$/);
});

it('keeps nothing for somebody who is gone when it has arrived', async () => {
  await expect(files.receive('x.epub', inPieces(EPUB), { size: EPUB.byteLength, isThere: () => false })).rejects.toMatchObject({ failure: { code: 'declined' } });
  expect(await stored()).toEqual([]);
});
