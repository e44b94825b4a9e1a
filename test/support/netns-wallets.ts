/** Wallets as real processes, each in a network namespace of its own: two laptops on a switch, without internet. */
import { type NetnsHost, type NetnsNetwork, createNetnsNetwork } from './netns.ts';
import { type WalletFolders, type WalletProcess, type Wallets, createWallets } from './wallet-process.ts';

export interface NetnsWallets {
  readonly network: NetnsNetwork;
  /** The laptop with this number, from 0. */
  host(index: number): NetnsHost;
  /** Makes a wallet and starts it on the laptop with this number. */
  begin(name: string, index: number, options?: StartOptions): Promise<WalletProcess>;
  /** Starts a wallet that exists. */
  start(folders: WalletFolders, index: number, options?: StartOptions): Promise<WalletProcess>;
  tearDown(): Promise<void>;
}

export interface StartOptions { readonly mdns?: boolean }

export async function createNetnsWallets(hosts: number): Promise<NetnsWallets> {
  const network = createNetnsNetwork({ hosts });
  const wallets: Wallets = await createWallets({ listen: ['/ip4/0.0.0.0/tcp/0', '/ip6/::/tcp/0'] });
  const host = (index: number): NetnsHost => network.hosts[index] ?? (() => { throw new Error(`there is no laptop ${index}`); })();
  const start: NetnsWallets['start'] = (folders, index, { mdns = true } = {}) =>
    wallets.start(folders, { mdns, spawn: (command, args, options) => host(index).spawn(command, args, options) });
  return {
    network, host, start,
    begin: async (name, index, options) => start(await wallets.make(name), index, options),
    async tearDown() {
      await wallets.tearDown();
      network.tearDown();
    },
  };
}
