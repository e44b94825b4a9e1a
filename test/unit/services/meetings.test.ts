/** Links and the vault brought together: when the vault is away, and when a neighbour does not want to meet (design §4). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Carrier } from '../../../main/host/network/carrier.port.ts';
import { type Meetings, type MeetingsOptions, startMeetings } from '../../../main/host/services/meetings.ts';
import { openAddressBook } from '../../../main/host/storage/address-book.ts';
import { fail, Refusal } from '../../../protocol/errors.ts';
import type { InstanceId } from '../../../protocol/identifiers.ts';
import { type MemoryNetwork, createMemoryNetwork } from '../../support/memory-carrier.ts';
import { codeOf } from '../../support/refusals.ts';

type Posted = Parameters<MeetingsOptions['post']>[0];

let folder: string;
let network: MemoryNetwork;
let mine: Carrier;
let theirs: Carrier;
let meetings: Meetings;
let posted: Posted[];
let taken: MeetingsOptions['taken'];
let contacts: MeetingsOptions['contacts'];
let visibility: ReturnType<MeetingsOptions['visibility']>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tally-meetings-'));
  network = createMemoryNetwork();
  [mine, theirs] = [await network.start(), await network.start()];
  posted = [];
  taken = () => Promise.resolve();
  contacts = () => Promise.resolve(new Set());
  visibility = 'visible';
  await begin();
});
/** Once more after the clock was taken over: whoever holds a timer must hold the false one. */
async function begin(): Promise<void> {
  meetings = startMeetings({
    carrier: mine, addressBook: await openAddressBook(join(folder, 'book.json')), visibility: () => visibility,
    post: (message) => posted.push(message), taken: () => taken(), contacts: () => contacts(), onChange: () => {},
  });
}
afterEach(async () => {
  await meetings.stop();
  await theirs.stop();
  rmSync(folder, { recursive: true, force: true });
});

const dialMe = () => theirs.dial({ peerId: mine.peerId, addresses: mine.addresses(), foundBy: 'address' });
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
const told = () => posted.filter(({ type }) => type !== 'tick').map((message) => (message.type === 'received' ? `received ${new TextDecoder().decode(message.frame)}` : message.type));

describe('a link that another wallet opens', () => {
  it('while the vault is being started again waits for it, with everything that was said', async () => {
    meetings.vaultGone(false);
    const link = await dialMe();
    link.send(new TextEncoder().encode('one'));
    link.send(new TextEncoder().encode('two'));
    await settled();
    expect(told()).toEqual([]);
    await meetings.vaultBack();
    await settled();
    expect(told()).toEqual(['connected', 'received one', 'received two']);
  });

  it('to a wallet that has stopped for good is closed, and welcome again once it runs', async () => {
    meetings.vaultGone(true);
    await expect(dialMe()).rejects.toMatchObject({ failure: { code: 'peer_unreachable' } });
    expect(told()).toEqual([]);
    await meetings.vaultBack();
    await dialMe();
    await settled();
    expect(told()).toEqual(['connected']);
  });

  it('before the vault stopped is closed with it', async () => {
    const link = await dialMe();
    const closed = new Promise((resolve) => link.onClose(resolve));
    await settled();
    meetings.vaultGone(true);
    await closed;
    await settled();
    expect(told()).toEqual(['connected', 'disconnected']);
  });
});

it('a neighbour who turns us away is left alone for longer each time, and can still be asked', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  try {
    await meetings.stop();
    mine = await network.start();
    await begin();
    let dials = 0;
    theirs.onLink((link) => {
      dials += 1;
      link.close();
    });
    await mine.setDiscovery(true);
    await theirs.setDiscovery(true);
    const minutes = 4;
    for (let second = 0; second < minutes * 60; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      await settled();
    }
    // Doubling up to a minute; a pause that never grew would make it a hundred and more.
    expect(dials).toBeGreaterThan(4);
    expect(dials).toBeLessThan(minutes * 5);
    expect(meetings.nearby()).toMatchObject([{ peerId: theirs.peerId, state: 'failed', trouble: { code: 'session_closed' } }]);
    const before = dials;
    await expect(meetings.connect({ peerId: theirs.peerId, addresses: theirs.addresses(), foundBy: 'address' }, null)).rejects.toMatchObject({ failure: { code: 'session_closed' } });
    expect(dials).toBe(before + 1);
  } finally {
    vi.useRealTimers();
  }
});

