/**
 * A large book is published, given away, and fetched over loopback: each chunk encrypted and hashed, checked on arrival,
 * written and synced. The floor of fetching is a plain stream of the same connection, which neither checks nor stores. The
 * floor of publishing is the same work without us: read, encrypted, hashed, written and synced by Node's own code.
 */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import type { WalletProcess } from '../../cli/demo/wallet-process.ts';
import { CHUNK_BYTES } from '../../protocol/limits.ts';
import { CONTAINER, packageOf, xhtml } from '../support/made-epub.ts';
import { type Figure, figureOf, withTarget } from './figure.ts';
import type { Plan } from './plan.ts';
import { giveAndFetch, publish } from './shelf.ts';
import type { WireFloors } from './wire-floors.ts';

/** Below what the reader takes for one file of a book (enclave/reader/epub/zip.ts). */
const PICTURE_BYTES = 2 * 1024 * 1024;

/** A book of one page and large pictures that no page shows: only its length matters. */
function largeBook(bytes: number): Uint8Array {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  const pages = [['a.xhtml', xhtml('<p>Long.</p>')]] as const;
  return zipSync({
    mimetype: text('application/epub+zip'), 'META-INF/container.xml': text(CONTAINER), 'OPS/package.opf': text(packageOf({ pages })),
    'OPS/a.xhtml': text(pages[0][1]), ...Object.fromEntries(Array.from({ length: Math.ceil(bytes / PICTURE_BYTES) }, (_, index) => [`OPS/${index}.jpg`, randomBytes(PICTURE_BYTES)])),
  }, { level: 0 });
}

/** @returns milliseconds for what publishing a file cannot do without */
async function bareWork(from: string, to: string): Promise<number> {
  const begun = performance.now();
  const [source, target] = [await open(from, 'r'), await open(to, 'w')];
  const piece = Buffer.alloc(CHUNK_BYTES);
  const key = randomBytes(32);
  for (let index = 0; ; index++) {
    const { bytesRead } = await source.read(piece, 0, CHUNK_BYTES);
    if (bytesRead === 0) break;
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(index);
    const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
    const chunk = Buffer.concat([cipher.update(piece.subarray(0, bytesRead)), cipher.final(), cipher.getAuthTag()]);
    createHash('sha256').update(chunk).digest();
    await target.write(chunk);
  }
  await target.sync();
  await Promise.all([source.close(), target.close()]);
  return performance.now() - begun;
}

export async function bookFigures(ada: WalletProcess, ben: WalletProcess, wire: WireFloors, { bytes, runs }: Plan['books']): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tally-book-'));
  try {
    const [published, fetched, bare] = [[] as number[], [] as number[], [] as number[]];
    for (let run = 0; run < runs; run++) {
      // Another book each time: one that is known is not fetched again.
      const book = largeBook(bytes);
      const path = join(folder, `${run}.epub`);
      await writeFile(path, book);
      const rate = (ms: number): number => book.length / 1e6 / (ms / 1000);
      bare.push(rate(await bareWork(path, join(folder, 'bare'))));
      const { content, copies, tookMs } = await publish(ada, path, `Long ${run + 1}`);
      published.push(rate(tookMs));
      fetched.push(rate(await giveAndFetch(ada, ben, copies[0], content)));
    }
    const floor = figureOf('bytes read, encrypted, hashed, written, synced', 'MB/s', bare);
    return [
      floor,
      figureOf('publishing a book', 'MB/s', published, floor),
      withTarget(figureOf('fetching a book over loopback', 'MB/s', fetched, wire.stream), { of: 'ratio', atLeast: 0.6 }),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
