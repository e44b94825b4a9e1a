/** Pairing once the words are there (design §6; assurance rows 33, 34): what pins and what unpins, what ends it, and which failures are counted. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cancelPairing, confirmPairing } from '../../../enclave/vault/people/pairing.machine.ts';
import { BEGINNING, MEASUREMENT } from '../../support/memory-host.ts';
import { fillContacts, NONCE, PairingLane, typesOf } from '../../support/pairing-lane.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { refusalCode } from '../../support/refusals.ts';

let ada: PureVault;
let ben: PairingLane;

beforeEach(() => {
  ada = new PureVault('Ada', 'pairing', new PureNetwork());
  ben = new PairingLane(ada, 'Ben');
});

const confirm = (matches = true) => ben.doing((turn) => confirmPairing(turn, ben.instance, matches));
const cancel = () => ben.doing((turn) => cancelPairing(turn, ben.instance));

describe('the person’s word', () => {
  it('pins the key with what the session said of it, and tells them; nothing is exchanged until they have said so too', () => {
    ben.comparing();
    const done = confirm();
    expect(typesOf(done)).toEqual(['pair-confirm']);
    expect(ben.contact()).toEqual({ instance: ben.instance, petname: null, theirName: 'Ben', tier: 'software', measurement: MEASUREMENT, rule: { mode: 'ask' }, pairedAt: BEGINNING, mutual: false, keyChanged: null });
    expect(ben.pairing()).toMatchObject({ state: 'confirmed', startedByMe: false, connection: ben.line, before: null, words: expect.any(Array) });
    expect(typesOf(ben.confirmed())).toEqual(['resume']);
  });

  it('is the second one: then the exchange begins at once', () => {
    ben.comparing();
    expect(ben.confirmed().said).toEqual([]);
    expect(ben.pairing()).toMatchObject({ state: 'compare', theyConfirmed: true });
    expect(typesOf(confirm())).toEqual(['pair-confirm', 'resume']);
  });

  it('that the words differ is told, pins nothing, and is counted: the third locks pairing, each further one for twice as long, a week at most', () => {
    const MINUTES = 60_000;
    const locks: number[] = [];
    for (let n = 1; n <= 14; n++) {
      ben.comeAgain();
      ada.within(({ state }) => state.put('self', 'self', { ...ben.self(), pairingLockedUntil: 0 }));
      ben.comparing();
      const now = ada.time.now + 1;
      expect(confirm(false).said).toEqual([{ type: 'pair-abort', reason: 'pairing_failed' }]);
      expect([ben.contact(), ben.pairing(), ben.self().pairingFailures]).toEqual([undefined, undefined, n]);
      locks.push(ben.self().pairingLockedUntil === 0 ? 0 : (ben.self().pairingLockedUntil - now) / MINUTES);
    }
    expect(locks).toEqual([0, 0, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10080, 10080]);
  });

  it('that the words differ does not shorten a lock that stands; that they match clears the count, not the lock', () => {
    const until = ada.time.now + 100 * 60_000;
    ben.comparing();
    ada.within(({ state }) => state.put('self', 'self', { ...ben.self(), pairingFailures: 1, pairingLockedUntil: until }));
    confirm(false);
    expect(ben.self()).toMatchObject({ pairingFailures: 2, pairingLockedUntil: until });
    ada.within(({ state }) => state.put('self', 'self', { ...ben.self(), pairingLockedUntil: 0 }));
    ben.comeAgain();
    ben.comparing();
    confirm();
    expect(ben.self()).toMatchObject({ pairingFailures: 0 });
  });

  it('counts only where there are words, in a session that still stands', () => {
    expect(refusalCode(confirm)).toBe('unknown_pairing');
    ben.asked();
    expect(refusalCode(confirm)).toBe('unknown_pairing');
    ben.revealed();
    const open = ben.session();
    ada.within(({ state }) => state.remove('session', String(ben.line)));
    expect(refusalCode(confirm)).toBe('unknown_pairing');
    ada.within(({ state }) => state.put('session', String(ben.line), { ...open, phase: 'noise' } as never));
    expect(refusalCode(confirm)).toBe('unknown_pairing');
    ada.within(({ state }) => state.put('session', String(ben.line), open));
    expect(refusalCode(confirm)).toBe('done');
    expect(refusalCode(confirm)).toBe('unknown_pairing');
    expect(ben.self().pairingFailures).toBe(0);
  });

  it('pins nobody beyond the limit of contacts', () => {
    ben.comparing();
    fillContacts(ada);
    expect(refusalCode(confirm)).toBe('too_many');
    expect([ben.contact(), ben.pairing()?.state]).toEqual([undefined, 'compare']);
  });

  it('keeps what I decided about a contact who is paired with anew: name and rule', () => {
    const rule = { mode: 'auto' as const, upTo: [] };
    const before = { instance: ben.instance, petname: 'Benedict', theirName: 'Old', tier: 'tpm2' as const, measurement: NONCE, rule, pairedAt: 5, mutual: true, keyChanged: { seen: ben.instance, at: 1 } };
    ada.within(({ state }) => state.put('contact', ben.instance, before));
    ben.comparing();
    confirm();
    expect(ben.contact()).toEqual({ ...before, theirName: 'Ben', tier: 'software', measurement: MEASUREMENT, pairedAt: BEGINNING, keyChanged: null });
    expect(ben.pairing()).toMatchObject({ before });
    ben.gaveUp();
    expect(ben.contact()).toEqual(before);
  });
});

describe('giving up', () => {
  it('by them ends it, and unpins whom I had pinned in it', () => {
    expect(ben.gaveUp()).toMatchObject({ value: null, said: [] });
    ben.comparing();
    confirm();
    expect(ben.contact()).toMatchObject({ theirName: 'Ben', mutual: false });
    expect(ben.gaveUp().value).toBeNull();
    expect([ben.contact(), ben.pairing()]).toEqual([undefined, undefined]);
  });

  it('before I have said anything leaves contacts as they are', () => {
    ada.within(({ state }) => state.put('contact', ben.instance, { theirName: 'Ben', mutual: true } as never));
    ben.comparing();
    ben.gaveUp();
    expect([ben.contact(), ben.pairing()]).toEqual([{ theirName: 'Ben', mutual: true }, undefined]);
  });

  it('by me is told on the connection on which it began, and unpins', () => {
    expect(refusalCode(cancel)).toBe('unknown_pairing');
    ben.comparing();
    confirm();
    expect(cancel().said).toEqual([{ type: 'pair-abort', reason: 'cancelled' }]);
    expect([ben.contact(), ben.pairing()]).toEqual([undefined, undefined]);
  });
});

describe('their confirmation', () => {
  it('counts on the connection on which pairing began, and without a pairing not at all', () => {
    expect(ben.confirmed()).toMatchObject({ value: null, said: [] });
    ben.comparing();
    const other = ben.meet([], false);
    expect(ben.confirmed(other).value).toBeNull();
    expect(ben.pairing()).toMatchObject({ theyConfirmed: false });
    confirm();
    expect(ben.confirmed(other).said).toEqual([]);
  });
});
