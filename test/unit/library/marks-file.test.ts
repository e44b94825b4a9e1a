/** Where a person was in each book and how they like to read: kept over restarts, and never in the way when it is lost. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContentId } from '../../../protocol/publication.codec.ts';
import { DEFAULT_READING, openMarksFile } from '../../../main/host/library/marks-file.ts';

const contentOf = (number: number): ContentId => number.toString(16).padStart(64, '0') as ContentId;
const NOWHERE = { position: null, within: 0, bookmarks: [], zoom: 1 };
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-marks-'));
  path = join(folder, 'reading.json');
});
afterEach(() => rm(folder, { recursive: true }));

describe('marks', () => {
  it('are there again after a restart, with the settings', async () => {
    const marks = { position: 'c3.120', bookmarks: [{ position: 'c1.2', label: 'Fog', at: 7 }], within: 0.25, zoom: 1.5 };
    const before = await openMarksFile(path);
    await Promise.all([before.set(contentOf(1), marks), before.setReading({ theme: 'dark' }), before.setReading({ fontSize: 20 })]);
    const after = await openMarksFile(path);
    expect(after.of(contentOf(1))).toEqual(marks);
    expect(after.of(contentOf(2))).toEqual(NOWHERE);
    expect(after.reading()).toEqual({ ...DEFAULT_READING, theme: 'dark', fontSize: 20 });
  });

  it('of a file that knows neither zoom nor how far down are read all the same', async () => {
    await writeFile(path, JSON.stringify({ reading: DEFAULT_READING, books: [[contentOf(1), { position: 'p4', bookmarks: [] }]] }));
    expect((await openMarksFile(path)).of(contentOf(1))).toEqual({ position: 'p4', within: 0, bookmarks: [], zoom: 1 });
  });

  it.each(['', '{', '[]', '{"reading":7,"books":{}}', '\0\0\0'])('that cannot be understood (%j) are left behind, and can be made anew', async (text) => {
    await writeFile(path, text);
    const marks = await openMarksFile(path);
    expect([marks.of(contentOf(1)), marks.reading()]).toEqual([NOWHERE, DEFAULT_READING]);
    await marks.set(contentOf(1), { ...NOWHERE, position: 'p1' });
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ books: [[contentOf(1), { position: 'p1' }]] });
  });
});
