/**
 * A whole host: storage, vault, network and the contract over them, free of Electron (design §4). The shells (window,
 * browser, command line) own one of these each and see nothing below it. Its parts are wired here: the wallet's life, its
 * network, its library and its history, each in a file of its own.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client, Handlers, Notice, Topic } from '../../protocol/contracts/contract.ts';
import { type AppStatus, type Draft, type HostContract } from '../../protocol/contracts/host.contract.ts';
import { createServer } from '../../protocol/contracts/server.ts';
import { type VaultContract, type VaultMethod, vaultContract } from '../../protocol/contracts/vault.contract.ts';
import type { JournalView } from '../../protocol/contracts/views.ts';
import { walletContract } from '../../protocol/contracts/wallet.contract.ts';
import { type Result, ok, refuse } from '../../protocol/errors.ts';
import type { InstanceId } from '../../protocol/identifiers.ts';
import { formatPairLink, parseLink } from '../../protocol/link.codec.ts';
import { VERSION } from '../../protocol/version.ts';
import { openLibrary } from './library/library.ts';
import { Listeners } from './listeners.ts';
import { memoryFromProc } from './modules/process-memory.ts';
import { readerModule } from './modules/reader-module.ts';
import type { VaultNews } from './modules/vault-link.ts';
import { walletHistory } from './services/history.ts';
import { draftOf } from './services/link-target.ts';
import { qrOf } from './services/qr.ts';
import { saveProof } from './services/save-proof.ts';
import { worthTelling } from './services/told-addresses.ts';
import { faultOf } from './services/wallet-files.ts';
import { walletLife } from './services/wallet-life.ts';
import { walletNetwork } from './services/wallet-network.ts';
import { openAddressBook } from './storage/address-book.ts';
import { type FolderLock, lockFolder } from './storage/data-lock.ts';
import { openSettingsFile } from './storage/settings-file.ts';
import type { Notification, WalletHost, WalletHostOptions } from './wallet-host.port.ts';

/** A call that may throw, as a result. */
const resultOf = async <T>(asked: Promise<T>): Promise<Result<T>> => asked.then(ok, (error: unknown) => ({ ok: false, failure: faultOf(error) }));

/** Every method of the vault, answered in this one way. */
const everyMethod = (answer: (method: VaultMethod, input: unknown) => unknown): object =>
  Object.fromEntries((Object.keys(vaultContract) as VaultMethod[]).map((method) => [method, (input: unknown) => answer(method, input)]));

/**
 * Opens a data folder and everything in it.
 * @throws Refusal `wallet_locked` naming the holder, `forbidden`, `bad_address`. Faults of the wallet itself are shown
 * through `app.status` instead, so that a shell can explain them.
 */
export async function openWalletHost(options: WalletHostOptions): Promise<WalletHost> {
  const lock = await lockFolder(options.dataDir, options.shell);
  try {
    return await openLocked(options, lock);
  } catch (error) {
    // Or this process would stand in its own way when the person tries again.
    await lock.release();
    throw error;
  }
}

