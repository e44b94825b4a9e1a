/**
 * Small stories between two wallets, for telling again and again with one thing going wrong each time. The people in
 * them act as people do: they answer what they see, and begin again what came to nothing.
 */
import type { CurrencyId, InstanceId } from '../../protocol/identifiers.ts';
import { MemoryHost, type SavedWallet } from './memory-host.ts';
import { MemoryNetwork } from './memory-network.ts';
import { expectReadableOnce } from './shelves.ts';
import { fundedPair, metPair } from './vault-pair.ts';

export interface World {
  readonly ada: MemoryHost;
  readonly ben: MemoryHost;
  readonly hosts: readonly [MemoryHost, MemoryHost];
  readonly network: MemoryNetwork;
  /** Ada's currency, of which Ben holds 40; empty in the story of pairing. */
  readonly tea: CurrencyId;
  settle(): Promise<void>;
  connect(): Promise<void>;
}

export interface Scenario {
  readonly name: string;
  /** Whether they are connected before the story begins; if not, meeting is part of it. */
  readonly begin: 'connected' | 'apart';
  /** Brings both wallets to where the story begins. */
  readonly prepare: (seed: string) => Promise<readonly [SavedWallet, SavedWallet, CurrencyId]>;
  /** The first deed. What it comes to is looked at later; a call that a crash swallowed is not made again. */
  readonly act: (world: World) => Promise<unknown>;
  /** Transfers that are done when the story begins: how Ben came to his credits, if nothing else is said. */
  readonly doneBefore?: number;
  /** What a person does on seeing their wallet. @returns true if there was something to do */
  readonly react: (host: MemoryHost, world: World) => Promise<boolean>;
}

export const other = (world: World, host: MemoryHost): MemoryHost => (host === world.ada ? world.ben : world.ada);

/** The wallets of a story, started from their disks. */
export async function openWorld([ada, ben, tea]: readonly [SavedWallet, SavedWallet, CurrencyId], seed: string): Promise<World> {
  const hosts = [new MemoryHost(ada.name, seed, ada), new MemoryHost(ben.name, seed, ben)] as const;
  const network = new MemoryNetwork();
  for (const host of hosts) {
    network.join(host);
    await host.boot();
  }
  const settle = () => network.settle(hosts);
  const connect = async () => {
    network.connect(hosts[0], hosts[1]);
    await settle();
  };
  return { ada: hosts[0], ben: hosts[1], hosts, network, tea, settle, connect };
}

/** Lets both people look and answer until neither has anything to do. */
export async function liveOn(world: World, scenario: Scenario): Promise<void> {
  for (let round = 0; round < 8; round++) {
    await world.settle();
    let busy = false;
    for (const host of world.hosts) {
      if (host.fault || host.instance === '') continue;
      if (await scenario.react(host, world)) busy = true;
      await world.settle();
    }
    if (!busy) return;
  }
}

/** Starts what is down, lets them meet anew, and live on. Before they meet, no copy of a book can be opened in two places. */
export async function recover(world: World, scenario: Scenario): Promise<void> {
  world.network.policy = () => 1;
  world.network.cutAll();
  await world.settle();
  for (const host of world.hosts) if (!isUp(host)) await host.boot();
  await expectReadableOnce(world);
  await world.connect();
  await liveOn(world, scenario);
}

/** True if the vault has started and not stopped since. */
export const isUp = (host: MemoryHost): boolean => host.fault === null && host.emitted.some(({ type }) => type === 'ready');

const send = (host: MemoryHost, to: MemoryHost, currency: CurrencyId, amount: string, extra: object = {}) =>
  host.call('transfers.send', { contact: to.instance as InstanceId, currency, amount, ...extra });

const answerOffers = (answer: 'transfers.accept' | 'transfers.decline') => async (host: MemoryHost): Promise<boolean> => {
  const pending = await host.call('transfers.pending', {});
  const offers = pending.ok ? pending.value.filter(({ direction, state }) => direction === 'in' && state === 'offered') : [];
  for (const { id } of offers) await host.call(answer, { id });
  return offers.length > 0;
};
export const accept = answerOffers('transfers.accept');
const cancelAll = async (host: MemoryHost): Promise<boolean> => {
  const pending = await host.call('transfers.pending', {});
  const offers = pending.ok ? pending.value.filter(({ direction, state }) => direction === 'out' && state === 'offered') : [];
  for (const { id } of offers) await host.call('transfers.cancel', { id });
  return offers.length > 0;
};
const nothingToDo = async (): Promise<boolean> => false;

export type FundedWorld = Pick<World, 'ada' | 'ben' | 'tea' | 'settle' | 'network'>;

