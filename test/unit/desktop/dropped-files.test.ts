/** The channel of dropped files: from our own window, a book, or nothing (assurance row 41). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { serveDrops } from '../../../main/desktop/dropped-files.ts';
import { Refusal } from '../../../protocol/errors.ts';

let home: string;
let book: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'tally-drops-'));
  book = join(home, 'a.epub');
  writeFileSync(book, 'x');
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(home, { recursive: true, force: true });
});

/** A window with its page, and what the host is offered. */
function served(offerFile = vi.fn((_path: string) => 'ab'.repeat(16))) {
  const mainFrame = { origin: 'app://tallystick', parent: null };
  const webContents = { mainFrame };
  let handle: (event: unknown, raw: unknown) => Promise<unknown> = () => Promise.reject(new Error('not served'));
  serveDrops({ ipcMain: { handle: (_channel: string, handler: typeof handle) => { handle = handler; } } as never, window: () => ({ webContents, isDestroyed: () => false }) as never, offerFile });
  return { offerFile, ours: (raw: unknown) => handle({ sender: webContents, senderFrame: mainFrame }, raw), theirs: (raw: unknown) => handle({ sender: { mainFrame }, senderFrame: mainFrame }, raw) };
}

it('gives a book that our own window offers a name', async () => {
  const { ours, offerFile } = served();
  expect(await ours(book)).toEqual({ ok: true, value: { file: 'ab'.repeat(16) } });
  expect(offerFile).toHaveBeenCalledExactlyOnceWith(book);
});

it('takes nothing from another window', async () => {
  const { theirs, offerFile } = served();
  expect(await theirs(book)).toMatchObject({ ok: false, failure: { code: 'forbidden' } });
  expect(offerFile).not.toHaveBeenCalled();
});

it('takes nothing but books', async () => {
  const { ours, offerFile } = served();
  for (const raw of ['/etc/passwd', '', null, { path: book }, [book], `${book}/..`]) expect(await ours(raw)).toMatchObject({ ok: false, failure: { code: 'book_unreadable' } });
  expect(offerFile).not.toHaveBeenCalled();
});

it('passes on why the host does not take it, and nothing else', async () => {
  expect(await served(vi.fn(() => { throw new Refusal('no_wallet', 'None yet.'); })).ours(book)).toMatchObject({ ok: false, failure: { code: 'no_wallet' } });
  expect(await served(vi.fn(() => { throw new Error('/home/ada/secret'); })).ours(book)).toEqual({ ok: false, failure: { code: 'internal', detail: 'The file could not be taken.' } });
});
