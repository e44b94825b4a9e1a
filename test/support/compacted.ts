/** A wallet with a history to let go of, and what is asked of it before and after (docs/decisions/0023-compaction.md). */
import { MemoryHost, type SavedWallet } from './memory-host.ts';
import type { StoreContents } from './memory-store.ts';
import { type Three, threeWallets } from './three-wallets.ts';

export const rename = (host: MemoryHost, times: number) => Array.from({ length: times }).reduce<Promise<unknown>>((before, _, at) => before.then(() => host.must('wallet.rename', { name: `${host.name} ${at}` })), Promise.resolve());
export const headOf = async (host: MemoryHost) => { const { n, head } = await host.must('wallet.identity', {}); return { n, head }; };
export const compact = (host: MemoryHost, upTo: number) => host.must('history.compact', { upTo });
export const packagesOf = (host: MemoryHost) => [...host.store.snapshot().packages.keys()].sort((a, b) => a - b);

/** The same wallet, opened from what is on its disk. */
export async function reopened(saved: SavedWallet, change: Partial<SavedWallet> = {}): Promise<MemoryHost> {
  const host = new MemoryHost(saved.name, 'again', { ...saved, ...change });
  await host.boot();
  return host;
}
/** What an audit from the outside says. */
export async function audited(saved: SavedWallet, contents: StoreContents = saved.contents, from?: number) {
  const host = new MemoryHost(saved.name, 'audit', { ...saved, contents });
  host.inspect();
  return await host.must('audit.journal', from === undefined ? {} : { from });
}

/** With credits in every state, and some history. */
export async function withHistory(seed: string): Promise<Three & { before: SavedWallet }> {
  const three = await threeWallets(seed);
  const { ada, ben, meet } = three;
  const { id } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  await ada.must('credits.issue', { currency: id, amount: '100' });
  await ben.must('people.setRule', { contact: ada.instance as never, rule: { mode: 'ask' } });
  const part = await meet(ada, ben);
  const sent = await ada.must('transfers.send', { contact: ben.instance as never, currency: id, amount: '30' });
  await three.settle();
  await ben.must('transfers.accept', { id: sent.id });
  await three.settle();
  await part();
  await ada.must('credits.retire', { currency: id, amount: '5' });
  await rename(ada, 3);
  return { ...three, before: ada.save() };
}
