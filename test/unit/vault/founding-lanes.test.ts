/** Phase 1 (design §6): a lane is founded by two messages, each as often as it takes, and failing anywhere moves nothing. */
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../enclave/vault/bytes.ts';
import type { LaneIn, LaneOut } from '../../../enclave/vault/records.ts';
import { laneIdOf, laneSecrets } from '../../../enclave/vault/transfers/lane-keys.ts';
import { ensureLane, onLaneOpen, onLaneReady, readyLaneTo } from '../../../enclave/vault/transfers/lanes.ts';
import { instanceKeyOf, type LaneId } from '../../../protocol/identifiers.ts';
import type { MessageOf } from '../../../protocol/messages.codec.ts';
import { laneStatement, signingInput } from '../../../protocol/statements.codec.ts';
import { PureLane } from '../../support/pure-lane.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';

let ada: PureVault;
let ben: PureLane;

beforeEach(() => {
  ada = new PureVault('Ada', 'lanes', new PureNetwork());
  ben = new PureLane(ada, 'Ben');
  ben.meet();
  // Nothing has been founded yet.
  ada.within(({ state }) => {
    for (const lane of [ben.inward, ben.outward]) state.remove('lane', lane);
    state.remove('laneTo', ben.instance);
  });
});

const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const adaKey = () => instanceKeyOf(ada.instance)!;
/** A point of low order: what is agreed with it is known to everybody. */
const WEAK = new Uint8Array(32);

describe('the source', () => {
  const opened = () => {
    const { said } = ben.doing((turn) => ensureLane(turn, ben.instance));
    return said[0] as MessageOf<'lane-open'>;
  };
  /** Ben's answer: signed by him over all keys. */
  const readyFor = (open: MessageOf<'lane-open'>, { secret = bytes(9), by = ben.secretKey, destinationKey = x25519.getPublicKey(secret) } = {}): MessageOf<'lane-ready'> => {
    const parties = { source: adaKey(), destination: ben.publicKey, sourceKey: open.sourceKey, destinationKey, nonce: open.nonce };
    return { type: 'lane-ready', sourceKey: open.sourceKey, destinationKey, signature: ed25519.sign(signingInput('lane-ready', laneStatement(parties)), by) };
  };
  const heard = (message: MessageOf<'lane-ready'>) => ben.doing((turn) => onLaneReady(turn, ben.instance, message)).value;

  it('makes one key and one nonce for a contact, keeps them, and says the same again until it is answered', () => {
    const first = opened();
    expect(first).toEqual({ type: 'lane-open', sourceKey: expect.any(Uint8Array), nonce: expect.any(Uint8Array) });
    expect([first.sourceKey.length, first.nonce.length]).toEqual([32, 32]);
    expect(opened()).toEqual(first);
    expect(ada.state.get('laneTo', ben.instance)).toBe(bytesToHex(first.sourceKey));
    const lane = ada.state.get('lane', bytesToHex(first.sourceKey)) as Extract<LaneOut, { state: 'opening' }>;
    expect(lane).toMatchObject({ direction: 'out', state: 'opening', contact: ben.instance, nonce: first.nonce });
    expect(x25519.getPublicKey(lane.secret)).toEqual(first.sourceKey);
    expect(readyLaneTo(ada.state, ben.instance)).toBeNull();
  });

  it('has a lane as soon as the destination has signed it, with the keys that both can compute, and says no more about it', () => {
    const open = opened();
    const secret = bytes(9);
    expect(heard(readyFor(open, { secret }))).toBeNull();
    const parties = { source: adaKey(), destination: ben.publicKey, sourceKey: open.sourceKey, destinationKey: x25519.getPublicKey(secret), nonce: open.nonce };
    const id = laneIdOf(parties);
    expect(readyLaneTo(ada.state, ben.instance)).toEqual({
      id, lane: { direction: 'out', state: 'ready', contact: ben.instance, sourceKey: open.sourceKey, destinationKey: parties.destinationKey, ...laneSecrets(parties, secret, open.sourceKey), nextSeq: 1, closedUpTo: 0, closedAbove: [] },
    });
    expect(ada.state.get('lane', bytesToHex(open.sourceKey))).toBeUndefined();
    expect(ben.doing((turn) => ensureLane(turn, ben.instance)).said).toEqual([]);
    // A repeat of the answer, or another one, founds nothing anew.
    const lane = ada.state.get('lane', id);
    expect([heard(readyFor(open)), heard(readyFor(open, { secret: bytes(7) }))]).toEqual([null, null]);
    expect(ada.state.get('lane', id)).toBe(lane);
    expect(ada.size('lane')).toBe(1);
  });

  it('refuses an answer that the destination did not sign, or with a weak key; it still waits then', () => {
    const open = opened();
    expect(heard(readyFor(open, { by: bytes(5) }))).toBe('The lane was not signed by its destination.');
    expect(heard({ ...readyFor(open), destinationKey: x25519.getPublicKey(bytes(8)) })).toBe('The lane was not signed by its destination.');
    expect(heard(readyFor(open, { destinationKey: WEAK }))).toBe('A weak key.');
    expect(opened()).toEqual(open);
    expect(heard(readyFor(open))).toBeNull();
    expect(readyLaneTo(ada.state, ben.instance)).toMatchObject({ id: ada.state.get('laneTo', ben.instance), lane: { state: 'ready', contact: ben.instance } });
  });

  it('does not mind an answer to another opening, or one that it never asked for', () => {
    const open = opened();
    expect(heard(readyFor({ ...open, sourceKey: bytes(3) }))).toBeNull();
    expect(readyLaneTo(ada.state, ben.instance)).toBeNull();
    ada.within(({ state }) => state.remove('laneTo', ben.instance));
    expect(heard(readyFor(open))).toBeNull();
    expect(readyLaneTo(ada.state, ben.instance)).toBeNull();
  });

  it('has no lane to somebody where the name leads to a lane from them', () => {
    const id = 'in' as LaneId;
    ada.within(({ state }) => {
      state.put('laneTo', ben.instance, id);
      state.put('lane', id, { direction: 'in' } as LaneIn);
    });
    expect(readyLaneTo(ada.state, ben.instance)).toBeNull();
    expect(ben.doing((turn) => ensureLane(turn, ben.instance)).said).toEqual([]);
    expect(heard(readyFor({ type: 'lane-open', sourceKey: bytes(3), nonce: bytes(4) }))).toBeNull();
  });
});