async function openLocked(options: WalletHostOptions, lock: FolderLock): Promise<WalletHost> {
  const settings = await openSettingsFile(join(options.dataDir, 'settings.json'));
  const addressBook = await openAddressBook(join(options.dataDir, 'address-book.json'));
  const measurement = new Uint8Array(createHash('sha256').update(await readFile(options.vaultBundle)).digest());

  let draft: Draft | null = null;
  const readers = readerModule({ spawnModule: options.spawnModule, bundlePath: options.readerBundle, memoryOf: process.platform === 'linux' ? memoryFromProc : null });
  const notices = new Listeners<Notice>();
  const notifications = new Listeners<Notification>();

  const changed = (...topics: Topic[]): void => notices.tell({ changed: topics });

  function heard(news: VaultNews): void {
    network.heard(news);
    if (news.type === 'close-book') library.closeBook(news.licence);
    if (news.type === 'changed') {
      changed(...news.topics);
      if (news.topics.includes('library') || news.topics.includes('people')) void library.refresh().catch(() => undefined);
    }
    if (news.type === 'notify') notifications.tell(news);
  }

  const life = walletLife({
    ...options, measurement, onNews: heard, onRunning: () => network.begin(), onChange: () => changed('app'),
    onPhase(next, why) {
      if (next === 'restarting' || next === 'stopped') library.closeBooks();
      network.follow(next, why);
      if (next === 'running') void library.refresh().catch(() => undefined);
    },
  });
  const network = walletNetwork({ ...options, settings, addressBook, life, library: () => library, onChange: () => changed('network') });
  const history = walletHistory({
    store: () => life.store, choosePlace: options.choosePlace, extent: () => life.ask('history.extent', {}), identity: () => life.ask('wallet.identity', {}),
    compact: (input) => life.ask('history.compact', input), audit: async (from, storeOf) => (await life.inspect('audit.journal', { from }, storeOf)) as JournalView,
  });
  const library = await openLibrary({
    dataDir: options.dataDir, readers, chooseFiles: options.chooseFiles, onChange: changed,
    vault: everyMethod((method, input) => resultOf(life.ask(method, input))) as Client<VaultContract>,
  });

  const status = (): AppStatus => ({
    phase: life.phase, fault: life.fault, version: VERSION, tier: 'software', rootSecret: options.rootSecrets.kind, measurement: Buffer.from(measurement).toString('hex'),
    versions: { ...options.versions }, dataFolder: options.dataDir, restarts: life.restarts, shell: options.shell,
  });

  const hostHandlers: Omit<Handlers<HostContract>, 'history.size' | 'history.saveCopy'> = {
    'app.status': status,
    async 'app.create'({ name }) {
      await life.make(name);
      return status();
    },
    async 'app.retry'() {
      await life.retry();
      return status();
    },
    'app.openDataFolder'() {
      if (!options.openFolder) refuse('not_supported', `The folder is ${options.dataDir}.`, { folder: options.dataDir });
      options.openFolder?.(options.dataDir);
      return {};
    },
    'app.saveProof': async ({ proof }) => ({ saved: await saveProof(options.saveFile, proof) }),
    'settings.get': () => settings.get(),
    async 'settings.set'(change) {
      const next = await settings.set(change);
      changed('settings');
      if (change.visibility) {
        await network.visibilityChanged();
        changed('network');
      }
      return next;
    },
    'network.status': () => network.status(),
    'network.connect': ({ address }) => network.connect(address),
    async 'network.invite'() {
      const { instance, name } = await life.ask('wallet.identity', {});
      const link = formatPairLink({ instance: instance as InstanceId, name, addresses: worthTelling(network.status().addresses) });
      return { link, qr: qrOf(link) };
    },
    'link.take'() {
      const taken = draft;
      draft = null;
      return { draft: taken };
    },
    'link.read': ({ text }) => draftOf(text),
  };

  const vaultHandlers = everyMethod((method, input) => life.askAnyhow(method, input)) as Handlers<VaultContract>;
  const serve = createServer(walletContract, { ...hostHandlers, ...library.handlers, ...vaultHandlers, ...history.handlers });

  await life.begin();

  return {
    serve,
    onNotice: notices.add,
    onNotification: notifications.add,
    offerFile: (path) => library.offerFile(path),
    receiveFile: (...file) => library.receiveFile(...file),
    saveHistory: (path) => history.save(path),
    auditHistory: (paths) => history.audit(paths),
    offerLink(text) {
      const parsed = parseLink(text);
      if (!parsed.ok) return;
      draft = draftOf(text);
      changed('link');
    },
    wake: () => network.wake(),
    async close() {
      await life.letNothingBegin();
      await network.begun();
      await inOrder([() => library.close(), () => network.stop(), () => life.end(), () => lock.release()]);
    },
  };
}

/** One after the other, to the last: what cannot be ended must not keep the rest open, and the first trouble is heard. */
async function inOrder(ends: readonly (() => Promise<void>)[]): Promise<void> {
  const troubles: unknown[] = [];
  for (const end of ends) await end().catch((error: unknown) => troubles.push(error));
  if (troubles.length > 0) throw troubles[0];
}
