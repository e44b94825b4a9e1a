/**
 * How the exploration begins: two or three wallets that were made, paired, and know the currency that the first has issued,
 * all by the real code. Each takes up to two unasked from the one before it. Everything has come to rest.
 */
import { x25519 } from '@noble/curves/ed25519.js';
import { sealContentKey } from '../../../enclave/grants/grants.codec.ts';
import { encodeSnapshot } from '../../../enclave/runtime/packages.codec.ts';
import { rowsOf } from '../../../enclave/runtime/packages.codec.ts';
import { publishingSecret } from '../../../enclave/vault/library/publications.ts';
import { BEGINNING } from '../world/host.ts';
import { EMPTY_STORE } from './disk.ts';
import { nameLane } from './frames.ts';
import { calling, cut, deliver, give, meet } from './happen.ts';
import { lifeOf, newWallet } from './life.ts';
import { durableOf } from './lineage.ts';
import { bytesFor } from './seeds.ts';
import { at, durableAt, endAt, type End, storeOf, type World } from './world.ts';

/** What is issued, what the others have of it, and what they take from one another without asking. */
export const ISSUED = '5';
export const GIVEN = '1';
export const UNASKED = '2';

const NAMES = ['a', 'b', 'c'] as const;

/** Everything on the way arrives. */
export async function quiet(world: World): Promise<World> {
  let next = world;
  for (;;) {
    const index = next.links.findIndex(({ queues }) => queues[0].length + queues[1].length > 0);
    if (index < 0) return next;
    next = await deliver(next, index, at(next.links, index).queues[0].length > 0 ? 0 : 1);
  }
}

export const currencyOf = (world: World): string => [...(durableAt(world, 0)?.base.all('currency') ?? [])][0]?.[0] ?? '';

async function paired(world: World, index: number): Promise<World> {
  const [a, b] = at(world.links, index).ends;
  let next = await meet(world, index);
  next = await quiet(await give(next, a, [calling('pairing.start', { instance: endAt(next, b).wallet.instance }, '')], ''));
  for (const [end, other] of [[a, b], [b, a]] as const) next = await give(next, end, [calling('pairing.confirm', { instance: endAt(next, other).wallet.instance, matches: true }, `with ${other}`)], '');
  return await quiet(next);
}

/** One credit, so that they know the currency and can have a rule for it. */
async function given(world: World, from: number, to: number, currency: string): Promise<World> {
  let next = await quiet(await give(world, from, [calling('transfers.send', { contact: endAt(world, to).wallet.instance, currency, amount: GIVEN }, `to ${to}`)], ''));
  for (const [id] of durableAt(next, to)?.transfers ?? []) next = await quiet(await give(next, to, [calling('transfers.accept', { id }, 'at the beginning')], ''));
  return next;
}

async function trusting(world: World, end: number, whom: number, currency: string): Promise<World> {
  return await quiet(await give(world, end, [calling('people.setRule', { contact: endAt(world, whom).wallet.instance, rule: { mode: 'auto', upTo: [{ currency, amount: UNASKED }] } }, `for ${whom}`)], ''));
}

async function made(world: World, end: number): Promise<World> {
  const { wallet } = endAt(world, end);
  const next = await give(world, end, [{ input: { type: 'create', now: BEGINNING, name: wallet.name }, name: 'create', purpose: 'create' }], '');
  return next;
}

/** @param vaults 2 or 3. @param book whether the first has published one, of which there is one copy */
export async function beginning(vaults: number, book = false): Promise<World> {
  const names = NAMES.slice(0, vaults);
  const ends = names.map((name, index): End => ({ name, wallet: newWallet(name), store: index, power: 'up', life: lifeOf(null, '', []), work: null, losses: 0, isLater: false, unheard: [] }));
  const pairs = ends.flatMap((_, b) => ends.slice(0, b).map((__, a) => [a, b] as const));
  let world: World = {
    ends, stores: ends.map(() => EMPTY_STORE), links: pairs.map((pair) => ({ ends: pair, up: false, queues: [[], []], lossy: false })),
    said: [], spoken: ends.map(() => null), rolled: null, siblings: [], wrong: null,
  };
  for (const end of ends.keys()) world = await made(world, end);
  // A wallet's own key is what the others know it by.
  for (const [index] of pairs.entries()) world = await named(world, index);
  for (const [index] of pairs.entries()) world = await paired(world, index);
  world = await give(world, 0, [calling('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' }, '')], '');
  const currency = currencyOf(world);
  world = await quiet(await give(world, 0, [calling('credits.issue', { currency, amount: ISSUED }, '')], ''));
  for (const end of ends.keys()) if (end > 0) world = await given(world, 0, end, currency);
  for (const [a, b] of pairs) world = await trusting(world, b, a, currency);
  if (book) world = await published(world);
  for (const end of ends.keys()) remember(world, end);
  return { ...world, said: [] };
}

/** The first publishes a book; its file was encrypted by a reader that is not looked at here. */
async function published(world: World): Promise<World> {
  const base = durableAt(world, 0)?.base;
  if (!base) throw new Error('nothing was made');
  const [content, key] = [bytesFor('content', 32), bytesFor('content key', 32)];
  const sealedKey = hex(sealContentKey(x25519.getPublicKey(publishingSecret(base)), { version: 1, content, key }, bytesFor('sealing of the content key', 32)));
  const terms = { give: true, lend: true, maxLoanDays: null, text: true };
  return await give(world, 0, [calling('books.publish', { title: 'Emma', author: '', language: 'en', format: 'epub', bytes: 1, content: hex(content), sealedKey, copies: 1, terms, price: null }, '')], '');
}
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** They have met once, so that each knows whom it is to be paired with. */
async function named(world: World, index: number): Promise<World> {
  const met = await meet(world, index);
  for (const end of at(met.links, index).ends) {
    for (const other of at(met.links, index).ends) {
      if (other === end) continue;
      const presence = endAt(met, end).life?.volatile.find(({ table }) => table === 'presence');
      if (presence) endAt(met, other).wallet.instance = presence.key;
    }
  }
  return await cut(met, index);
}

/** Names for the lanes that there are, and a snapshot, so that starting later does not begin with the first package. */
function remember(world: World, end: number): void {
  const { wallet, name } = endAt(world, end);
  const durable = durableOf(storeOf(world, end).register);
  if (!durable) throw new Error('nothing was made');
  for (const [lane, record] of durable.base.all('lane')) {
    const other = world.ends.find((one) => one.wallet.instance === record.contact)?.name ?? '?';
    if (record.direction === 'out') nameLane(lane, `${name}→${other}`);
  }
  const { n, head, time, base } = durable;
  const records = rowsOf(base.records());
  const sealed = wallet.sealer.seal('snapshot', n, bytesFor(`snapshot of ${name}`, 24), encodeSnapshot({ version: 1, n, head: new Uint8Array(Buffer.from(head, 'hex')), at: time.now, clock: time.clock, records }));
  wallet.snapshot = { n, sealed };
}

/** Another process stands on the first vault's folder; it draws random bytes of its own. */
export function withTwin(world: World): World {
  const first = endAt(world, 0);
  const twin: End = { ...first, name: `${first.name}'`, power: 'down', life: null, losses: 100 };
  return { ...world, ends: [...world.ends, twin], links: [...world.links, { ends: [1, world.ends.length], up: false, queues: [[], []], lossy: false }] };
}
