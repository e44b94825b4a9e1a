/** Opens a data folder in this process: the whole host without a window. The only file here that loads it. */
import type { SpawnModule } from '../main/host/modules/module-process.port.ts';
import { spawnNodeModule } from '../main/host/modules/node-module.ts';
import { fileRootSecretStore } from '../main/host/storage/root-secret.file.ts';
import { defaultStateDir } from '../main/host/storage/state-folder.ts';
import { openWalletHost } from '../main/host/wallet-host.ts';
import type { WalletHost, WalletHostOptions } from '../main/host/wallet-host.port.ts';
import { readerBundle, vaultBundle } from './installation.ts';

export interface HostChoices {
  readonly data: string;
  readonly listen: readonly string[] | null;
  readonly mdns: boolean;
  readonly shell: WalletHostOptions['shell'];
  readonly home: string;
  /** How modules are started, where that is measured. */
  readonly spawnModule?: SpawnModule;
}

/** @throws Refusal `wallet_locked`, `not_supported`, `bad_address` and those of the storage */
export const openHost = ({ data, listen, mdns, shell, home, spawnModule = spawnNodeModule }: HostChoices): Promise<WalletHost> =>
  openWalletHost({
    dataDir: data,
    stateDir: defaultStateDir(process.env, process.platform, home),
    vaultBundle: vaultBundle(),
    readerBundle: readerBundle(),
    spawnModule,
    rootSecrets: fileRootSecretStore,
    shell,
    versions: { node: process.versions.node },
    listen,
    mdns,
  });
