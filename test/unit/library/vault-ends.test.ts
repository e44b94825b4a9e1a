/** What becomes of open books when the vault ends under the host that holds them (design §7): it would say no more that a copy has left. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LicenceView } from '../../../protocol/contracts/library.views.ts';
import { type LicenceId, type PublicationId, instanceIdOf } from '../../../protocol/identifiers.ts';
import { ContentStore } from '../../../main/host/library/content-store.ts';
import type { ModuleProcess } from '../../../main/host/modules/module-process.port.ts';
import { openWalletHost } from '../../../main/host/wallet-host.ts';
import type { WalletHost, WalletHostOptions } from '../../../main/host/wallet-host.port.ts';
import { PROBE } from '../../contract/module-process.ts';
import { smallPublication } from '../../support/small-publication.ts';

interface Heard { readonly type: string; readonly id: number; readonly method: string }

const READER = `${PROBE}.reader`;
const book = smallPublication(700);
const publication = 'ab'.repeat(32) as PublicationId;
const licence = `${publication}/1` as LicenceId;
const copy: LicenceView = {
  id: licence, copy: 1, state: 'held', contact: null, contactName: null, since: 0, due: null, overdue: false, recalled: false, asked: null, opened: false, readable: true, may: { give: true, lend: true },
  publication: {
    id: publication, title: 'Emma', author: '', language: '', format: 'pdf', bytes: 700, content: book.content, publisher: instanceIdOf(new Uint8Array(32)), publisherName: null, mine: true, copies: 1,
    terms: { give: true, lend: true, maxLoanDays: null, text: true }, price: null,
  },
};
const ANSWERS: Readonly<Record<string, unknown>> = {
  'books.shelf': [copy],
  'books.open': { grant: 'aa', content: book.content, closesAt: null },
  'books.closed': {},
  'book.open': { mediaType: 'application/pdf', kind: 'pdf', title: null, authors: [], language: null, direction: 'ltr', pages: 1, omissions: [], terms: { text: true, until: null } },
};

let folder: string;
let host: WalletHost;
let options: WalletHostOptions;
let vaults: Played[];
let readers: Played[];

interface Played extends ModuleProcess { readonly running: boolean; readonly heard: readonly string[]; say(message: unknown): void; end(): void }

/** A module that answers what it is asked from a list. */
function played(begin: (say: (message: unknown) => void, heard: Heard) => void): Played {
  let listener: (message: unknown) => void = () => undefined;
  const endings: ((code: number | null, signal: string | null) => void)[] = [];
  let running = true;
  const types: string[] = [];
  const end = (): void => {
    running = false;
    for (const ending of endings.splice(0)) ending(1, null);
  };
  const say = (message: unknown): void => void (running && setImmediate(() => listener(message)));
  return {
    pid: 1, say, end, heard: types,
    get running() { return running; },
    post: (message) => {
      const heard = message as Heard;
      types.push(heard.type);
      begin(say, heard);
      if (heard.type === 'call') say({ type: 'reply', id: heard.id, ...(heard.method in ANSWERS ? { ok: true, value: ANSWERS[heard.method] } : { ok: false, failure: { code: 'internal', detail: heard.method } }) });
    },
    onMessage: (next) => void (listener = next),
    onExit: (ending) => void endings.push(ending),
    stop: () => Promise.resolve(end()),
  };
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tally-host-'));
  [vaults, readers] = [[], []];
  const store = await ContentStore.open(join(folder, 'data', 'books'));
  await store.begin(book.content, book.manifest);
  await store.put(book.content, 0, book.chunks[0]!);
  let secret: Uint8Array | null = null;
  options = {
    dataDir: join(folder, 'data'), stateDir: join(folder, 'state'), vaultBundle: PROBE, readerBundle: READER, shell: 'none', versions: {}, listen: null, mdns: false,
    spawnModule: (bundle) => {
      const module = played((say, heard) => void (heard.type === 'boot' && say({ type: 'ready', instance: 'tally1', n: 1, created: false })));
      (bundle === READER ? readers : vaults).push(module);
      if (bundle === READER) module.say({ type: 'ready', key: new Uint8Array(32) });
      return module;
    },
    rootSecrets: { kind: 'file', load: () => Promise.resolve(secret), create: () => Promise.resolve((secret = new Uint8Array(32))) },
  };
  host = await openWalletHost(options);
  await host.serve({ id: 1, method: 'app.create', input: { name: 'Ada' } });
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (): Promise<Played> => {
  expect(await host.serve({ id: 2, method: 'reading.open', input: { licence } })).toMatchObject({ ok: true });
  return readers.at(-1)!;
};

it('a vault that crashes and is started again leaves no book open', async () => {
  const reader = await open();
  expect(reader.running).toBe(true);
  vaults[0]!.end();
  await vi.waitFor(() => expect(vaults).toHaveLength(2));
  expect(reader.running).toBe(false);
  expect((await open()).running).toBe(true);
});

it('a vault that stopped itself leaves no book open', async () => {
  const reader = await open();
  vaults[0]!.say({ type: 'fault', failure: { code: 'rollback_detected', detail: 'An older copy.' } });
  await vi.waitFor(async () => expect(await host.serve({ id: 3, method: 'app.status', input: {} })).toMatchObject({ value: { phase: 'stopped' } }));
  expect(reader.running).toBe(false);
});

it('no interface has a key sealed to a reader of its own, or says that a book is closed', async () => {
  const reader = await open();
  for (const [method, input] of [['books.open', { licence, reader: 'aa' }], ['books.closed', { licence }], ['books.publishingKey', {}], ['books.publish', {}]] as const) {
    expect(await host.serve({ id: 4, method, input })).toMatchObject({ ok: false, failure: { code: 'unknown_method' } });
  }
  expect(reader.running).toBe(true);
});

it('the vault is told the time while it runs, also where there is no network', async () => {
  await host.close();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    host = await openWalletHost({ ...options, dataDir: join(folder, 'other') });
    await host.serve({ id: 1, method: 'app.create', input: { name: 'Ben' } });
    const vault = vaults.at(-1)!;
    vi.advanceTimersByTime(60_000);
    expect(vault.heard.filter((type) => type === 'tick').length).toBeGreaterThan(1);
    await host.close();
    const before = vault.heard.length;
    vi.advanceTimersByTime(60_000);
    expect(vault.heard.length).toBe(before);
  } finally {
    vi.useRealTimers();
  }
});
