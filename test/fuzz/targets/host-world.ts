/**
 * Whole hosts on real folders, for calls to them: their modules run in the same thread, behind the same copying of messages
 * as processes, and there is no network. One has no wallet yet, one has one, and one has a book that was published and lies
 * open.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createReaderRuntime } from '../../../enclave/runtime/reader-runtime.ts';
import { createVaultRuntime } from '../../../enclave/runtime/vault-runtime.ts';
import type { ModuleProcess } from '../../../main/host/modules/module-process.port.ts';
import { fileRootSecretStore } from '../../../main/host/storage/root-secret.file.ts';
import { openWalletHost } from '../../../main/host/wallet-host.ts';
import type { WalletHost } from '../../../main/host/wallet-host.port.ts';
import { createClient } from '../../../protocol/contracts/client.ts';
import { type WalletContract, walletContract } from '../../../protocol/contracts/wallet.contract.ts';
import type { Client } from '../../../protocol/contracts/contract.ts';
import type { Result } from '../../../protocol/errors.ts';
import { forkProofOf, signerOf } from '../../support/fork-proofs.ts';
import { formatForkProof } from '../../../protocol/fork-proof.codec.ts';
import { seededRandom } from '../../support/memory-host.ts';
import { MUPDF_WASM } from '../../support/mupdf-wasm.ts';
import { atTheEnd, once, scratchFolder } from '../engine/scratch.ts';
import { mustHold } from '../engine/target.ts';
import { EPUB, PNG } from './small-book.ts';

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
/** Without fonts: what a page looks like is not looked at here. */
const PARTS = { mupdf: sha256(MUPDF_WASM).toString('hex') };

type Start = (emit: (message: object) => void) => (message: unknown) => void;

/** A module in this thread. */
function inThread(start: Start): ModuleProcess {
  const listeners: ((message: unknown) => void)[] = [];
  const exits: (() => void)[] = [];
  const early: unknown[] = [];
  const tell = (message: unknown): void => {
    if (listeners.length === 0) early.push(message);
    for (const listener of listeners) listener(message);
  };
  const handle = start((message) => { const copy: unknown = structuredClone(message); queueMicrotask(() => tell(copy)); });
  return {
    pid: undefined, post: (message) => handle(structuredClone(message)), onExit: (listener) => void exits.push(() => listener(0, null)),
    stop: () => {
      listeners.splice(0);
      for (const exited of exits.splice(0)) exited();
      return Promise.resolve();
    },
    onMessage: (listener) => {
      listeners.push(listener);
      for (const message of early.splice(0)) listener(message);
    },
  };
}

const random = seededRandom('host');
const vault: Start = (emit) => { const runtime = createVaultRuntime(emit, random); return (message) => runtime.handle(message); };

export async function newHost(): Promise<WalletHost> {
  const folder = scratchFolder('host');
  const [vaultBundle, readerBundle] = [join(folder, 'vault.mjs'), join(folder, 'reader.mjs')];
  for (const bundle of [vaultBundle, readerBundle]) writeFileSync(bundle, '');
  writeFileSync(join(folder, 'mupdf.wasm'), MUPDF_WASM);
  const reader: Start = (emit) => createReaderRuntime({ emit, random, sha256: (bytes) => Promise.resolve(new Uint8Array(sha256(bytes))), parts: PARTS });
  const host = await openWalletHost({
    dataDir: join(folder, 'data'), stateDir: join(folder, 'state'), vaultBundle, readerBundle, spawnModule: (bundle) => inThread(bundle === vaultBundle ? vault : reader), rootSecrets: fileRootSecretStore,
    shell: 'none', versions: {}, listen: null, mdns: false, openFolder: () => {}, saveFile: () => Promise.resolve(true), choosePlace: (name) => Promise.resolve(join(folder, name)), chooseFiles: () => Promise.resolve([join(folder, 'chosen.epub')]),
  });
  atTheEnd(() => host.close());
  return host;
}

const clientOf = (host: WalletHost): Client<WalletContract> => createClient(walletContract, (call) => host.serve(call));
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

async function withWallet(): Promise<WalletHost> {
  const host = await newHost();
  valueOf(await clientOf(host)['app.create']({ name: 'Ada' }));
  host.onNotice(({ changed }) => mustHold(changed.length > 0, 'a notice of nothing'));
  return host;
}

/** A copy of the history of `host`. */
export const historyCopy = once(async (): Promise<string> => {
  const path = join(scratchFolder('history'), 'a.history');
  await (await host()).saveHistory(path);
  return path;
});
export const emptyHost = once(newHost);
export const host = once(withWallet);

const ADDRESS = '/ip4/192.168.1.2/tcp/4001/p2p/12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf';
/** What corpus files call by name. */
export const HOST_NAMES: ReadonlyMap<string, unknown> = new Map([['@link', `tallystick://pair/${signerOf('Ben').instance}?name=Ben&at=${ADDRESS}`], ['@address', ADDRESS], ['@proof', formatForkProof(forkProofOf(signerOf('copied')))]]);

const TERMS = { give: true, lend: true, maxLoanDays: null, text: true };
const BOOK = { title: 'Of tallies', author: 'A. Uthor', language: 'en', copies: 2, terms: TERMS, price: null };

export interface LibraryWorld {
  readonly host: WalletHost;
  readonly names: ReadonlyMap<string, unknown>;
  /** Resolves when nothing is being published. */
  readonly idle: () => Promise<void>;
  /** Things that a call uses up, made when it is asked for them. */
  readonly fresh: Readonly<Record<'@job' | '@book' | '@file' | '@picture', () => Promise<unknown>>>;
}

/** A wallet with one book: published here, and open. */
export const library = once(async (): Promise<LibraryWorld> => {
  const served = await withWallet();
  const client = clientOf(served);
  const path = join(scratchFolder('books'), 'tallies.epub');
  writeFileSync(path, EPUB);
  const picture = join(scratchFolder('pictures'), 'cover.png');
  writeFileSync(picture, PNG);
  const offer = (): Promise<string> => Promise.resolve(served.offerFile(path));
  const publish = async (): Promise<number> => valueOf(await client['publishing.start']({ file: await offer(), ...BOOK })).job;
  const isIdle = async (): Promise<boolean> => valueOf(await client['publishing.jobs']({})).every(({ state }) => state !== 'running');
  const idle = async (): Promise<void> => { while (!(await isIdle())) await new Promise((resolve) => setTimeout(resolve, 5)); };
  await publish();
  await idle();
  const [copy] = valueOf(await client['books.shelf']({}));
  if (!copy) throw new Error('the book was not published');
  const open = async (): Promise<number> => valueOf(await client['reading.open']({ licence: copy.id })).book;
  const book = await open();
  valueOf(await client['reading.layout']({ book, width: 300, height: 400, fontSize: 12, margin: 0.05, lineSpacing: null, typeface: 'book' }));
  const { position } = valueOf(await client['reading.position']({ book, page: 0 }));
  const names = new Map<string, unknown>([...HOST_NAMES, ['@licence', copy.id], ['@content', copy.publication.content], ['@book', book], ['@position', position]]);
  return { host: served, names, idle, fresh: { '@job': publish, '@book': open, '@file': offer, '@picture': () => Promise.resolve(served.offerFile(picture)) } };
});