describe('the destination', () => {
  const secret = bytes(6);
  const opening = (fill = 6): MessageOf<'lane-open'> => ({ type: 'lane-open', sourceKey: x25519.getPublicKey(bytes(fill)), nonce: bytes(2) });
  const heard = (message: MessageOf<'lane-open'>, from = ben) => from.doing((turn) => onLaneOpen(turn, from.instance, message));

  it('makes its own key, keeps the lane, and answers signed; both ends have the same keys', () => {
    const open = opening();
    const { value, said } = heard(open);
    const ready = said[0] as MessageOf<'lane-ready'>;
    expect([value, said.length]).toEqual([null, 1]);
    const parties = { source: ben.publicKey, destination: adaKey(), sourceKey: open.sourceKey, destinationKey: ready.destinationKey, nonce: open.nonce };
    expect(ed25519.verify(ready.signature, signingInput('lane-ready', laneStatement(parties)), adaKey())).toBe(true);
    expect(ada.state.get('lane', laneIdOf(parties))).toEqual({
      direction: 'in', contact: ben.instance, sourceKey: open.sourceKey, destinationKey: ready.destinationKey, signature: ready.signature, ...laneSecrets(parties, secret, ready.destinationKey),
      ratchet: 1, consumedUpTo: 0, consumedAbove: [], closedUpTo: 0, exceptions: [], silentUpTo: 0,
    });
  });

  it('answers a repeat with the same bytes, and has one lane', () => {
    const first = heard(opening());
    const before = [...ada.state.records()];
    expect(heard(opening())).toMatchObject({ value: null, said: first.said });
    expect([...ada.state.records()]).toEqual(before);
  });

  it('does not give one contact the lane of another, nor its own outgoing one', () => {
    heard(opening());
    const cleo = new PureLane(ada, 'Cleo');
    cleo.meet();
    expect(heard(opening(), cleo)).toMatchObject({ value: 'The key belongs to another lane.', said: [] });
    ada.within(({ state }) => {
      state.put('laneBySource', bytesToHex(opening(7).sourceKey), 'out' as LaneId);
      state.put('lane', 'out', { direction: 'out', contact: ben.instance } as LaneOut);
    });
    expect(heard(opening(7))).toMatchObject({ value: 'The key belongs to another lane.', said: [] });
  });

  it('lets one contact open sixteen lanes, and another as many', () => {
    for (let fill = 1; fill <= 16; fill++) expect(heard(opening(fill)).value).toBeNull();
    expect(heard(opening(17))).toMatchObject({ value: 'Too many lanes.', said: [] });
    expect(heard(opening(16)).said).toHaveLength(1);
    const cleo = new PureLane(ada, 'Cleo');
    cleo.meet();
    expect(heard(opening(17), cleo).value).toBeNull();
  });

  it('refuses a weak key, and keeps nothing', () => {
    const before = [...ada.state.records()];
    expect(heard({ ...opening(), sourceKey: WEAK })).toMatchObject({ value: 'A weak key.', said: [] });
    expect([...ada.state.records()]).toEqual(before);
  });
});
