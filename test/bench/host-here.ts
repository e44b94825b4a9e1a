/** A wallet whose host is this process, as it is the app's, so that what is measured is not the way to another; its vault is a process of its own. */
import { homedir } from 'node:os';
import { openHost } from '../../cli/open-host.ts';
import type { WalletFolders, WalletProcess } from '../../cli/demo/wallet-process.ts';
import type { SpawnModule } from '../../main/host/modules/module-process.port.ts';
import { createClient } from '../../protocol/contracts/client.ts';
import { walletContract } from '../../protocol/contracts/wallet.contract.ts';
import { need, soon } from '../support/wallet-process.ts';

export interface HostHere extends WalletProcess { close(): Promise<void> }

/** @param folders of a wallet that was made @param spawnModule how its modules are started, if not as always */
export async function hostHere(folders: WalletFolders, spawnModule?: SpawnModule): Promise<HostHere> {
  process.env['TALLYSTICK_STATE_DIR'] = folders.state;
  const host = await openHost({ data: folders.data, listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, shell: 'none', home: homedir(), ...(spawnModule ? { spawnModule } : {}) });
  const client = createClient(walletContract, (raw) => host.serve(raw));
  const close = (): Promise<void> => host.close();
  const wallet = {
    folders, client, close, pid: process.pid, instance: '' as never, peerId: '', addresses: [],
    onNotice: (listener: Parameters<typeof host.onNotice>[0]) => host.onNotice(listener),
    offerFile: async (path: string) => host.offerFile(path),
    freeze: () => false, thaw: () => undefined, kill: close, stop: close,
  };
  await soon(wallet, 'its vault', async () => ((await need(client['app.status']({}))).phase === 'running' ? true : null));
  const { instance } = await need(client['wallet.identity']({}));
  const { peerId, addresses } = await need(client['network.status']({}));
  return { ...wallet, instance, peerId: peerId ?? '', addresses };
}
