/** Which path a window may offer, case by case (assurance row 41); on a real Electron: test/e2e/electron-books.test.ts. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { offeredFile } from '../../../main/desktop/rules/offered-file.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'tally-offer-'));
  for (const name of ['a.epub', 'B.PDF', 'c.png', 'D.JPG', 'e.jpeg', 'f.svg', 'secret.txt', 'epub']) writeFileSync(join(home, name), 'x');
  mkdirSync(join(home, 'folder.pdf'));
  symlinkSync(join(home, 'nowhere'), join(home, 'dangling.pdf'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('is an ordinary file that is called a book, or a picture for its cover', async () => {
  for (const name of ['a.epub', 'B.PDF', 'c.png', 'D.JPG', 'e.jpeg']) expect(await offeredFile(join(home, name))).toEqual({ path: join(home, name) });
});

it.each(['secret.txt', 'f.svg', 'epub', 'folder.pdf', 'dangling.pdf', 'missing.epub'])('is not %s', async (name) => {
  expect(await offeredFile(join(home, name))).toHaveProperty('trouble');
});

it('is nothing but a whole path', async () => {
  for (const raw of ['', 'a.epub', './a.epub', `${join(home, 'secret.txt')}\0.pdf`, `/${'x'.repeat(5000)}.pdf`, null, undefined, 7, {}, [join(home, 'a.epub')]]) expect(await offeredFile(raw)).toHaveProperty('trouble');
});
