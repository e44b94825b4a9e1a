/**
 * Wallets with a history of a given length: real packages, made by a real vault that sends credits to another, one transfer at
 * a time, so that each is two packages and one record of the archive; in the real store and register, on a file system in
 * memory where there is one, since what is made needs no syncs. Each length is then copied to the disk. The other vault
 * keeps its packages in memory: it is asked for its past whenever they meet again, and never opened.
 */
import { cp, mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRootSecretStore } from '../../main/host/storage/root-secret.file.ts';
import { openWalletFiles } from '../../main/host/services/wallet-files.ts';
import type { FreshnessRegister, PackageStore } from '../../protocol/module-port.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { type VaultHere, vaultHere } from './vault-here.ts';

const IN_MEMORY = '/dev/shm';
/** A package and half a record of the archive come to less than this on disk, while level is tidying up. */
const ROOM_PER_PACKAGE_BYTES = 8 * 1024;

export interface MadeJournal {
  readonly packages: number;
  /** What the vault gave to be stored: sealed packages and archive records. */
  readonly sealedBytes: number;
  readonly data: string;
  readonly state: string;
}

/** Where the making is quickest and there is room for it. */
async function workshop(packages: number): Promise<string> {
  const room = await statfs(IN_MEMORY).then(({ bavail, bsize }) => bavail * bsize, () => 0);
  return await mkdtemp(join(room > 2 * packages * ROOM_PER_PACKAGE_BYTES ? IN_MEMORY : tmpdir(), 'tally-journal-'));
}

function registerHere(): FreshnessRegister {
  let value: Uint8Array | null = null;
  return { read: async () => value, advance: async (_from, to) => void (value = to) };
}

/** Packages that may be on their way to the store; bounds the memory that they take. */
const MAX_BEHIND = 256;

/** Stores in the background, counts what was given, and lets someone wait for it. */
class Hasty {
  n = 0;
  sealedBytes = 0;
  #behind = 0;
  #last: Promise<unknown> = Promise.resolve();
  #waiting: { readonly n: number; readonly resolve: () => void } | null = null;

