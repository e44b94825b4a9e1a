/**
 * The demo's story: two people's wallets on this computer, from strangers to settled, through a power cut. Each step
 * checks what it claims; a claim that does not hold ends the story.
 */
import { Refusal } from '../../protocol/errors.ts';
import type { CurrencyId, TransferId } from '../../protocol/identifiers.ts';
import type { TransferView } from '../../protocol/contracts/views.ts';
import { follow } from '../follow.ts';
import { awaitWords, startPairing } from '../pairing.ts';
import { need, waitFor } from '../session.ts';
import { type Launcher, type WalletFolders, type WalletProcess, startWallet } from './wallet-process.ts';
import { DemoTrouble } from './trouble.ts';

/** Whatever is awaited here happens within a second on an idle machine. */
const PATIENCE_MS = 60_000;
/** mDNS answers in tens of milliseconds or, on many networks, never. */
const DISCOVERY_PATIENCE_MS = 5_000;
/** They know where the other was; this is for when that fails. */
const REUNION_PATIENCE_MS = 20_000;

export const ISSUED = 100n;
/** What Ben pays for a copy of the book. */
export const PRICE = 5n;
const [FIRST, INTERRUPTED, BACK] = [50n, 20n, 30n];
/** What each must hold in the end. */
export const EXPECTED = { Ada: ISSUED - FIRST - INTERRUPTED + BACK + PRICE, Ben: FIRST + INTERRUPTED - BACK - PRICE } as const;

export interface Pair {
  ada: WalletProcess;
  ben: WalletProcess;
}

export const must = (holds: boolean, otherwise: string): void => { if (!holds) throw new DemoTrouble(otherwise); };
export const soon = async <T>(wallet: WalletProcess, what: string, probe: () => Promise<T | null>, patience = PATIENCE_MS): Promise<T> =>
  (await waitFor(wallet, probe, patience)) ?? Promise.reject(new DemoTrouble(`${wallet.folders.name} waited in vain for ${what}.`));

const contactOf = async (of: WalletProcess, who: WalletProcess) => (await need(of.client['people.contacts']({}))).find(({ instance }) => instance === who.instance);
const isStranger = async (to: WalletProcess, who: WalletProcess): Promise<true | null> =>
  (await need(to.client['people.strangers']({}))).some(({ instance }) => instance === who.instance) ? true : null;

/** @returns how they found each other */
export async function find({ ada, ben }: Pair, mdns: boolean): Promise<'mdns' | 'address'> {
  const byMdns = mdns && (await waitFor(ada, async () => {
    const seen = (await need(ada.client['network.status']({}))).nearby.find(({ peerId }) => peerId === ben.peerId);
    return seen && (await isStranger(ada, ben)) ? seen.foundBy : null;
  }, DISCOVERY_PATIENCE_MS));
  if (!byMdns) await connect(ada, ben);
  await soon(ada, 'Ben to come near', () => isStranger(ada, ben));
  await soon(ben, 'Ada to come near', () => isStranger(ben, ada));
  // Whoever dialled, mDNS is what told them where: no address was given.
  return byMdns ? 'mdns' : 'address';
}

async function connect(from: WalletProcess, to: WalletProcess): Promise<void> {
  const [address] = to.addresses;
  if (address === undefined) throw new DemoTrouble(`${to.folders.name}'s wallet has no address.`);
  const { instance } = await need(from.client['network.connect']({ address }));
  must(instance === to.instance, `${from.folders.name} met somebody else at ${to.folders.name}'s address.`);
}

/** @returns the words, read from both sides */
export async function pair({ ada, ben }: Pair): Promise<string[]> {
  await startPairing(asSession(ada), ben.instance);
  const [left, right] = await Promise.all([awaitWords(asSession(ada), ben.instance, PATIENCE_MS), soon(ben, 'the words', async () => (await need(ben.client['pairing.list']({}))).find(({ instance, words }) => instance === ada.instance && words) ?? null)]);
  must(left.words.join(' ') === right.words?.join(' '), `The words differ: ${left.words.join(' ')} / ${right.words?.join(' ')}.`);
  await need(ada.client['pairing.confirm']({ instance: ben.instance, matches: true }));
  await need(ben.client['pairing.confirm']({ instance: ada.instance, matches: true }));
  for (const [one, other] of [[ada, ben], [ben, ada]] as const) {
    await soon(one, 'the other to confirm', async () => ((await need(one.client['pairing.list']({}))).length === 0 && (await contactOf(one, other)) ? true : null));
  }
  return left.words;
}

export const asSession = (wallet: WalletProcess) => ({ ...wallet, shell: null, close: async (): Promise<void> => {} });

export async function issue({ ada }: Pair): Promise<CurrencyId> {
  const { id } = await need(ada.client['credits.createCurrency']({ code: 'GLD', decimals: 0, name: 'Gold stars' }));
  await need(ada.client['credits.issue']({ currency: id, amount: String(ISSUED) }));
  return id;
}

