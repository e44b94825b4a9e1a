/**
 * Two small vaults as plain values, for going through all that can happen to them (state-space.ts): the real `step`
 * over real states, with the driver's part (store, advance, release) reduced to its two outcomes, old and new state.
 * Handshakes happen in one piece; what the simulator varies there is not varied here.
 */
import { EMPTY, type Side, type Small } from './small-state.ts';
import { Base } from '../../../enclave/vault/state.ts';
import { VOLATILE } from '../../../enclave/vault/records.ts';
import { type Input, step } from '../../../enclave/vault/step.ts';
import { encryptWithAd } from '../../../enclave/vault/noise/cipher-state.ts';
import { encodeMessage } from '../../../protocol/messages.codec.ts';
import { BEGINNING, MEASUREMENT } from './host.ts';
import { Seeded } from './seeded.ts';
import { plaintextOf } from './session-tap.ts';
import { decodeMessage } from '../../../protocol/messages.codec.ts';
import { Violation } from './violation.ts';

const SIDES = ['a', 'b'] as const;
export const otherSide = (side: Side): Side => (side === 'a' ? 'b' : 'a');
const entropy = new Seeded('small world');
const attested = { measurement: MEASUREMENT, tier: 'software' as const, referenceValues: [MEASUREMENT] };

/** One input to one vault. With `crash`, the power goes after the package is durable and before anything is said. */
export function feed(world: Small, side: Side, input: Input, crash = false): Small {
  const vault = world[side];
  const head = { n: vault.n, hash: vault.head };
  const result = step(vault.state, input, { seed: entropy.bytes(32), time: { now: BEGINNING, clock: BEGINNING }, head, attested });
  const changes = [...result.state.changes()];
  const durable = changes.some(({ table }) => !VOLATILE.has(table));
  const state = vault.state.clone();
  state.apply(changes);
  const next = { ...world, [side]: { ...vault, state, ...(durable ? { n: vault.n + 1, head: entropy.bytes(32) } : {}) } };
  if (crash) return powerCut(next, side);
  const queue = [...world[side].queue];
  const said = new Map(world.said);
  let hungUp = false;
  for (const output of result.outputs) {
    if (output.type === 'send') {
      queue.push(output.frame);
      noteLaneFrame(said, output.frame, next, side);
    }
    if (output.type === 'hang-up') hungUp = true;
  }
  const told: Small = { ...next, said, [side]: { ...next[side], queue } };
  return hungUp ? apart(told) : told;
}

/** Exact bytes of every COMMIT and answer, once said, are for ever. */
function noteLaneFrame(said: Map<string, Uint8Array>, frame: Uint8Array, world: Small, side: Side): void {
  const plaintext = plaintextOf(frame);
  const message = plaintext ? decodeMessage(plaintext) : null;
  if (!message?.ok || message.value.type !== 'lane-frame') return;
  const bytes = message.value.frame;
  const name = world.nameOf(bytes);
  const before = said.get(name);
  if (before && Buffer.compare(before, bytes) !== 0) throw new Violation('other-bytes', `${side}: ${name} was said again with other bytes`);
  said.set(name, bytes);
}

/** Sessions end on both sides; what was on the way is lost. */
export function apart(world: Small): Small {
  let next: Small = { ...world, a: { ...world.a, queue: [] }, b: { ...world.b, queue: [] }, connected: false };
  for (const side of SIDES) {
    for (const [key] of [...next[side].state.all('session')]) next = feed({ ...next, connected: false }, side, { type: 'disconnected', now: BEGINNING, connection: Number(key) });
  }
  return { ...next, a: { ...next.a, queue: [] }, b: { ...next.b, queue: [] } };
}

/** One side loses its memory; the other hears that the session has ended. */
export function powerCut(world: Small, side: Side): Small {
  const state = new Base();
  state.apply(world[side].state.records());
  return apart({ ...world, [side]: { ...world[side], state } });
}

