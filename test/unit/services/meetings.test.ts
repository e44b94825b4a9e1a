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

type Posted = Parameters<MeetingsOptions['post']>[0];

let folder: string;
let network: MemoryNetwork;
let mine: Carrier;
let theirs: Carrier;
let meetings: Meetings;
let posted: Posted[];
let contacts: MeetingsOptions['contacts'];
let visibility: ReturnType<MeetingsOptions['visibility']>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tally-meetings-'));
  network = createMemoryNetwork();
  [mine, theirs] = [await network.start(), await network.start()];
  posted = [];
  contacts = () => Promise.resolve(new Set());
  visibility = 'visible';
  await begin();
});
/** Once more after the clock was taken over: whoever holds a timer must hold the false one. */
async function begin(): Promise<void> {
  meetings = startMeetings({
    carrier: mine, addressBook: await openAddressBook(join(folder, 'book.json')), visibility: () => visibility,
    post: (message) => posted.push(message), contacts: () => contacts(), onChange: () => {},
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
