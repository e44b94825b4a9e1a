/**
 * What two wallets must agree on, whatever happened to them (design §7): nothing lost, nothing doubled. Reads both through
 * their contracts only, as a person's interface does.
 */
import { creditsAmong } from './credits-among.ts';
import { isDeepStrictEqual } from 'node:util';
import type { TransferView } from '../../protocol/contracts/views.ts';
import { type WalletProcess, balanceOf, historyOf, need, soon } from './wallet-process.ts';

interface Two { readonly ada: WalletProcess; readonly ben: WalletProcess; readonly currencies: readonly string[] }

export interface Bookkeeping {
  /** Transfers that a wallet has confirmed to have begun: id and amount. */
  readonly sent: Map<string, bigint>;
  /** Of each currency. */
  readonly issued: bigint;
  /** The highest journal number each wallet has shown. */
  readonly highest: Map<string, number>;
}

export const bookkeepingOf = ({ ada, ben }: Two, issued: bigint): Bookkeeping => ({ sent: new Map(), issued, highest: new Map([[ada.instance, 0], [ben.instance, 0]]) });

const must = (holds: boolean, otherwise: () => string): void => {
  if (!holds) throw new Error(otherwise());
};
const amountIn = (transfer: TransferView, currency: string): bigint => creditsAmong(transfer.give).filter((asset) => asset.currency.id === currency).reduce((sum, { amount }) => sum + BigInt(amount), 0n);

/** Where a wallet's journal stands; it never goes back, whatever was killed. */
async function heightOf(wallet: WalletProcess, { highest }: Bookkeeping): Promise<number> {
  const { n } = await need(wallet.client['wallet.identity']({}));
  const before = highest.get(wallet.instance) ?? 0;
  must(n >= before, () => `${wallet.folders.name}'s journal went back from ${before} to ${n}`);
  highest.set(wallet.instance, n);
  return n;
}

/** Reads while nothing moves: what is read belongs to one moment if neither journal grew meanwhile. */
async function atOneMoment<T>({ ada, ben }: Two, book: Bookkeeping, read: () => Promise<T>): Promise<T> {
  const heights = () => Promise.all([heightOf(ada, book), heightOf(ben, book)]);
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const before = await heights();
    const value = await read();
    if (isDeepStrictEqual(before, await heights())) return value;
  }
  throw new Error('The wallets do not come to rest.');
}

const credited = async (wallet: WalletProcess, id: string): Promise<boolean> => {
  const found = await wallet.client['transfers.get']({ id });
  return found.ok && found.value.state === 'done';
};

/** Held by both, and in transit without having arrived, is exactly what was issued. Works at any moment. */
export async function checkConserved(two: Two, book: Bookkeeping): Promise<void> {
  const sums = await atOneMoment(two, book, async () => {
    const sum = new Map(two.currencies.map((currency) => [currency, 0n]));
    const add = (currency: string, amount: bigint): void => void sum.set(currency, (sum.get(currency) ?? 0n) + amount);
    for (const [from, to] of [[two.ada, two.ben], [two.ben, two.ada]] as const) {
      for (const balance of await need(from.client['credits.balances']({}))) add(balance.currency.id, BigInt(balance.held) + BigInt(balance.inTransit));
      // What the other has credited already is waiting here for its ACK only, and must not be counted twice.
      for (const transfer of await need(from.client['transfers.pending']({}))) {
        if (transfer.direction !== 'out' || transfer.state !== 'in-transit' || !(await credited(to, transfer.id))) continue;
        for (const currency of two.currencies) add(currency, -amountIn(transfer, currency));
      }
    }
    return sum;
  });
  for (const [currency, sum] of sums) must(sum === book.issued, () => `Of ${currency} there are ${sum}, but ${book.issued} were issued.`);
}

