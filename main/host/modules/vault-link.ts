/**
 * The host's side of one vault process: calls with replies, frames both ways, and the vault's own questions to store
 * and register. Checks everything that comes back (design §8); lives as long as the process.
 */
import { type Failure, Refusal, type Result, fail } from '../../../protocol/errors.ts';
import { type Ask, type FreshnessRegister, type HostMessage, type PackageStore, type VaultMessage, VaultMessageSchema } from '../../../protocol/module-port.ts';
import { type VaultMethod, vaultContract } from '../../../protocol/contracts/vault.contract.ts';
import type { ModuleProcess } from './module-process.port.ts';

/** What the vault says of its own accord. */
export type VaultNews = Extract<VaultMessage, { type: 'ready' | 'send' | 'hang-up' | 'met' | 'changed' | 'notify' | 'fault' }>;

export interface VaultLinkOptions {
  readonly process: ModuleProcess;
  readonly store: PackageStore;
  readonly register: FreshnessRegister;
  readonly onNews: (news: VaultNews) => void;
}

export interface VaultLink {
  post(message: Exclude<HostMessage, { type: 'call' | 'answer' }>): void;
  call(method: VaultMethod, input: unknown): Promise<Result<unknown>>;
  /** Fails every call under way; for when the process is gone. */
  abandon(failure: Failure): void;
}

export function linkVault({ process: module, store, register, onNews }: VaultLinkOptions): VaultLink {
  const calls = new Map<number, { method: VaultMethod; resolve: (result: Result<unknown>) => void }>();
  let lastId = 0;

  module.onMessage((raw) => {
    const parsed = VaultMessageSchema.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    if (message.type === 'ask') return void answer(message.id, message.ask);
    if (message.type !== 'reply') return onNews(message);
    const call = calls.get(message.id);
    calls.delete(message.id);
    if (!message.ok) return call?.resolve({ ok: false, failure: message.failure });
    const value = call && vaultContract[call.method].output.safeParse(message.value);
    if (call && value) call.resolve(value.success ? { ok: true, value: value.data } : fail('internal', `The vault's reply to ${call.method} was malformed.`));
  });

  async function answer(id: number, ask: Ask): Promise<void> {
    try {
      module.post({ type: 'answer', id, ok: true, value: (await perform(ask, store, register)) ?? null } satisfies HostMessage);
    } catch (error) {
      const failure = error instanceof Refusal ? error.failure : fail('store_failed', error instanceof Error ? error.message : String(error)).failure;
      module.post({ type: 'answer', id, ok: false, failure } satisfies HostMessage);
    }
  }

  return {
    post: (message) => module.post(message),
    call: (method, input) =>
      new Promise((resolve) => {
        const id = ++lastId;
        calls.set(id, { method, resolve });
        module.post({ type: 'call', now: Date.now(), id, method, input } satisfies HostMessage);
      }),
    abandon(failure) {
      for (const { resolve } of calls.values()) resolve({ ok: false, failure });
      calls.clear();
    },
  };
}

function perform(ask: Ask, store: PackageStore, register: FreshnessRegister): Promise<unknown> {
  switch (ask.op) {
    case 'store.latestSnapshot':
      return store.latestSnapshot();
    case 'store.packages':
      return store.packages(ask.from, ask.limit);
    case 'store.append':
      return store.append(ask);
    case 'store.putSnapshot':
      return store.putSnapshot(ask);
    case 'store.archive':
      return store.archive(ask.before, ask.limit);
    case 'store.archived':
      return store.archived(ask.id);
    case 'register.read':
      return register.read();
    case 'register.advance':
      return register.advance(ask.from, ask.to);
  }
}
