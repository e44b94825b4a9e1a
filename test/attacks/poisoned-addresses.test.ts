/**
 * A neighbour who announces that a contact is elsewhere, again and again (design §4; assurance row 40): it is looked for
 * there, too, but where it was met is not forgotten over it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_ADDRESSES_PER_PEER } from '../../main/host/network/carrier-limits.ts';
import type { Carrier, PeerHint } from '../../main/host/network/carrier.port.ts';
import { keepInTouch } from '../../main/host/network/keep-in-touch.ts';
import { startMeetings } from '../../main/host/services/meetings.ts';
import { openAddressBook } from '../../main/host/storage/address-book.ts';
import { type InstanceId, instanceIdOf } from '../../protocol/identifiers.ts';
import { type MemoryNetwork, createMemoryNetwork } from '../support/memory-carrier.ts';

const BEN = instanceIdOf(new Uint8Array(32).fill(7));
const forged = (round: number): string[] => Array.from({ length: MAX_ADDRESSES_PER_PEER }, (_, at) => `/ip4/10.77.9.9/tcp/${1000 + 10 * round + at}`);

let folder = '';
let network: MemoryNetwork;
let mine: Carrier;
let theirs: Carrier;
/** Whoever hears of sightings, and what was dialled. */
let hears: ((hint: PeerHint) => void)[];
let dialled: (readonly string[])[];
/** My carrier, on a network where anybody can announce anything. */
let announced: Carrier;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-poisoned-'));
  network = createMemoryNetwork();
  [mine, theirs] = [await network.start(), await network.start()];
  [hears, dialled] = [[], []];
  announced = {
    ...mine, onHint: (listener) => void hears.push(listener),
    dial(target, options) {
      dialled.push(target.addresses);
      return mine.dial(target, options);
    },
  };
});
afterEach(async () => {
  await Promise.all([mine.stop(), theirs.stop()]);
  await rm(folder, { recursive: true, force: true });
});

it('a contact that is announced at ever other addresses is still dialled where it was met', async () => {
  const reconnector = keepInTouch(announced, { onLink: () => undefined, random: () => 0 });
  for (const hear of hears) hear({ peerId: theirs.peerId, addresses: forged(0), foundBy: 'mdns' });
  reconnector.setWanted([{ peerId: theirs.peerId, addresses: theirs.addresses(), foundBy: 'known' }]);
  for (const hear of hears) hear({ peerId: theirs.peerId, addresses: forged(1), foundBy: 'mdns' });
  await vi.waitFor(() => expect(reconnector.isLinked(theirs.peerId)).toBe(true), { timeout: 20_000 });
  // Before the time for one peer is over, which half a dozen addresses that swallow everything would take.
  for (const addresses of dialled) expect(addresses.slice(0, 2)).toContain(theirs.addresses()[0]);
  reconnector.stop();
});

describe('the address book', () => {
  it('keeps where a contact was met and where it says it is, and nothing that others announced', async () => {
    const addressBook = await openAddressBook(join(folder, 'book.json'));
    const meetings = startMeetings({
      carrier: announced, addressBook, visibility: () => 'contacts', post: () => undefined, taken: () => Promise.resolve(), contacts: () => Promise.resolve(new Set<InstanceId>([BEN])), onChange: () => undefined,
    });
    await meetings.refreshWanted();
    let connection = 0;
    mine.onLink(({ id }) => { connection = id; });
    await theirs.dial({ peerId: mine.peerId, addresses: mine.addresses(), foundBy: 'address' });
    await vi.waitFor(() => expect(connection).toBeGreaterThan(0));
    const own = ['/ip4/10.77.0.5/tcp/4001'];
    for (const hear of hears) hear({ peerId: theirs.peerId, addresses: own, foundBy: 'incoming' });
    for (let round = 0; round < 5; round++) {
      for (const hear of hears) hear({ peerId: theirs.peerId, addresses: forged(round), foundBy: 'mdns' });
      meetings.heard({ type: 'met', connection, instance: BEN, name: 'Ben', paired: true });
    }
    expect(addressBook.get(BEN)).toMatchObject({ peerId: theirs.peerId, addresses: own });
    await meetings.stop();
  });
});
