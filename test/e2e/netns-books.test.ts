/**
 * A book goes to another computer over a cable that is pulled while its contents are on the way (design §7; assurance rows 24,
 * 50): the copy is there at once, its contents wait, go on where they were cut off, and the book opens.
 */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pair } from '../../cli/demo/story.ts';
import type { FetchView } from '../../protocol/contracts/library-host.contract.ts';
import { ensureBuilt } from '../support/built.ts';
import { madeEpub, xhtml } from '../support/made-epub.ts';
import { netnsAvailable } from '../support/netns.ts';
import { type NetnsWallets, createNetnsWallets } from '../support/netns-wallets.ts';
import { type WalletProcess, need, soon } from '../support/wallet-process.ts';

const missing = netnsAvailable();
if (missing) console.warn(`SKIPPED: books in network namespaces: ${missing}`);

/** As large as a book with many pictures; the pictures are noise, and on no page. */
const PICTURES = 8;
const PICTURE_BYTES = 8 * 1024 * 1024;

describe.skipIf(missing !== null)('a book that is lent to another computer', () => {
  let room: NetnsWallets;
  beforeAll(() => ensureBuilt('enclave'));
  beforeEach(async () => { room = await createNetnsWallets(2); });
  afterEach(() => room.tearDown());

  const contentsOf = async (wallet: WalletProcess): Promise<FetchView> => {
    const [content] = await need(wallet.client['contents.list']({}));
    if (!content) throw new Error(`${wallet.folders.name} has no book`);
    return content;
  };
  const stateOf = async (wallet: WalletProcess): Promise<string | undefined> => (await need(wallet.client['books.shelf']({})))[0]?.state;

  async function published(ada: WalletProcess): Promise<string> {
    const path = join(dirname(ada.folders.data), 'book.epub');
    const files = Object.fromEntries(Array.from({ length: PICTURES }, (_, at) => [`OPS/noise${at}.bin`, new Uint8Array(randomBytes(PICTURE_BYTES))]));
    await writeFile(path, madeEpub({ pages: [['one.xhtml', xhtml('<h1>Far away</h1><p>There it is.</p>')]], files }));
    const file = await ada.offerFile(path);
    const { job } = await need(ada.client['publishing.start']({ file, title: 'Far away', author: '', language: 'en', copies: 1, terms: { give: true, lend: true, maxLoanDays: null, text: true }, price: null }));
    const done = await soon(ada, 'the book to be published', async () => (await need(ada.client['publishing.jobs']({}))).find((one) => one.job === job && one.state !== 'running') ?? null);
    expect(done).toMatchObject({ state: 'done' });
    return (await need(ada.client['books.shelf']({})))[0]!.id;
  }

  it('comes through a cable that was pulled, and a program that was killed, without beginning anew', async () => {
    const [ada, ben] = await Promise.all([room.begin('Ada', 0), room.begin('Ben', 1)]);
    for (const [one, other] of [[ada, ben], [ben, ada]] as const) {
      await soon(one, 'the other', async () => ((await need(one.client['people.strangers']({}))).some(({ instance }) => instance === other.instance) ? true : null));
    }
    await pair({ ada, ben });
    const licence = await published(ada);
    const { id } = await need(ada.client['books.lend']({ licence: licence as never, contact: ben.instance, due: null }));
    await soon(ben, 'the offer', async () => ((await need(ben.client['transfers.pending']({}))).some((offer) => offer.id === id) ? true : null));
    await need(ben.client['transfers.accept']({ id }));

    const some = await soon(ben, 'some of it to be there', async () => { const content = await contentsOf(ben).catch(() => null); return content && content.bytes > 0 ? content : null; });
    room.host(1).pullCable();
    expect(await stateOf(ben), 'the copy came before its contents').toBe('borrowed');
    expect(some.total === null || some.bytes < some.total).toBe(true);
    const cut = await soon(ben, 'the contents to wait', async () => { const content = await contentsOf(ben); return content.state === 'waiting' ? content : null; });
    expect(cut.bytes).toBeGreaterThan(0);
    expect(cut.bytes).toBeLessThan(cut.total ?? 0);

    await ben.kill();
    const again = await room.start(ben.folders, 1);
    // What was noted on the disk is still there; the rest of what had come is at most sixteen megabytes.
    expect((await contentsOf(again)).bytes).toBeGreaterThanOrEqual(cut.bytes - 16 * 2 ** 20);
    room.host(1).plugCable();
    await soon(again, 'all of it', async () => ((await contentsOf(again)).state === 'whole' ? true : null));
    const { book, description } = await need(again.client['reading.open']({ licence: licence as never }));
    expect(description).toMatchObject({ kind: 'flowing', title: 'Made' });
    await need(again.client['reading.close']({ book }));
    expect([await stateOf(ada), await ada.client['reading.open']({ licence: licence as never })]).toEqual(['lent', expect.objectContaining({ ok: false, failure: expect.objectContaining({ code: 'not_here' }) })]);
  });
});
