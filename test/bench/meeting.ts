/**
 * Two wallets get to know each other: a session between strangers, pairing without the time that people take to compare the
 * words, and the lanes that follow by themselves. That there is a lane no call says; what does is that both journals have
 * come to rest.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { WalletProcess } from '../../cli/demo/wallet-process.ts';
import { need } from '../support/wallet-process.ts';
import type { DiskFloors } from './disk-floors.ts';
import { type Figure, figureOf, sumOf, timed } from './figure.ts';
import type { Plan } from './plan.ts';
import type { WireFloors } from './wire-floors.ts';

/** Whoever was dialled takes sixteen connections a second (main/host/network/carrier-limits.ts). */
const BETWEEN_SESSIONS_MS = 80;
/** A journal that has not grown for so long is at rest. */
const REST_MS = 400;
const PATIENCE_MS = 20_000;

/** Asks again and again, as quickly as can be, until it is so. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const late = performance.now() + PATIENCE_MS;
  while (!(await holds())) if (performance.now() > late) throw new Error(`waited in vain for ${what}`);
}

const lengthOf = async ({ client }: WalletProcess): Promise<number> => (await need(client['wallet.identity']({}))).n;

/** @returns when the last of the journals grew for the last time */
async function atRest(wallets: readonly WalletProcess[]): Promise<number> {
  let [before, grown] = ['', performance.now()];
  for (;;) {
    const now = (await Promise.all(wallets.map(lengthOf))).join(' ');
    if (now !== before) [before, grown] = [now, performance.now()];
    else if (performance.now() - grown > REST_MS) return grown;
  }
}

const connect = async (from: WalletProcess, to: WalletProcess): Promise<void> => {
  const { instance } = await need(from.client['network.connect']({ address: to.addresses[0] ?? '' }));
  if (instance !== to.instance) throw new Error('met somebody else');
};

/** Parts from whoever is no contact: those may see the wallet no more. */
async function part(from: WalletProcess, stranger: WalletProcess): Promise<void> {
  await need(from.client['settings.set']({ visibility: 'contacts' }));
  await until('the end of the session', async () => !(await need(from.client['network.status']({}))).nearby.some(({ peerId, state }) => peerId === stranger.peerId && state === 'connected'));
  await pause(BETWEEN_SESSIONS_MS);
}

interface Pairing { readonly words: number; readonly contacts: number; readonly lanes: number }

/** @returns how long each part took, in milliseconds */
async function pairOnce(ada: WalletProcess, ben: WalletProcess): Promise<Pairing> {
  await connect(ada, ben);
  const sides = [[ada, ben], [ben, ada]] as const;
  await until('both to know each other', async () => (await need(ben.client['people.strangers']({}))).some(({ instance }) => instance === ada.instance));
  const pairings = ([one, other]: (typeof sides)[number]) => need(one.client['pairing.list']({})).then((list) => list.filter(({ instance }) => instance === other.instance));
  const begun = performance.now();
  await need(ada.client['pairing.start']({ instance: ben.instance }));
  for (const side of sides) await until('the words', async () => (await pairings(side)).some(({ words }) => words));
  const shown = performance.now();
  await Promise.all(sides.map(([one, other]) => need(one.client['pairing.confirm']({ instance: other.instance, matches: true }))));
  for (const side of sides) await until('the other to confirm', async () => (await pairings(side)).length === 0);
  const paired = performance.now();
  return { words: shown - begun, contacts: paired - shown, lanes: (await atRest([ada, ben])) - paired };
}

/** @param strangers each a wallet in processes of its own that nobody knows */
export async function meetingFigures(ada: WalletProcess, strangers: AsyncIterable<WalletProcess>, disk: DiskFloors, wire: WireFloors, plan: Plan['meet']): Promise<Figure[]> {
  let sessions: number[] = [];
  const pairings: Pairing[] = [];
  for await (const ben of strangers) {
    if (sessions.length === 0) {
      sessions = await timed(plan.sessions, async () => {
        await connect(ada, ben);
        return () => part(ada, ben);
      });
    }
    pairings.push(await pairOnce(ada, ben));
  }
  return [
    figureOf('session between strangers', 'ms', sessions, wire.connect),
    figureOf('pairing, asked to words on both sides', 'ms', pairings.map(({ words }) => words), sumOf('two round trips', [[2, wire.echo]])),
    figureOf('pairing, confirmed to contacts', 'ms', pairings.map(({ contacts }) => contacts), sumOf('four fdatasyncs and two round trips', [[1, disk.fourSyncs], [2, wire.echo]])),
    figureOf('lanes both ways, after pairing', 'ms', pairings.map(({ lanes }) => lanes), sumOf('four fdatasyncs and a round trip', [[1, disk.fourSyncs], [1, wire.echo]])),
  ];
}

/** Makes wallets and starts them, one after the other; each ends before the next begins. */
export async function* strangersFrom(start: (name: string) => Promise<WalletProcess>, count: number): AsyncGenerator<WalletProcess> {
  for (let made = 0; made < count; made++) {
    const stranger = await start(`Ben ${made + 1}`);
    try {
      yield stranger;
    } finally {
      await stranger.stop();
    }
  }
}
