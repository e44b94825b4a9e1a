/** The reader as Electron runs it, in a utility process: the same bundle, the same pages (design §4). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReaderModule } from '../../main/host/modules/reader-module.ts';
import { bookBytes, booksTrouble, mediaTypeOf } from '../support/books.ts';
import { electronTrouble } from '../support/electron-app.ts';
import { madeEpub, xhtml } from '../support/made-epub.ts';
import { processReaders, readerOf } from '../support/process-readers.ts';
import { codeOf, openFile, renderRaw, textOfPage, valueOf } from '../support/reader-calls.ts';
import { type UtilityProcesses, utilityProcesses } from '../support/utility-processes.ts';

const EPUB = 'application/epub+zip';
const small = madeEpub({ pages: [['a.xhtml', xhtml('<p>All is well. العربية</p>')]] });

describe.skipIf(electronTrouble)('in a real Electron, a reader', () => {
  let processes: UtilityProcesses;
  let inElectron: ReaderModule;
  let inNode: ReaderModule;
  beforeAll(async () => {
    processes = await utilityProcesses();
    inElectron = await processReaders((bundle) => processes.spawnModule(bundle), { memoryOf: null });
    inNode = await processReaders();
  });
  afterAll(async () => {
    await inElectron.close();
    await inNode.close();
    await processes.close();
  });

  it('draws the very page that it draws under Node', async () => {
    const [one, other] = [await readerOf(inElectron, small), await readerOf(inNode, small)];
    for (const { calls } of [one, other]) await openFile(calls, EPUB, small.length);
    expect(Buffer.compare((await renderRaw(one.calls, 0)).bytes, (await renderRaw(other.calls, 0)).bytes)).toBe(0);
    await Promise.all([one.close(), other.close()]);
  });

  it.skipIf(booksTrouble)('shows books as PNG, and their text', async () => {
    for (const name of ['sherlock-holmes.epub', 'scandal-in-bohemia.pdf', 'haruko-jpeg.epub'] as const) {
      const file = bookBytes(name);
      const reader = await readerOf(inElectron, file);
      await openFile(reader.calls, mediaTypeOf(name), file.length);
      const { bytes } = valueOf(await reader.calls['page.render']({ page: 4, width: 700, height: 1000, theme: 'sepia', format: 'png' }));
      expect([...bytes.subarray(1, 4)], name).toEqual([0x50, 0x4e, 0x47]);
      await reader.close();
    }
  });

  it('that is killed fails its calls; the next book opens', async () => {
    const reader = await readerOf(inElectron, small);
    await openFile(reader.calls, EPUB, small.length);
    process.kill(reader.pid as number, 'SIGKILL');
    expect(codeOf(await reader.calls['page.links']({ page: 0 }))).toBe('reader_failed');
    const next = await readerOf(inElectron, small);
    await openFile(next.calls, EPUB, small.length);
    expect(await textOfPage(next.calls, 0)).toContain('All is well.');
    await next.close();
  });
});