export async function send(from: WalletProcess, to: WalletProcess, currency: CurrencyId, amount: bigint): Promise<void> {
  const { id } = await need(from.client['transfers.send']({ contact: to.instance, currency, amount: String(amount) }));
  await soon(to, 'the offer', async () => (await need(to.client['transfers.pending']({}))).find((offer) => offer.id === id && offer.state === 'offered') ?? null);
  await need(to.client['transfers.accept']({ id }));
  const { state } = await follow(asSession(from), id, PATIENCE_MS);
  must(state === 'done', `The transfer ended as "${state}".`);
}

export const sendFirst = ({ ada, ben }: Pair, currency: CurrencyId): Promise<void> => send(ada, ben, currency, FIRST);
export const sendBack = ({ ada, ben }: Pair, currency: CurrencyId): Promise<void> => send(ben, ada, currency, BACK);

export interface Interrupted {
  readonly id: TransferId;
  /** What the sender's wallet said at the moment of the kill. */
  readonly state: TransferView['state'];
  /** True if the receiver was held still first, so that it cannot have answered. */
  readonly frozen: boolean;
}

/** Times to try until the transfer is caught between COMMIT and ACK. */
const MAX_TRIES = 20;

/**
 * Sends, and kills both wallets while the transfer is committed and unanswered. Ben's standing rule makes Ada commit
 * without asking; Ben is held still meanwhile, so nothing can come back. Where a process cannot be held still, the kill
 * comes as soon as it can and the state is reported as it was.
 */
export async function interrupt({ ada, ben }: Pair, currency: CurrencyId): Promise<Interrupted> {
  await need(ben.client['people.setRule']({ contact: ada.instance, rule: { mode: 'auto', upTo: [{ currency, amount: String(INTERRUPTED) }] } }));
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const frozen = ben.freeze();
    const sent = await need(ada.client['transfers.send']({ contact: ben.instance, currency, amount: String(INTERRUPTED) }));
    if (sent.state === 'in-transit' || !frozen) {
      await ben.kill();
      const { state } = await need(ada.client['transfers.get']({ id: sent.id }));
      await ada.kill();
      return { id: sent.id, state, frozen };
    }
    // Ben's rule had not reached Ada yet, so she asked first. Take it back and try again when it has.
    await need(ada.client['transfers.cancel']({ id: sent.id }));
    ben.thaw();
    await soon(ben, 'news from Ada', async () => ((await need(ben.client['transfers.pending']({}))).length === 0 ? true : null));
  }
  throw new DemoTrouble("Ben's rule never reached Ada.");
}

/** Starts both again. @returns how they found each other again */
export async function recover(pair: Pair, launcher: Launcher, folders: { ada: WalletFolders; ben: WalletFolders }, interrupted: Interrupted): Promise<'by themselves' | 'address'> {
  pair.ada = await startWallet(launcher, folders.ada);
  const before = await need(pair.ada.client['transfers.get']({ id: interrupted.id }));
  must(interrupted.state !== 'in-transit' || before.state === 'in-transit', `After the kill the transfer was "${before.state}" at Ada's, not in transit.`);
  pair.ben = await startWallet(launcher, folders.ben);
  const met = await waitFor(pair.ada, async () => ((await contactOf(pair.ada, pair.ben))?.online ? true : null), REUNION_PATIENCE_MS);
  if (!met) await connect(pair.ada, pair.ben);
  const { state } = await follow(asSession(pair.ada), interrupted.id, PATIENCE_MS);
  must(state === 'done', `The interrupted transfer ended as "${state}".`);
  return met ? 'by themselves' : 'address';
}

export interface Books {
  readonly issued: number;
  readonly held: { readonly Ada: number; readonly Ben: number };
  readonly inTransit: number;
}

/** Reads both wallets' books. Plain numbers: the demo's currency has no decimals and few units. */
export async function books({ ada, ben }: Pair, currency: CurrencyId): Promise<Books> {
  const of = async (wallet: WalletProcess) => (await need(wallet.client['credits.balances']({}))).find((balance) => balance.currency.id === currency) ?? Promise.reject(new DemoTrouble(`${wallet.folders.name} does not know the currency.`));
  const [a, b] = [await of(ada), await of(ben)];
  return { issued: Number(BigInt(a.issued) - BigInt(a.redeemed)), held: { Ada: Number(a.held), Ben: Number(b.held) }, inTransit: Number(BigInt(a.inTransit) + BigInt(b.inTransit)) };
}

/** Sum over both wallets and what is between them = issued − redeemed (design §7), and the sums of the story. */
export function check({ issued, held, inTransit }: Books): void {
  must(held.Ada + held.Ben + inTransit === issued, `The books do not balance: ${held.Ada} + ${held.Ben} + ${inTransit} in transit, but ${issued} were issued.`);
  must(inTransit === 0, `${inTransit} are still in transit.`);
  must(BigInt(held.Ada) === EXPECTED.Ada && BigInt(held.Ben) === EXPECTED.Ben, `Ada should hold ${EXPECTED.Ada} and Ben ${EXPECTED.Ben}; they hold ${held.Ada} and ${held.Ben}.`);
}

export const reasonOf = (error: unknown): string => error instanceof Refusal ? `${error.failure.detail} [${error.failure.code}]` : error instanceof Error ? error.message : String(error);