  over(store: PackageStore): PackageStore {
    return {
      ...store,
      append: async (entry) => {
        const stored = store.append(entry).finally(() => this.#behind--);
        this.#last = stored;
        if (++this.#behind > MAX_BEHIND) await stored;
        this.sealedBytes += entry.archive.reduce((sum, { sealed }) => sum + sealed.length, entry.sealed.length);
        this.n = entry.n;
        if (this.#waiting && this.n >= this.#waiting.n) this.#waiting.resolve();
      },
    };
  }

  async reaches(n: number): Promise<void> {
    if (this.n < n) await new Promise<void>((resolve) => (this.#waiting = { n, resolve }));
    this.#waiting = null;
  }

  async stored(): Promise<void> {
    await this.#last;
  }
}

/** Two vaults with a wire between them. */
class Wire {
  ada: VaultHere | null = null;
  ben: VaultHere | null = null;
  #connection = 0;

  readonly news = (from: 'ada' | 'ben') => (news: { readonly type: string; readonly connection?: number; readonly frame?: Uint8Array }): void => {
    const to = from === 'ada' ? this.ben : this.ada;
    if (news.type === 'send' && news.connection === this.#connection && news.frame) to?.vault.post({ type: 'received', now: Date.now(), connection: news.connection, frame: news.frame });
  };

  /** Ends the connection before and makes another. */
  connect(): void {
    const [before, connection] = [this.#connection, ++this.#connection];
    for (const [end, role, localPeer, remotePeer] of [[this.ben, 'responder', 'ben', 'ada'], [this.ada, 'initiator', 'ada', 'ben']] as const) {
      if (before > 0) end?.vault.post({ type: 'disconnected', now: Date.now(), connection: before });
      end?.vault.post({ type: 'connected', now: Date.now(), connection, role, localPeer, remotePeer, expect: null, strangersWelcome: true });
    }
  }
}

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
};
const isOnline = async ({ must }: VaultHere): Promise<boolean> => ((await must('people.contacts', {})) as { online: boolean }[]).some(({ online }) => online);

/** Pairs the two and lets Ben take what comes. @returns how Ada sends one credit */
async function befriend({ ada, ben }: { ada: VaultHere; ben: VaultHere }): Promise<() => Promise<unknown>> {
  const [{ instance: adaIs }, { instance: benIs }] = (await Promise.all([ada, ben].map(({ must }) => must('wallet.identity', {})))) as [{ instance: string }, { instance: string }];
  await until(async () => ((await ada.must('people.strangers', {})) as unknown[]).length > 0);
  await ada.must('pairing.start', { instance: benIs });
  const words = async ({ must }: VaultHere): Promise<boolean> => ((await must('pairing.list', {})) as { words: unknown }[]).some((pairing) => pairing.words);
  await until(async () => (await words(ada)) && (await words(ben)));
  await ada.must('pairing.confirm', { instance: benIs, matches: true });
  await ben.must('pairing.confirm', { instance: adaIs, matches: true });
  await until(async () => (await isOnline(ada)) && (await isOnline(ben)));
  const { id: currency } = (await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' })) as { id: string };
  await ada.must('credits.issue', { currency, amount: '1000000000' });
  const send = () => ada.must('transfers.send', { contact: benIs, currency, amount: '1' }) as Promise<{ id: string; state: string }>;
  // A rule can only name a currency that has been seen.
  const { id } = await send();
  await until(async () => ((await ben.must('transfers.pending', {})) as { id: string }[]).some((offer) => offer.id === id));
  await ben.must('transfers.accept', { id });
  await ben.must('people.setRule', { contact: adaIs, rule: { mode: 'auto', upTo: [{ currency, amount: '1000' }] } });
  await until(async () => (await send()).state === 'in-transit');
  return () => ada.must('transfers.send', { contact: benIs, currency, amount: '1' });
}

/** @param lengths ascending @param to where the copies are kept; a folder of each @yields the wallets, closed, as they are reached */
export async function* makeJournals(lengths: readonly number[], to: string): AsyncGenerator<MadeJournal> {
  const shop = await workshop(lengths.at(-1) ?? 0);
  const [data, state] = [join(shop, 'data'), join(shop, 'state')];
  const wire = new Wire();
  const hasty = new Hasty();
  const register = registerHere();
  let send: (() => Promise<unknown>) | null = null;
  try {
    await mkdir(data, { mode: 0o700 });
    wire.ben = await vaultHere({ store: createMemoryStore(), register: registerHere(), rootSecret: new Uint8Array(32).fill(7), create: 'Ben', onNews: wire.news('ben') });
    for (const length of lengths) {
      const files = await openWalletFiles({ dataDir: data, stateDir: state, shell: 'none', rootSecrets: fileRootSecretStore }, send === null);
      const ada: VaultHere = await vaultHere({ store: hasty.over(files.store), register, rootSecret: files.rootSecret, create: send === null ? 'Ada' : null, onNews: wire.news('ada') });
      wire.ada = ada;
      wire.connect();
      send ??= await befriend({ ada: { ...ada, must: (method, input) => wire.ada?.must(method, input) as Promise<unknown> }, ben: wire.ben });
      await until(() => isOnline(ada));
      while (hasty.n < length) {
        const before = hasty.n;
        await send();
        await hasty.reaches(before + 2);
      }
      await until(async () => ((await ada.must('wallet.identity', {})) as { n: number }).n === hasty.n);
      await ada.vault.stop();
      await hasty.stored();
      await files.register.advance(await files.register.read(), (await register.read()) ?? new Uint8Array());
      await files.close();
      const kept = join(to, String(length));
      await cp(shop, kept, { recursive: true });
      yield { packages: length, sealedBytes: hasty.sealedBytes, data: join(kept, 'data'), state: join(kept, 'state') };
    }
  } finally {
    await wire.ben?.vault.stop();
    await rm(shop, { recursive: true, force: true });
  }
}
