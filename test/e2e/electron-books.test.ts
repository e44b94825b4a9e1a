/**
 * Books in the desktop app: chosen in the app's dialog, or dropped on its window; what the page may and may not name
 * (assurance row 41). What becomes of a book then is the same as in a browser (browser-books.test.ts).
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callFrom } from '../support/app-calls.ts';
import { openBook, publicationForm, publishIt, shelfOf } from '../support/book-story.ts';
import { bookBytes, booksTrouble } from '../support/books.ts';
import { electronTrouble, type RunningApp, startApp } from '../support/electron-app.ts';
import { firstRun, goTo } from '../support/interface-story.ts';
import { picture } from '../support/pictures.ts';

describe.skipIf(electronTrouble ?? booksTrouble)('books in the desktop app', () => {
  let running: RunningApp;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tallystick-books-'));
    for (const name of ['wasteland.epub', 'scandal-in-bohemia.pdf'] as const) writeFileSync(join(folder, name), bookBytes(name));
    writeFileSync(join(folder, 'secret.txt'), '%PDF-1.7 not called a book');
    mkdirSync(join(folder, 'folder.epub'));
    running = await startApp();
    await firstRun(running.page, 'Ada');
  });
  afterAll(async () => {
    await running?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the person does with the next question which file. */
  const choose = (filePaths: readonly string[]) => running.app.evaluate(({ dialog }, chosen) => {
    const asked: unknown[] = [];
    Object.assign(globalThis, { asked });
    dialog.showOpenDialog = ((...given: unknown[]) => {
      asked.push(given.at(-1));
      return Promise.resolve({ canceled: chosen.length === 0, filePaths: [...chosen] });
    }) as never;
  }, filePaths);
  const asked = () => running.app.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked);

  /** Drops files on the window as a file manager does. */
  async function drop(paths: readonly string[]): Promise<void> {
    const session = await running.page.context().newCDPSession(running.page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data: { items: [], files: [...paths], dragOperationsMask: 1 } });
    await session.detach();
  }

  it('are chosen in the app’s own dialog, which the page learns nothing of but a name', async () => {
    await goTo(running.page, 'Books');
    await choose([]);
    await running.page.getByRole('button', { name: 'Publish a book' }).click();
    await expect.poll(asked).toEqual([{ properties: ['openFile', 'multiSelections'], filters: [{ name: 'Books (EPUB, PDF)', extensions: ['epub', 'pdf'] }] }]);
    expect(await running.page.getByRole('dialog').count()).toBe(0);
    await choose([join(folder, 'wasteland.epub')]);
    await running.page.getByRole('button', { name: 'Publish a book' }).click();
    const form = await publicationForm(running.page);
    expect(await form.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('The Waste Land');
    await picture(running.page, 'electron/books-1-form');
    await publishIt(running.page, 'The Waste Land');
    await openBook(running.page, 'The Waste Land');
    await running.page.getByRole('link', { name: 'Read', exact: true }).waitFor();
    expect(existsSync(join(folder, 'wasteland.epub'))).toBe(true);
  });

  it('are dropped on whatever screen is open, one or several', async () => {
    await goTo(running.page, 'People');
    await drop([join(folder, 'scandal-in-bohemia.pdf'), join(folder, 'secret.txt')]);
    const form = await publicationForm(running.page);
    await form.getByRole('heading', { name: 'Publish: 1 of 2' }).waitFor();
    await form.getByRole('textbox', { name: 'Title' }).fill('A Scandal in Bohemia');
    await form.getByRole('button', { name: 'Publish', exact: true }).click();
    await running.page.getByRole('dialog').getByRole('alert').waitFor();
    await running.page.getByRole('button', { name: 'Skip this file' }).click();
    await goTo(running.page, 'Books');
    await shelfOf(running.page).filter({ hasText: 'A Scandal in Bohemia' }).waitFor({ timeout: 30_000 });
    expect(await shelfOf(running.page).count()).toBe(2);
  });

  it('cannot be named by the page: neither a path, nor a file that it made up', async () => {
    const offered = (make: 'path' | 'made') => running.page.evaluate(async ([kind, path]) => {
      const { offerFile } = (window as unknown as { tallystick: { offerFile(file: unknown): Promise<unknown> } }).tallystick;
      return await offerFile(kind === 'path' ? path : new File(['%PDF-1.7'], path ?? '')).catch((error: unknown) => ({ ok: false, threw: String(error) }));
    }, [make, join(folder, 'wasteland.epub')] as const);
    expect(await offered('path')).toMatchObject({ ok: false });
    expect(await offered('made')).toMatchObject({ ok: false, failure: { code: 'book_unreadable' } });
    expect(await callFrom(running.page, 'publishing.inspect', { file: join(folder, 'wasteland.epub') })).toMatchObject({ ok: false, failure: { code: 'bad_input' } });
    expect(await callFrom(running.page, 'publishing.inspect', { file: 'ab'.repeat(16) })).toMatchObject({ ok: false, failure: { code: 'bad_input' } });
    expect(await callFrom(running.page, 'shell.offerFile', { path: join(folder, 'wasteland.epub') })).toMatchObject({ ok: false, failure: { code: 'unknown_method' } });
  });
});
