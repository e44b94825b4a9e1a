/**
 * A file of 300 MB is published (design §7): it goes through host and reader piece by piece, is told of on the way, and leaves
 * nothing behind when it is called off. It is a PDF, of which the reader has to look at a few places, and no more.
 */
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureTree } from '../bench/process-tree.ts';
import { CHUNK_BYTES } from '../../protocol/limits.ts';
import { ensureBuilt } from '../support/built.ts';
import { largePdf } from '../support/large-pdf.ts';
import { startCli } from '../support/run-cli.ts';
import { type Wallets, type WalletProcess, createWallets, need, soon } from '../support/wallet-process.ts';

/** What any process of the wallet may have; the file has more. A reader weighs a third of this with nothing in it. */
const MOST_MB = 280;
const PATIENCE_MS = 180_000;

describe('a file of 300 MB', () => {
  const pdf = largePdf(300, 1024);
  let folder: string;
  let file: string;
  let wallets: Wallets;
  let ada: WalletProcess;
  beforeAll(async () => {
    await ensureBuilt('enclave', 'reader', 'cli');
    folder = await mkdtemp(join(tmpdir(), 'tally-large-'));
    file = join(folder, 'volume.pdf');
    const written = await open(file, 'w');
    for (let index = 0; index * CHUNK_BYTES < pdf.size; index++) await written.write(pdf.piece(index));
    await written.close();
    wallets = await createWallets();
    ada = await wallets.start(await wallets.make('Ada'));
  });
  afterAll(async () => {
    await wallets?.tearDown();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<number> => {
    const token = await ada.offerFile(file);
    return (await need(ada.client['publishing.start']({ file: token, title: 'Volume', author: '', language: 'en', copies: 2, terms: { give: true, lend: true, maxLoanDays: null, text: true }, price: null }))).job;
  };
  const view = async (job: number) => (await need(ada.client['publishing.jobs']({}))).find((entry) => entry.job === job);
  const contents = (): Promise<string[]> => readdir(join(ada.folders.data, 'books')).catch(() => []);

  it('leaves nothing behind when it is called off on the way', async () => {
    const job = await start();
    await soon(ada, 'a part of it to be encrypted', async () => (((await view(job))?.bytes ?? 0) > 0 ? true : null));
    expect(await contents()).not.toEqual([]);
    await need(ada.client['publishing.cancel']({ job }));
    await soon(ada, 'the end of it', async () => ((await view(job))?.state === 'cancelled' ? true : null));
    await soon(ada, 'its place to be clear', async () => ((await contents()).length === 0 ? true : null));
    expect(await need(ada.client['books.shelf']({}))).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('leaves nothing behind either when the command that publishes it is interrupted, and the wallet goes on', async () => {
    const command = startCli(['publish', file, '--title', 'Volume', '--data', ada.folders.data, '--json'], { TALLYSTICK_STATE_DIR: ada.folders.state });
    await soon(ada, 'a part of it to be encrypted', async () => ((await need(ada.client['publishing.jobs']({}))).some(({ state, bytes }) => state === 'running' && bytes > 0) ? true : null), PATIENCE_MS);
    command.child.kill('SIGINT');
    expect(await command.next()).toMatchObject({ ok: false, code: 'declined' });
    expect((await command.ended).status).toBe(3);
    await soon(ada, 'its place to be clear', async () => ((await contents()).length === 0 ? true : null));
    expect(await need(ada.client['books.shelf']({}))).toEqual([]);
  });

  it('is published in bounded memory, and one hears how far it is', async () => {
    const job = await start();
    const seen = new Set<number>();
    let most = 0;
    const end = await soon(ada, 'the copies', async () => {
      const now = await view(job);
      if (now?.state === 'running') {
        seen.add(now.bytes);
        most = Math.max(most, ...measureTree(ada.pid).map(({ rss }) => rss));
      }
      return now && now.state !== 'running' ? now : null;
    }, PATIENCE_MS);
    expect(end.state, end.failure?.detail).toBe('done');
    expect((await need(ada.client['books.shelf']({}))).map(({ publication, readable }) => [publication.title, readable])).toEqual([['Volume', true], ['Volume', true]]);
    expect([...seen].toSorted((a, b) => a - b), 'it only goes on').toEqual([...seen]);
    expect(seen.size).toBeGreaterThan(5);
    console.log(`a file of ${Math.round(pdf.size / 1e6)} MB was published with at most ${Math.round(most)} MB in any process; ${seen.size} times it was told how far`);
    expect(most).toBeLessThan(MOST_MB);
  });
});