/** Waits until nothing is under way, then compares every transfer on both sides, and the totals to the last unit. */
export async function checkSettled(two: Two, book: Bookkeeping): Promise<void> {
  const { ada, ben } = two;
  for (const wallet of [ada, ben]) {
    await soon(wallet, 'everything to settle', async () => ((await need(wallet.client['transfers.pending']({}))).length === 0 ? true : null));
  }
  await checkConserved(two, book);
  const histories = new Map<WalletProcess, TransferView[]>([[ada, await historyOf(ada)], [ben, await historyOf(ben)]]);
  const all = [...histories.values()].flat();
  for (const transfer of all) must(transfer.state === 'done' || cameToNothing(transfer), () => `${transfer.id} ended as "${transfer.state}": ${transfer.reason}`);
  for (const [from, to] of [[ada, ben], [ben, ada]] as const) {
    const gone = idsOf(from, histories, 'out');
    const come = idsOf(to, histories, 'in');
    must(new Set(gone).size === gone.length && new Set(come).size === come.length, () => `A transfer from ${from.folders.name} is there twice.`);
    must(isDeepStrictEqual([...gone].sort(), [...come].sort()), () => `What ${from.folders.name} sent is not what ${to.folders.name} received.`);
  }
  const known = new Set(all.map(({ id }) => id as string));
  for (const id of book.sent.keys()) must(known.has(id), () => `${id} was begun and is nowhere.`);
  for (const [index, currency] of two.currencies.entries()) {
    const [issuer, other] = index === 0 ? [ada, ben] : [ben, ada];
    const moved = (direction: 'in' | 'out') => (histories.get(other) ?? []).filter((transfer) => transfer.direction === direction && transfer.state === 'done').reduce((sum, transfer) => sum + amountIn(transfer, currency), 0n);
    const expected = moved('in') - moved('out');
    const held = await heldBy(other, currency);
    must(held === expected, () => `${other.folders.name} holds ${held} of ${issuer.folders.name}'s currency; its transfers add up to ${expected}.`);
    must((await heldBy(issuer, currency)) === book.issued - expected, () => `${issuer.folders.name} holds something else than what was issued less what was sent.`);
  }
}

/** Replays both journals: whole chains, in which every transfer left once, arrived once and was acknowledged once. */
export async function checkTrace({ ada, ben }: Two, book: Bookkeeping): Promise<void> {
  const [mine, theirs] = [await need(ada.client['audit.explain']({})), await need(ben.client['audit.explain']({}))];
  for (const [wallet, trace] of [[ada, mine], [ben, theirs]] as const) {
    const { n } = await need(wallet.client['wallet.identity']({}));
    must(trace.verified && trace.packages === n, () => `${wallet.folders.name}'s journal of ${n} packages is whole up to ${trace.packages} only.`);
  }
  const times = new Map<string, Record<string, number>>();
  for (const { event, transfer } of [...mine.entries, ...theirs.entries]) {
    if (transfer === null) continue;
    const counted = times.get(transfer) ?? {};
    counted[event] = (counted[event] ?? 0) + 1;
    times.set(transfer, counted);
  }
  for (const [id, counted] of times) must(isDeepStrictEqual(counted, { ...counted, committed: 1, received: 1, delivered: 1 }) && Object.keys(counted).length === 3, () => `${id}: ${JSON.stringify(counted)}`);
  must(times.size > 0 && book.sent.size > 0, () => 'Nothing was ever sent.');
}

/** Offered when there was enough, answered when there was not: withdrawn by the source before anything moved. */
const cameToNothing = ({ direction, state, reason }: TransferView): boolean =>
  direction === 'out' ? state === 'cancelled' && reason === 'insufficient_funds' : state === 'withdrawn';

const idsOf = (wallet: WalletProcess, histories: ReadonlyMap<WalletProcess, TransferView[]>, direction: 'in' | 'out'): string[] =>
  (histories.get(wallet) ?? []).filter((transfer) => transfer.direction === direction && transfer.state === 'done').map(({ id }) => id);

/** A currency that never came is one of which nothing is held. */
const heldBy = async (wallet: WalletProcess, currency: string): Promise<bigint> => {
  const known = (await need(wallet.client['credits.balances']({}))).some((balance) => balance.currency.id === currency);
  return known ? BigInt((await balanceOf(wallet, currency)).held) : 0n;
};