/** Ada has issued 140 and Ben has 40 of them; `more` goes on from there. */
export const funded = (more: (world: FundedWorld) => Promise<void> = async () => {}) => async (seed: string) => {
  const pair = await fundedPair(seed, '140');
  const { ada, ben, settle, network } = pair;
  const tea = pair.currency as CurrencyId;
  await send(ada, ben, tea, '40');
  await settle();
  await accept(ben);
  await settle();
  await more({ ada, ben, tea, settle, network });
  network.cutAll();
  await settle();
  return [ada.save(), ben.save(), tea] as const;
};

const rule = async ({ ada, ben, tea, settle }: FundedWorld) => {
  await ben.must('people.setRule', { contact: ada.instance as InstanceId, rule: { mode: 'auto', upTo: [{ currency: tea, amount: '20' }] } });
  await settle();
};

async function pairUp(host: MemoryHost, world: World): Promise<boolean> {
  const peer = other(world, host).instance as InstanceId;
  const pairings = await host.call('pairing.list', {});
  const strangers = await host.call('people.strangers', {});
  if (!pairings.ok || !strangers.ok) return false;
  const [pairing] = pairings.value;
  if (pairing?.state === 'compare') return (await host.call('pairing.confirm', { instance: peer, matches: true })).ok;
  if (host === world.ada && !pairing && strangers.value.length > 0) return (await host.call('pairing.start', { instance: peer })).ok;
  // A contact that has forgotten us, or never got as far, is a stranger on the other side only.
  const contacts = await host.call('people.contacts', {});
  if (host === world.ada && !pairing && contacts.ok && contacts.value.some(({ online }) => !online)) return (await host.call('pairing.start', { instance: peer })).ok;
  return false;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'pairing', begin: 'apart', react: pairUp, act: nothingToDo,
    prepare: async (seed) => {
      const { ada, ben, network, settle } = await metPair(seed);
      network.cutAll();
      await settle();
      return [ada.save(), ben.save(), '' as CurrencyId];
    },
  },
  { name: 'offer, accept, commit, ack', begin: 'connected', prepare: funded(), react: accept, act: ({ ada, ben, tea }) => send(ada, ben, tea, '30', { memo: 'tea' }) },
  {
    name: 'an offer made while apart', begin: 'apart', react: accept, act: nothingToDo,
    prepare: funded(async ({ ada, ben, tea, network, settle }) => {
      network.cutAll();
      await settle();
      await send(ada, ben, tea, '30');
    }),
  },
  { name: 'commit under a rule', begin: 'connected', prepare: funded(rule), react: accept, act: ({ ada, ben, tea }) => send(ada, ben, tea, '20') },
  {
    name: 'commit under a rule that was just taken back', begin: 'connected', prepare: funded(rule), react: nothingToDo,
    act: async ({ ada, ben, tea }) => {
      // Nothing is delivered in between: Ada's commit leaves before Ben's new rule arrives.
      await ben.call('people.setRule', { contact: ada.instance as InstanceId, rule: { mode: 'ask' } });
      await send(ada, ben, tea, '20');
    },
  },
  { name: 'decline', begin: 'connected', prepare: funded(), react: answerOffers('transfers.decline'), act: ({ ada, ben, tea }) => send(ada, ben, tea, '30') },
  {
    name: 'cancel', begin: 'connected', prepare: funded(), react: cancelAll,
    act: async ({ ada, ben, tea, settle }) => {
      const sent = await send(ada, ben, tea, '30');
      await settle();
      if (sent.ok) await ada.call('transfers.cancel', { id: sent.value.id });
    },
  },
  {
    name: 'cancel while it is being accepted', begin: 'connected', prepare: funded(), react: accept,
    act: async ({ ada, ben, tea, settle }) => {
      const sent = await send(ada, ben, tea, '30');
      await settle();
      if (sent.ok) await Promise.all([ben.call('transfers.accept', { id: sent.value.id }), ada.call('transfers.cancel', { id: sent.value.id })]);
    },
  },
  {
    name: 'request and pay', begin: 'connected', prepare: funded(),
    act: ({ ada, ben, tea }) => ben.call('requests.create', { contact: ada.instance as InstanceId, currency: tea, amount: '7' }),
    react: async (host, world) => {
      const requests = await host.call('requests.list', {});
      const open = requests.ok ? requests.value.filter(({ direction }) => direction === 'in') : [];
      for (const { id } of open) await send(host, other(world, host), world.tea, '7', { request: id });
      return open.length > 0;
    },
  },
  { name: 'redeem', begin: 'connected', prepare: funded(), react: accept, act: ({ ada, ben, tea }) => send(ben, ada, tea, '15', { purpose: 'redemption' }) },
];

/** The disks on which a story begins, made once. */
const prepared = new Map<string, ReturnType<Scenario['prepare']>>();
export function beginningOf(scenario: Scenario): ReturnType<Scenario['prepare']> {
  const known = prepared.get(scenario.name) ?? scenario.prepare(scenario.name);
  prepared.set(scenario.name, known);
  return known;
}
