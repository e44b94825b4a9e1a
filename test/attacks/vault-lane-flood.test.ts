/**
 * A contact whose commits open with no key, or come from further ahead than a lane is kept for (design §6): what they cost
 * the vault, in hashing and in what it has to remember, has an end.
 */
import { expect, it } from 'vitest';
import { nextChainKey } from '../../enclave/vault/transfers/lane-keys.ts';
import { encodeStrict } from '../../protocol/cbor.codec.ts';
import { MAX_LANE_FRAMES, MAX_LANE_WINDOW } from '../../protocol/limits.ts';
import { hashing } from '../support/hashing.ts';
import { MemoryHost } from '../support/memory-host.ts';
import { PayingLane } from '../support/paying-lane.ts';
import { RawContact } from '../support/raw-contact.ts';
import { TeaVault } from '../support/tea-vault.ts';

it('keys of commits that are not taken are not laid aside, and none outlives its seq', () => {
  const ada = new TeaVault('orphans');
  const ben = new PayingLane(ada, 'Ben');
  const seen = 100;
  for (let seq = 1; seq <= seen; seq++) ben.deliver(ben.commit(seq));
  // Within what was consumed, and beyond what was closed: authentic, and not taken.
  expect(ben.answerTo(MAX_LANE_WINDOW + seen)).toBe('silence');
  expect([ada.size('laneKey'), ben.lane.ratchet]).toEqual([0, seen + 1]);
  for (let seq = seen + 1; seq <= 2 * seen; seq++) ben.deliver(ben.commit(seq, { closedUpTo: seq - 1 }));
  expect(ben.lane).toMatchObject({ consumedUpTo: 2 * seen, ratchet: 2 * seen + 1 });
  expect(ada.size('laneKey')).toBe(0);
});

it('a message full of commits from far ahead that nothing opens costs hardly more than one of them', async () => {
  const host = new MemoryHost('Ada', 'far ahead');
  await host.boot(true);
  const mallory = await RawContact.of(host, 'Mallory', 'far ahead');
  const forged = (seq: number): Uint8Array => encodeStrict({ version: 1, kind: 'commit', lane: mallory.laneOut.id, seq, nonce: new Uint8Array(24), box: new Uint8Array(16) });
  const frames = Array.from({ length: MAX_LANE_FRAMES }, (_, at) => forged(MAX_LANE_WINDOW - at));
  const once = await hashing(() => {
    let key: Uint8Array = mallory.laneOut.chainKey;
    for (let seq = 1; seq < MAX_LANE_WINDOW; seq++) key = nextChainKey(key);
  });
  // Not the way to its key once more for each frame, nor the keys of all that it skips.
  expect(await hashing(() => mallory.say({ type: 'lane-frames', frames }))).toBeLessThan(1.5 * once);
  expect(host.fault).toBeNull();
  // Nobody works out the key of a commit from so far ahead that no honest one comes from there.
  expect(await hashing(() => mallory.say({ type: 'lane-frames', frames: [forged(500 * MAX_LANE_WINDOW)] }))).toBeLessThan(0.5 * once);
  // The lane is as it was, and takes what is true.
  expect(await mallory.sayFrame(mallory.commit(1, { id: '0'.repeat(32) }))).toHaveLength(1);
});
