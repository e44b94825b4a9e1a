/**
 * A whole host: storage, vault, network and the contract over them, free of Electron (design §4). The shells (window,
 * browser, command line) own one of these each and see nothing below it.
 *
 *   empty ──create──▶ starting ──▶ running ⇄ restarting
 *                        └──fault──▶ stopped ──retry──▶ starting
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Failure, Refusal, type Result, fail, ok, refuse } from '../../protocol/errors.ts';
import type { Client, Handlers, Notice, Topic } from '../../protocol/contracts/contract.ts';
import { type AppStatus, type Draft, type HostContract } from '../../protocol/contracts/host.contract.ts';
import { createServer } from '../../protocol/contracts/server.ts';
import { type Inspection, type VaultContract, type VaultMethod, vaultContract } from '../../protocol/contracts/vault.contract.ts';
import { walletContract } from '../../protocol/contracts/wallet.contract.ts';
import { VERSION } from '../../protocol/version.ts';
import type { JournalView } from '../../protocol/contracts/views.ts';
import type { PackageStore } from '../../protocol/module-port.ts';
import type { InstanceId } from '../../protocol/identifiers.ts';
import { formatPairLink, parseLink } from '../../protocol/link.codec.ts';
import type { VaultNews } from './modules/vault-link.ts';
import { type VaultSupervisor, superviseVault, valueOf } from './modules/vault-supervisor.ts';
import type { Carrier } from './network/carrier.port.ts';
import { openAddressBook } from './storage/address-book.ts';
import { lockFolder } from './storage/data-lock.ts';
import { openSettingsFile } from './storage/settings-file.ts';
import { walletHistory } from './services/history.ts';
import { inspectFiles, inspectWallet, isInspection } from './services/inspection.ts';
import { openLibrary } from './library/library.ts';
import { memoryFromProc } from './modules/process-memory.ts';
import { readerModule } from './modules/reader-module.ts';
import { draftOf, targetIn } from './services/link-target.ts';
import { type Meetings, startMeetings } from './services/meetings.ts';
import { qrOf } from './services/qr.ts';
import { saveProof } from './services/save-proof.ts';
import { worthTelling } from './services/told-addresses.ts';
import { type WalletFiles, faultOf, hasWallet, markMade, openWalletFiles } from './services/wallet-files.ts';
import type { Notification, WalletHost, WalletHostOptions } from './wallet-host.port.ts';

/** A call that may throw, as a result. */
const resultOf = async <T>(asked: Promise<T>): Promise<Result<T>> => asked.then(ok, (error: unknown) => ({ ok: false, failure: faultOf(error) }));

const CLOSING = fail('session_closed', 'The wallet is being closed.').failure;

/**
 * Opens a data folder and everything in it.
 * @throws Refusal `wallet_locked` naming the holder, `forbidden`, `bad_address`. Faults of the wallet itself are shown
 * through `app.status` instead, so that a shell can explain them.
 */
