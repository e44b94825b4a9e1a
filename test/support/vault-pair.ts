/** Two real vaults in one process, brought to where a test wants to begin: met, paired, or with credits to send. */
import { MemoryHost } from './memory-host.ts';
import { MemoryNetwork } from './memory-network.ts';

export interface Pair { readonly ada: MemoryHost; readonly ben: MemoryHost; readonly network: MemoryNetwork; settle(): Promise<void>; reconnect(): Promise<void> }

/** Two wallets that have met. */
export async function metPair(seed: string): Promise<Pair> {
  const [ada, ben] = [new MemoryHost('Ada', seed), new MemoryHost('Ben', seed)];
  const network = new MemoryNetwork();
  for (const host of [ada, ben]) {
    network.join(host);
    await host.boot(true);
  }
  const settle = () => network.settle([ada, ben]);
  const reconnect = async () => {
    network.cutAll();
    await settle();
    network.connect(ada, ben);
    await settle();
  };
  network.connect(ada, ben);
  await settle();
  return { ada, ben, network, settle, reconnect };
}

/** Two wallets whose people have compared the words. */
export async function pairedPair(seed: string): Promise<Pair> {
  const pair = await metPair(seed);
  const { ada, ben, settle } = pair;
  await ada.must('pairing.start', { instance: ben.instance as never });
  await settle();
  await ada.must('pairing.confirm', { instance: ben.instance as never, matches: true });
  await ben.must('pairing.confirm', { instance: ada.instance as never, matches: true });
  await settle();
  return pair;
}

/** Paired, and Ada has issued `amount` TEA (no decimals). */
export async function fundedPair(seed: string, amount = '100'): Promise<Pair & { currency: string }> {
  const pair = await pairedPair(seed);
  const currency = await pair.ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  await pair.ada.must('credits.issue', { currency: currency.id, amount });
  await pair.settle();
  return { ...pair, currency: currency.id };
}

/** What a host holds and has in transit of one currency, in minor units. */
export async function held(host: MemoryHost, currency: string): Promise<{ held: bigint; inTransit: bigint }> {
  const balance = (await host.must('credits.balances', {})).find((b) => b.currency.id === currency);
  return { held: BigInt(balance?.held ?? '0'), inTransit: BigInt(balance?.inTransit ?? '0') };
}
