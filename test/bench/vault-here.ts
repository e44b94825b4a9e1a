/**
 * A real vault in this process, behind the host's own supervisor and link, on whatever store and register it is given: for
 * making in a minute what would take a vault in a process of its own an hour. Nothing is measured on it.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createVaultRuntime } from '../../enclave/runtime/vault-runtime.ts';
import { vaultBundle } from '../../cli/installation.ts';
import type { SpawnModule } from '../../main/host/modules/module-process.port.ts';
import type { VaultNews } from '../../main/host/modules/vault-link.ts';
import { superviseVault, type VaultSupervisor, valueOf } from '../../main/host/modules/vault-supervisor.ts';
import type { VaultMethod } from '../../protocol/contracts/vault.contract.ts';
import type { FreshnessRegister, PackageStore } from '../../protocol/module-port.ts';

/** In place of a process: the same messages, without a copy of them. */
const inThisProcess: SpawnModule = () => {
  let listener: (message: unknown) => void = () => undefined;
  const runtime = createVaultRuntime((message) => queueMicrotask(() => listener(message)), (length) => crypto.getRandomValues(new Uint8Array(length)));
  return {
    pid: undefined,
    post: (message) => queueMicrotask(() => runtime.handle(message)),
    onMessage: (next) => void (listener = next),
    onExit: () => undefined,
    stop: async () => void (listener = () => undefined),
  };
};

export interface VaultHere {
  readonly vault: VaultSupervisor;
  /** The value of a call that must succeed. */
  must(method: VaultMethod, input: unknown): Promise<unknown>;
}

export interface VaultHereOptions {
  readonly store: PackageStore;
  readonly register: FreshnessRegister;
  readonly rootSecret: Uint8Array;
  /** Makes a wallet of this name, where there is none. */
  readonly create: string | null;
  readonly onNews: (news: VaultNews) => void;
}

/** Resolves when the vault runs. @throws Refusal that stopped it */
export async function vaultHere({ store, register, rootSecret, create, onNews }: VaultHereOptions): Promise<VaultHere> {
  const measurement = new Uint8Array(createHash('sha256').update(readFileSync(vaultBundle())).digest());
  const vault = superviseVault({
    spawnModule: inThisProcess, bundlePath: vaultBundle(), store, register, onNews,
    // Whoever waits for it would wait for ever.
    onPhase(phase, why) { if (phase === 'stopped' && why) throw new Error(`a vault stopped: ${why.detail}`); },
    boot: { rootSecret, measurement, tier: 'software', create: create === null ? null : { name: create } },
  });
  const must: VaultHere['must'] = async (method, input) => valueOf(await vault.call(method, input));
  await must('wallet.identity', {});
  return { vault, must };
}