export async function openWalletHost(options: WalletHostOptions): Promise<WalletHost> {
  const lock = await lockFolder(options.dataDir, options.shell);
  const settings = await openSettingsFile(join(options.dataDir, 'settings.json'));
  const addressBook = await openAddressBook(join(options.dataDir, 'address-book.json'));
  const measurement = new Uint8Array(createHash('sha256').update(await readFile(options.vaultBundle)).digest());

  let phase: AppStatus['phase'] = 'empty';
  let fault: Failure | null = null;
  let files: WalletFiles | null = null;
  let vault: VaultSupervisor | null = null;
  let network: { carrier: Carrier; meetings: Meetings } | null = null;
  let networkStarting: Promise<void> | null = null;
  let draft: Draft | null = null;
  let restartsBefore = 0;
  let closing = false;
  let marking: Promise<void> = Promise.resolve();
  /** Making and reopening, one after the other: two at once would start two vaults over the same files. */
  let turn: Promise<unknown> = Promise.resolve();
  let opening: Promise<unknown> = Promise.resolve();
  let vaultStopped: Promise<void> = Promise.resolve();
  const readers = readerModule({ spawnModule: options.spawnModule, bundlePath: options.readerBundle, memoryOf: process.platform === 'linux' ? memoryFromProc : null });
  const noticeListeners = new Set<(notice: Notice) => void>();
  const notificationListeners = new Set<(notification: Notification) => void>();

  const changed = (...topics: Topic[]): void => {
    for (const listener of noticeListeners) listener({ changed: topics });
  };
  const enter = (next: AppStatus['phase'], why: Failure | null = null): void => {
    phase = next;
    fault = why;
    changed('app');
  };

  function heard(news: VaultNews): void {
    network?.meetings.heard(news);
    if (news.type === 'ready') marking = markMade(options.dataDir);
    if (news.type === 'close-book') library.closeBook(news.licence);
    if (news.type === 'changed') {
      changed(...news.topics);
      if (news.topics.includes('library') || news.topics.includes('people')) void library.refresh().catch(() => undefined);
      if (news.topics.includes('people')) void network?.meetings.refreshWanted().catch(() => undefined);
    }
    if (news.type === 'notify') for (const listener of notificationListeners) listener(news);
  }

  /** Opens the wallet in the folder, or makes one. Resolves when the vault runs or has said why not. */
  async function start(create: { name: string } | null): Promise<void> {
    if (closing) return enter('stopped', CLOSING);
    enter('starting');
    try {
      const opened = openWalletFiles(options, create !== null);
      opening = opened.catch(() => undefined);
      files = await opened;
    } catch (error) {
      const why = faultOf(error);
      return why.code === 'no_wallet' ? enter('empty') : enter('stopped', why);
    }
    // Whoever closes waits for the files only, and takes them back; a vault that began now would outlive its host.
    if (closing) return enter('stopped', CLOSING);
    await new Promise<void>((resolve) => {
      vault = superviseVault({
        spawnModule: options.spawnModule, bundlePath: options.vaultBundle, store: files!.store, register: files!.register,
        boot: { rootSecret: files!.rootSecret, measurement, tier: 'software', create },
        onNews: heard,
        onPhase(next, why) {
          if (next === 'restarting' || next === 'stopped') library.closeBooks();
          if (next === 'restarting') network?.meetings.vaultGone(false);
          if (next === 'stopped' && why) network?.meetings.vaultGone(true);
          if (next === 'running') network?.meetings.vaultBack().catch(() => undefined);
          if (next === 'running') void library.refresh().catch(() => undefined);
          if (why?.code === 'no_wallet') void stopVault().then(() => enter('empty')).then(resolve);
          else enter(next, why);
          if (next === 'running') void startNetwork().then(resolve);
          // A stopped wallet lets go of its files, so that the person can put the right ones back.
          else if (next === 'stopped' && why?.code !== 'no_wallet') void (why ? stopVault() : Promise.resolve()).then(resolve);
        },
      });
    });
  }

  function startNetwork(): Promise<void> {
    networkStarting ??= openNetwork().catch((error: unknown) => {
      networkTrouble = faultOf(error);
    });
    return networkStarting;
  }

  let networkTrouble: Failure | null = null;
  async function openNetwork(): Promise<void> {
    if (options.listen === null || closing) return;
    // Loaded only when needed: short commands do without libp2p.
    const { startCarrier } = await import('./network/libp2p-carrier.ts');
    const carrier = await startCarrier({ dataDir: options.dataDir, listen: options.listen, discovery: discoveryWanted() });
    const meetings = startMeetings({
      carrier, addressBook, visibility: () => settings.get().visibility, post: (message) => vault?.post(message), taken: () => askVault('wallet.identity', {}), contacts, onChange: () => changed('network'),
    });
    network = { carrier, meetings };
    library.connect({ peers: () => meetings.friends(), open: (peerId, signal) => carrier.openContent(peerId, signal) });
    carrier.onContent((peerId, stream) => library.asked(peerId, stream));
    // The vault may have ended while the carrier was starting.
    if (phase === 'running') await meetings.refreshWanted().catch(() => undefined);
    else meetings.vaultGone(phase === 'stopped');
    changed('network');
  }

  const discoveryWanted = (): boolean => options.mdns && settings.get().visibility !== 'hidden';

  async function contacts(): Promise<ReadonlySet<InstanceId>> {
    const list = await askVault('people.contacts', {});
    return new Set(list.map(({ instance }) => instance));
  }

  async function askVault<M extends VaultMethod>(method: M, input: unknown) {
    if (!vault) return refuse(fault?.code ?? 'no_wallet', fault?.detail ?? 'There is no wallet here yet. Make one first.');
    return valueOf(await vault.call(method, input)) as ReturnTypeOf<M>;
  }

  /**
   * A wallet that has stopped is audited all the same; one question at a time, and never while it is being opened again.
   * @param storeOf also beside a wallet that runs, another vault is shown that store instead
   */
  function askStopped(method: Inspection, input: unknown, storeOf?: (store: PackageStore) => PackageStore) {
    return inTurn(async () => {
      if (files && storeOf) return valueOf(await inspectFiles(options, files, method, input, storeOf));
      if (phase !== 'stopped') return await askVault(method, input);
      await vaultStopped;
      const asked = inspectWallet(options, method, input, storeOf);
      opening = asked.catch(() => undefined);
      return valueOf(await asked);
    });
  }
  const history = walletHistory({
    store: () => files?.store ?? null, choosePlace: options.choosePlace, extent: async () => await askVault('history.extent', {}), identity: async () => await askVault('wallet.identity', {}),
    compact: async (input) => await askVault('history.compact', input), audit: async (from, storeOf) => (await askStopped('audit.journal', { from }, storeOf)) as JournalView,
  });
  type ReturnTypeOf<M extends VaultMethod> = Awaited<ReturnType<Handlers<VaultContract>[M]>>;

  /** Ends the vault and closes its files; whoever asks again waits for the same end. */
  function stopVault(): Promise<void> {
    const [stopping, closed] = [vault, files];
    restartsBefore += stopping?.restarts ?? 0;
    vault = null;
    files = null;
    vaultStopped = vaultStopped.then(async () => {
      await stopping?.stop();
      await closed?.close();
    });
    return vaultStopped;
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = turn.then(() => (closing ? refuse(CLOSING.code, CLOSING.detail) : work()));
    turn = next.catch(() => undefined);
    return next;
  }

  const status = (): AppStatus => ({
    phase, fault, version: VERSION, tier: 'software', rootSecret: options.rootSecrets.kind, measurement: Buffer.from(measurement).toString('hex'),
    versions: { ...options.versions }, dataFolder: options.dataDir, restarts: restartsBefore + (vault?.restarts ?? 0), shell: options.shell,
  });

  const hostHandlers: Omit<Handlers<HostContract>, 'history.size' | 'history.saveCopy'> = {
    'app.status': status,
    'app.create': ({ name }) => inTurn(async () => {
      if (phase !== 'empty') refuse('wallet_exists', 'There is a wallet in this folder already.');
      await start({ name });
      if (fault) refuse(fault.code, fault.detail);
      return status();
    }),
    'app.retry': () => inTurn(async () => {
      if (phase !== 'stopped') return status();
      await stopVault();
      await start(null);
      return status();
    }),
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
        await network?.carrier.setDiscovery(discoveryWanted());
        await network?.meetings.visibilityChanged();
        changed('network');
      }
      return next;
    },
    'network.status'() {
      if (!network) return { peerId: '', addresses: [], discovery: 'off', trouble: networkTrouble, nearby: [] };
      const { state, trouble } = network.carrier.discovery();
      return { peerId: network.carrier.peerId, addresses: network.carrier.addresses(), discovery: state, trouble: trouble ?? networkTrouble, nearby: network.meetings.nearby() };
    },
    'network.connect': async ({ address }) => await connect(address),
    async 'network.invite'() {
      const { instance, name } = await askVault('wallet.identity', {});
      const link = formatPairLink({ instance: instance as InstanceId, name, addresses: worthTelling(network?.carrier.addresses() ?? []) });
      return { link, qr: qrOf(link) };
    },
    'link.take'() {
      const taken = draft;
      draft = null;
      return { draft: taken };
    },
    'link.read': ({ text }) => draftOf(text),
  };

  async function connect(address: string): Promise<{ instance: InstanceId; name: string }> {
    const text = address.trim();
    const wanted = targetIn(text);
    await networkStarting;
    if (!network) throw new Refusal('not_supported', networkTrouble?.detail ?? 'This wallet was opened without a network.');
    return await network.meetings.connect(wanted.hint, wanted.expect);
  }

  const vaultHandlers = Object.fromEntries(
    (Object.keys(vaultContract) as VaultMethod[]).map((method) => [method, (input: unknown) => (phase === 'stopped' && isInspection(method) ? askStopped(method, input) : askVault(method, input))]),
  ) as unknown as Handlers<VaultContract>;
  const library = await openLibrary({
    dataDir: options.dataDir, readers, chooseFiles: options.chooseFiles, onChange: changed,
    vault: Object.fromEntries((Object.keys(vaultContract) as VaultMethod[]).map((method) => [method, (input: unknown) => resultOf(askVault(method, input))])) as unknown as Client<VaultContract>,
  });
  const serve = createServer(walletContract, { ...hostHandlers, ...library.handlers, ...vaultHandlers, ...history.handlers });

  if (await hasWallet(options.dataDir).catch((error: unknown) => (enter('stopped', faultOf(error)), false))) await start(null);

  return {
    serve,
    onNotice(listener) {
      noticeListeners.add(listener);
      return () => noticeListeners.delete(listener);
    },
    onNotification(listener) {
      notificationListeners.add(listener);
      return () => notificationListeners.delete(listener);
    },
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
    wake: () => network?.meetings.wake(),
    async close() {
      closing = true;
      await opening;
      await networkStarting?.catch(() => undefined);
      await library.close();
      await network?.meetings.stop();
      await stopVault();
      await marking;
      await lock.release();
    },
  };
}