it('a neighbour who is seen while the vault cannot say who its contacts are does no harm', async () => {
  contacts = () => Promise.reject(new Refusal('module_crashed', fail('module_crashed', 'gone').failure.detail));
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    await mine.setDiscovery(true);
    await theirs.setDiscovery(true);
    await settled();
    await expect.poll(() => meetings.nearby().map(({ peerId }) => peerId)).toContain(theirs.peerId);
    await settled();
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

it.each(['contacts', 'hidden'] as const)('whoever becomes visible to %s parts from strangers and keeps contacts', async (next) => {
  const friend = await network.start();
  const known = 'tally1friend' as InstanceId;
  contacts = () => Promise.resolve(new Set([known]));
  try {
    const ended: string[] = [];
    for (const [name, carrier] of [['stranger', theirs], ['friend', friend]] as const) {
      const link = await carrier.dial({ peerId: mine.peerId, addresses: mine.addresses(), foundBy: 'address' });
      link.onClose(() => ended.push(name));
    }
    await settled();
    const connections = posted.flatMap((message) => (message.type === 'connected' ? [message] : []));
    for (const { connection, remotePeer } of connections) meetings.heard({ type: 'met', connection, instance: remotePeer === friend.peerId ? known : 'tally1stranger', name: 'N', paired: remotePeer === friend.peerId });
    await meetings.visibilityChanged();
    await settled();
    expect(ended).toEqual([]);
    visibility = next;
    await meetings.visibilityChanged();
    await settled();
    expect(ended).toEqual(['stranger']);
    // A contact is one of ours even while away.
    expect(meetings.nearby().find(({ peerId }) => peerId === friend.peerId)).toMatchObject({ instance: known });
  } finally {
    await friend.stop();
  }
});

describe('a neighbour who floods', () => {
  /** More than any pause could let through. */
  const MANY = 1_000;
  const framesOf = (peerId: string): Posted[] => {
    const connections = posted.flatMap((message) => (message.type === 'connected' && message.remotePeer === peerId ? [message.connection] : []));
    return posted.filter((message) => message.type === 'received' && connections.includes(message.connection));
  };

  it.each([[1, 64], [60_000, 5]])('with frames of %i bytes is held back until the vault has read %i of them, and nobody else is', async (size, most) => {
    const readers: (() => void)[] = [];
    taken = () => new Promise((resolve) => void readers.push(() => resolve(null)));
    const friend = await network.start();
    try {
      const flood = await dialMe();
      const frame = new Uint8Array(size);
      const count = Math.min(MANY, Math.floor(3_000_000 / size));
      for (let index = 0; index < count; index += 1) flood.send(frame.with(0, index % 256));
      const calm = await friend.dial({ peerId: mine.peerId, addresses: mine.addresses(), foundBy: 'address' });
      calm.send(Uint8Array.of(1));
      await settled();
      expect([framesOf(theirs.peerId).length, framesOf(friend.peerId).length, readers.length]).toEqual([most, 1, 1]);
      for (let round = 2; readers.length > 0; round += 1) {
        readers.shift()?.();
        await settled();
        expect(framesOf(theirs.peerId).length).toBe(Math.min(round * most, count));
      }
      // Held back, not lost, and in order.
      expect(framesOf(theirs.peerId).map((message) => (message.type === 'received' ? message.frame[0] : null))).toEqual(Array.from({ length: count }, (_, index) => index % 256));
    } finally {
      await friend.stop();
    }
  });

  it('while the vault ends is let go with it, and starts afresh on the next connection', async () => {
    taken = () => Promise.reject(new Refusal('module_crashed', 'gone'));
    const link = await dialMe();
    const closed = new Promise((resolve) => link.onClose(resolve));
    for (let index = 0; index < 40; index += 1) link.send(Uint8Array.of(1));
    await settled();
    expect(framesOf(theirs.peerId)).toHaveLength(40);
    meetings.vaultGone(false);
    await closed;
  });

  it('under ever new names is remembered only so far, the latest names first', async () => {
    const hints: ((peerId: string) => void)[] = [];
    await meetings.stop();
    const started = await network.start();
    mine = { ...started, onHint: (listener) => void hints.push((peerId) => listener({ peerId, addresses: [], foundBy: 'incoming' })) };
    await begin();
    for (let index = 0; index < MANY; index += 1) hints.forEach((hear) => hear(`peer ${index}`));
    const names = meetings.nearby().map(({ peerId }) => peerId);
    expect([names.length, names.at(-1), names.includes('peer 0')]).toEqual([256, `peer ${MANY - 1}`, false]);
  });

  it('with sightings does not make the host ask the vault each time; a change of contacts does', async () => {
    let asked = 0;
    contacts = () => {
      asked += 1;
      return Promise.resolve(new Set());
    };
    const hints: (() => void)[] = [];
    await meetings.stop();
    const started = await network.start();
    mine = { ...started, onHint: (listener) => void hints.push(() => listener({ peerId: theirs.peerId, addresses: theirs.addresses(), foundBy: 'mdns' })) };
    await begin();
    for (let index = 0; index < MANY; index += 1) hints.forEach((hear) => hear());
    await settled();
    for (let index = 0; index < MANY; index += 1) hints.forEach((hear) => hear());
    await settled();
    expect(asked).toBe(1);
    await meetings.refreshWanted();
    expect(asked).toBe(2);
  });

  it('while the vault could not say who its contacts are: it is asked again at the next sighting', async () => {
    await mine.setDiscovery(true);
    contacts = () => Promise.reject(new Refusal('module_crashed', 'gone'));
    expect(await codeOf(meetings.refreshWanted())).toBe('module_crashed');
    const asked = new Promise<void>((resolve) => {
      contacts = () => {
        resolve();
        return Promise.resolve(new Set());
      };
    });
    await theirs.setDiscovery(true);
    await asked;
  });
});