/** They meet: handshake and evidence in one piece; from `resume` on, every message travels on its own. */
export function meet(world: Small): Small {
  const connection = world.connections + 1;
  let next: Small = { ...world, connections: connection, connected: true };
  const peers = { type: 'connected', now: BEGINNING, connection, expect: null, strangersWelcome: true } as const;
  next = feed(next, 'b', { ...peers, role: 'responder', localPeer: 'b', remotePeer: 'a' });
  next = feed(next, 'a', { ...peers, role: 'initiator', localPeer: 'a', remotePeer: 'b' });
  const isOpen = (side: Side): boolean => next[side].state.get('session', String(connection))?.phase === 'open';
  for (let turns = 0; turns < 8 && !(isOpen('a') && isOpen('b')); turns++) {
    const side = next.a.queue.length > 0 && !isOpen('b') ? 'a' : 'b';
    next = deliver(next, side);
  }
  if (!isOpen('a') || !isOpen('b')) throw new Violation('unsettled', 'the two do not meet');
  return next;
}

/** The oldest frame that `side` said arrives. */
export function deliver(world: Small, side: Side, crash = false): Small {
  const [frame, ...rest] = world[side].queue;
  if (!frame) return world;
  return feed({ ...world, [side]: { ...world[side], queue: rest } }, otherSide(side), { type: 'received', now: BEGINNING, connection: world.connections, frame }, crash);
}

export const call = (world: Small, side: Side, method: string, input: object, crash = false): Small =>
  feed(world, side, { type: 'call', now: BEGINNING, id: 1, method, input }, crash);

/** `side` says an old lane frame once more, in its session of now. */
export function sayAgain(world: Small, side: Side, bytes: Uint8Array): Small {
  const key = String(world.connections);
  const session = world[side].state.get('session', key);
  if (session?.phase !== 'open') return world;
  const { state: send, ciphertext } = encryptWithAd(session.send, new Uint8Array(), encodeMessage({ type: 'lane-frame', frame: bytes }));
  const state = world[side].state.clone();
  state.apply([{ table: 'session', key, value: { ...session, send } }]);
  return { ...world, [side]: { ...world[side], state, queue: [...world[side].queue, ciphertext] } };
}

/** Two wallets, paired and connected: a has issued five of its currency and b, who has one, takes up to two unasked. */
export function beginning(): Small {
  let world = EMPTY();
  for (const side of SIDES) world = feed(world, side, { type: 'create', now: BEGINNING, name: side });
  world = meet(world);
  world = call(world, 'a', 'pairing.start', { instance: instance(world, 'b') });
  world = quiet(world);
  for (const side of SIDES) world = call(world, side, 'pairing.confirm', { instance: instance(world, otherSide(side)), matches: true });
  world = quiet(world);
  world = call(world, 'a', 'credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  const [currency] = [...world.a.state.all('currency')].map(([id]) => id);
  world = quiet(call(world, 'a', 'credits.issue', { currency, amount: '5' }));
  // One credit has gone over, so that b knows the currency and can have a rule for it.
  world = quiet(call(world, 'a', 'transfers.send', { contact: instance(world, 'b'), currency, amount: '1' }));
  for (const [id] of [...world.b.state.all('transfer')]) world = quiet(call(world, 'b', 'transfers.accept', { id }));
  world = quiet(call(world, 'b', 'people.setRule', { contact: instance(world, 'a'), rule: { mode: 'auto', upTo: [{ currency, amount: '2' }] } }));
  return { ...world, said: new Map() };
}

export const instance = (world: Small, side: Side): string => [...world[otherSide(side)].state.all('presence')][0]?.[0] ?? [...world[otherSide(side)].state.all('contact')][0]?.[0] ?? '';

/** Everything on the way arrives. */
export function quiet(world: Small): Small {
  let next = world;
  for (let count = 0; next.a.queue.length + next.b.queue.length > 0; count++) {
    if (count > 500) throw new Violation('unsettled', 'the two do not stop talking');
    next = deliver(next, next.a.queue.length > 0 ? 'a' : 'b');
  }
  return next;
}
