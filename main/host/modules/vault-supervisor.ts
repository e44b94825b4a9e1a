/**
 * Keeps a vault running: starts it, starts it again when it crashes, and leaves it stopped when it stopped itself
 * (fail-stop, design §5.3).
 *
 *   starting ──ready──▶ running ──exit──▶ restarting ──▶ starting …      (one that talks nonsense is made to exit)
 *      │                   │                  └─too often─▶ stopped
 *      └──fault────────────┴──fault────────────────────────▶ stopped
 */
import { type Failure, Refusal, type Result, fail } from '../../../protocol/errors.ts';
import type { FreshnessRegister, HostMessage, PackageStore } from '../../../protocol/module-port.ts';
import type { VaultMethod } from '../../../protocol/contracts/vault.contract.ts';
import type { ModuleProcess, SpawnModule } from './module-process.port.ts';
import { type VaultLink, type VaultNews, linkVault } from './vault-link.ts';

/** Pauses before the next start after a crash; the last one repeats. */
const RESTART_PAUSES_MS = [0, 200, 1_000, 5_000];
/** So many crashes within the window and it is not tried any more: something is wrong that starting again does not mend. */
const MAX_CRASHES = 5;
const CRASH_WINDOW_MS = 60_000;

/** How often the vault is told the time, with a network or without: meetings that got nowhere are ended, and books whose time is over closed. */
const TICK_MS = 10_000;

export type VaultPhase = 'starting' | 'running' | 'restarting' | 'stopped';

export interface SupervisorOptions {
  readonly spawnModule: SpawnModule;
  readonly bundlePath: string;
  readonly store: PackageStore;
  readonly register: FreshnessRegister;
  /** What to boot with; `create` only the first time. */
  readonly boot: Omit<Extract<HostMessage, { type: 'boot' }>, 'type' | 'now'>;
  readonly onNews: (news: VaultNews) => void;
  readonly onPhase: (phase: VaultPhase, fault: Failure | null) => void;
}

export interface VaultSupervisor {
  readonly pid: number | undefined;
  readonly restarts: number;
  post(message: Exclude<HostMessage, { type: 'call' | 'answer' | 'boot' }>): void;
  /** Waits while the vault starts; fails at once when it is stopped. */
  call(method: VaultMethod, input: unknown): Promise<Result<unknown>>;
  stop(): Promise<void>;
}

export function superviseVault(options: SupervisorOptions): VaultSupervisor {
  let phase: VaultPhase = 'starting';
  let fault: Failure | null = null;
  let current: { module: ModuleProcess; link: VaultLink } | null = null;
  let restarts = 0;
  let crashes: number[] = [];
  let { create } = options.boot;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const waiters: (() => void)[] = [];
  let stopping = false;

  function enter(next: VaultPhase, why: Failure | null = null): void {
    phase = next;
    fault = why;
    if (next === 'running' || next === 'stopped') {
      for (const wake of waiters.splice(0)) wake();
    }
    options.onPhase(next, why);
  }

  function start(): void {
    timer = null;
    const module = options.spawnModule(options.bundlePath);
    const link = linkVault({ process: module, store: options.store, register: options.register, onNews: (news) => heard(module, news), onBroken: () => void module.stop() });
    current = { module, link };
    module.onExit((code, signal) => exited(module, code, signal));
    link.post({ ...options.boot, create, type: 'boot', now: Date.now() });
  }

  function heard(module: ModuleProcess, news: VaultNews): void {
    if (current?.module !== module || phase === 'stopped') return;
    if (news.type === 'ready') {
      create = null;
      enter('running');
      // What became overdue while it did not run is over from now on, also for whoever ends it at once and sets the clock back.
      tick();
    }
    if (news.type === 'fault') {
      current.link.abandon(news.failure);
      enter('stopped', news.failure);
      void module.stop();
    }
    options.onNews(news);
  }

  function exited(module: ModuleProcess, code: number | null, signal: string | null): void {
    if (current?.module !== module || phase === 'stopped' || stopping) return;
    current.link.abandon(fail('module_crashed', 'The vault stopped unexpectedly and is being started again. Try once more in a moment.').failure);
    current = null;
    const now = Date.now();
    crashes = [...crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    if (crashes.length > MAX_CRASHES) {
      return enter('stopped', fail('module_crashed', `The vault keeps stopping (${signal ?? `exit code ${code ?? 'unknown'}`}). Nothing is lost. Start Tallystick again, or install it again.`).failure);
    }
    restarts++;
    enter('restarting');
    timer = setTimeout(start, RESTART_PAUSES_MS[Math.min(crashes.length, RESTART_PAUSES_MS.length) - 1]);
  }

  function post(message: Parameters<VaultSupervisor['post']>[0]): void {
    if (phase === 'running') current?.link.post(message);
  }

  const tick = (): void => post({ type: 'tick', now: Date.now() });

  start();
  const ticker = setInterval(tick, TICK_MS);
  ticker.unref();
  return {
    get pid() {
      return current?.module.pid;
    },
    get restarts() {
      return restarts;
    },
    post,
    async call(method, input) {
      while (phase === 'starting' || phase === 'restarting') await new Promise<void>((resolve) => waiters.push(resolve));
      if (phase === 'stopped' || !current) return { ok: false, failure: fault ?? fail('session_closed', 'The wallet is being closed.').failure };
      return await current.link.call(method, input);
    },
    async stop() {
      stopping = true;
      clearInterval(ticker);
      if (timer) clearTimeout(timer);
      current?.link.abandon(fail('session_closed', 'The wallet is being closed.').failure);
      await current?.module.stop();
      if (phase !== 'stopped') enter('stopped');
    },
  };
}

/** The value of a result. @throws Refusal its failure */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Refusal(result.failure.code, result.failure.detail, result.failure.params);
  return result.value;
}
