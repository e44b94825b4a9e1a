/**
 * The host's side of one vault process: calls with replies, frames both ways, and the vault's own questions to store
 * and register. Checks everything that comes back (design §8); lives as long as the process.
 *
 * A malformed question is answered with a failure, since the vault would wait for ever. Any other malformed message comes
 * from a vault that is broken, and nobody knows what was meant to be heard or who waits for it: nothing more is believed,
 * and the supervisor starts another. A link that is over performs nothing: a question of a dead vault, read late, must not
 * write into the store that its successor has opened.
 */
import { z } from 'zod';
import { type Failure, Refusal, type Result, fail } from '../../../protocol/errors.ts';
import { type Ask, type FreshnessRegister, type HostMessage, type PackageStore, type VaultMessage, VaultMessageSchema } from '../../../protocol/module-port.ts';
import { type VaultMethod, vaultContract } from '../../../protocol/contracts/vault.contract.ts';
import type { ModuleProcess } from './module-process.port.ts';

/** What the vault says of its own accord. */
export type VaultNews = Extract<VaultMessage, { type: 'ready' | 'send' | 'hang-up' | 'met' | 'changed' | 'notify' | 'close-book' | 'fault' }>;

export interface VaultLinkOptions {
  readonly process: ModuleProcess;
  readonly store: PackageStore;
  readonly register: FreshnessRegister;
  readonly onNews: (news: VaultNews) => void;
  /** It said something malformed; called at most once, nothing is heard of it afterwards. */
  readonly onBroken: () => void;
}

export interface VaultLink {
  post(message: Exclude<HostMessage, { type: 'call' | 'answer' }>): void;
  call(method: VaultMethod, input: unknown): Promise<Result<unknown>>;
  /** Ends the link: fails every call under way, and hears nothing more. For when the process is gone, or is to go. */
  abandon(failure: Failure): void;
}

/** As much of a question as is needed to answer it. */
const UnreadableAskSchema = z.object({ type: z.literal('ask'), id: z.int() });

export function linkVault({ process: module, store, register, onNews, onBroken }: VaultLinkOptions): VaultLink {
  const calls = new Map<number, { method: VaultMethod; resolve: (result: Result<unknown>) => void }>();
  let lastId = 0;
  let over = false;

  module.onMessage((raw) => {
    if (over) return;
    const parsed = VaultMessageSchema.safeParse(raw);
    if (!parsed.success) return malformed(raw);
    const message = parsed.data;
    if (message.type === 'ask') return void answer(message.id, message.ask);
    if (message.type !== 'reply') return onNews(message);
    const call = calls.get(message.id);
    calls.delete(message.id);
    if (!message.ok) return call?.resolve({ ok: false, failure: message.failure });
    const value = call && vaultContract[call.method].output.safeParse(message.value);
    if (call && value) call.resolve(value.success ? { ok: true, value: value.data } : fail('internal', `The vault's reply to ${call.method} was malformed.`));
  });

  function malformed(raw: unknown): void {
    const asked = UnreadableAskSchema.safeParse(raw);
    if (asked.success) return module.post({ type: 'answer', id: asked.data.id, ...fail('store_failed', 'The vault asked its host for something that is not understood.') } satisfies HostMessage);
    over = true;
    onBroken();
  }

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
        if (over) return resolve(fail('module_crashed', 'The vault is being started again. Try once more in a moment.'));
        const id = ++lastId;
        calls.set(id, { method, resolve });
        module.post({ type: 'call', now: Date.now(), id, method, input } satisfies HostMessage);
      }),
    abandon(failure) {
      over = true;
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
      return store.archive(ask.before, ask.transfers);
    case 'store.archived':
      return store.archived(ask.id);
    case 'store.keep':
      return store.keep(ask.kind, ask);
    case 'store.kept':
      return store.kept(ask.kind, ask.n);
    case 'store.release':
      return store.release(ask.upTo);
    case 'register.read':
      return register.read();
    case 'register.advance':
      return register.advance(ask.from, ask.to);
  }
}
