/**
 * The wallet of a data folder, from nothing to its end: made, opened, started again, stopped, and asked (design §5.3).
 * A vault that has stopped lets go of its files, so that the person can put the right ones back, and is audited all the
 * same. What else lives and dies with the vault is told, not known here.
 *
 *   empty ──make──▶ starting ──▶ running ⇄ restarting
 *                      └──fault──▶ stopped ──retry──▶ starting
 */
import type { Handlers } from '../../../protocol/contracts/contract.ts';
import type { AppStatus } from '../../../protocol/contracts/host.contract.ts';
import type { Inspection, VaultContract, VaultMethod } from '../../../protocol/contracts/vault.contract.ts';
import { type Failure, fail, refuse } from '../../../protocol/errors.ts';
import type { PackageStore } from '../../../protocol/module-port.ts';
import type { VaultNews } from '../modules/vault-link.ts';
import { type VaultPhase, type VaultSupervisor, superviseVault, valueOf } from '../modules/vault-supervisor.ts';
import type { WalletHostOptions } from '../wallet-host.port.ts';
import { inspectFiles, inspectWallet, isInspection } from './inspection.ts';
import { type WalletFiles, type WalletFilesOptions, faultOf, hasWallet, markMade, openWalletFiles } from './wallet-files.ts';

export interface WalletLifeOptions extends WalletFilesOptions, Pick<WalletHostOptions, 'spawnModule' | 'vaultBundle'> {
  readonly measurement: Uint8Array;
  readonly onNews: (news: VaultNews) => void;
  /** What a vault in this phase means for everything else, before the status says it. */
  readonly onPhase: (next: VaultPhase, why: Failure | null) => void;
  /** The vault runs. Whoever opened the wallet waits for what this begins. */
  readonly onRunning: () => Promise<void>;
  /** Phase or fault are others now. */
  readonly onChange: () => void;
}

type Answer<M extends VaultMethod> = Awaited<ReturnType<Handlers<VaultContract>[M]>>;

export interface WalletLife {
  readonly phase: AppStatus['phase'];
  readonly fault: Failure | null;
  /** How often its vault was started again since the folder was opened. */
  readonly restarts: number;
  /** The packages of the wallet whose files are open. */
  readonly store: PackageStore | null;
  /** Opens the wallet that is in the folder, if there is one. Resolves when it runs or the fault says why not. */
  begin(): Promise<void>;
  /** @throws Refusal `wallet_exists`, or why it did not come to be */
  make(name: string): Promise<void>;
  /** Opens a wallet that has stopped; of any other nothing changes. */
  retry(): Promise<void>;
  /** @throws Refusal what the vault refuses, or why there is none to ask */
  ask<M extends VaultMethod>(method: M, input: unknown): Promise<Answer<M>>;
  /** The same, except that what an audit asks is answered by a stopped wallet too. */
  askAnyhow(method: VaultMethod, input: unknown): Promise<unknown>;
  /**
   * A question of an audit; one at a time, and never while the wallet is being opened again.
   * @param storeOf also beside a wallet that runs, another vault is shown that store instead
   */
  inspect(method: Inspection, input: unknown, storeOf?: (store: PackageStore) => PackageStore): Promise<unknown>;
  post: VaultSupervisor['post'];
  /** From here on nothing is opened any more; resolves when what was being opened is. */
  letNothingBegin(): Promise<void>;
  /** Ends the vault and closes its files. */
  end(): Promise<void>;
}

const CLOSING = fail('session_closed', 'The wallet is being closed.').failure;

export function walletLife(options: WalletLifeOptions): WalletLife {
  let phase: AppStatus['phase'] = 'empty';
  let fault: Failure | null = null;
  let files: WalletFiles | null = null;
  let vault: VaultSupervisor | null = null;
  let restartsBefore = 0;
  let closing = false;
  let marking: Promise<void> = Promise.resolve();
  /** Making and reopening, one after the other: two at once would start two vaults over the same files. */
  let turn: Promise<unknown> = Promise.resolve();
  let opening: Promise<unknown> = Promise.resolve();
  let stopped: Promise<void> = Promise.resolve();

  const enter = (next: AppStatus['phase'], why: Failure | null = null): void => {
    phase = next;
    fault = why;
    options.onChange();
  };

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = turn.then(() => (closing ? refuse(CLOSING.code, CLOSING.detail) : work()));
    turn = next.catch(() => undefined);
    return next;
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
    const { store, register, rootSecret } = files;
    await new Promise<void>((resolve) => {
      vault = superviseVault({
        spawnModule: options.spawnModule, bundlePath: options.vaultBundle, store, register,
        boot: { rootSecret, measurement: options.measurement, tier: 'software', create },
        onNews(news) {
          if (news.type === 'ready') marking = markMade(options.dataDir);
          options.onNews(news);
        },
        onPhase(next, why) {
          options.onPhase(next, why);
          if (why?.code === 'no_wallet') void stop().then(() => enter('empty')).then(resolve);
          else enter(next, why);
          if (next === 'running') void (closing ? Promise.resolve() : options.onRunning()).then(resolve);
          // A stopped wallet lets go of its files, so that the person can put the right ones back.
          else if (next === 'stopped' && why?.code !== 'no_wallet') void (why ? stop() : Promise.resolve()).then(resolve);
        },
      });
    });
  }

  /** Whoever asks again waits for the same end. */
  function stop(): Promise<void> {
    const [stopping, closed] = [vault, files];
    restartsBefore += stopping?.restarts ?? 0;
    vault = null;
    files = null;
    stopped = stopped.then(async () => {
      await stopping?.stop();
      await closed?.close();
    });
    return stopped;
  }

  async function ask<M extends VaultMethod>(method: M, input: unknown): Promise<Answer<M>> {
    if (!vault) return refuse(fault?.code ?? 'no_wallet', fault?.detail ?? 'There is no wallet here yet. Make one first.');
    return valueOf(await vault.call(method, input)) as Answer<M>;
  }

  const inspect: WalletLife['inspect'] = (method, input, storeOf) => inTurn(async () => {
    if (files && storeOf) return valueOf(await inspectFiles(options, files, method, input, storeOf));
    if (phase !== 'stopped') return await ask(method, input);
    await stopped;
    const asked = inspectWallet(options, method, input, storeOf);
    opening = asked.catch(() => undefined);
    return valueOf(await asked);
  });

  return {
    get phase() { return phase; },
    get fault() { return fault; },
    get restarts() { return restartsBefore + (vault?.restarts ?? 0); },
    get store() { return files?.store ?? null; },
    async begin() {
      if (await hasWallet(options.dataDir).catch((error: unknown) => (enter('stopped', faultOf(error)), false))) await start(null);
    },
    make: (name) => inTurn(async () => {
      if (phase !== 'empty') refuse('wallet_exists', 'There is a wallet in this folder already.');
      await start({ name });
      if (fault) refuse(fault.code, fault.detail);
    }),
    retry: () => inTurn(async () => {
      if (phase !== 'stopped') return;
      await stop();
      await start(null);
    }),
    ask,
    askAnyhow: (method, input) => (phase === 'stopped' && isInspection(method) ? inspect(method, input) : ask(method, input)),
    inspect,
    post: (message) => vault?.post(message),
    async letNothingBegin() {
      closing = true;
      await opening;
    },
    async end() {
      await stop();
      await marking;
    },
  };
}
