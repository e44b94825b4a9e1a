/** Pairing message by message (design §6; assurance rows 33, 34): who says what when, what pins, what unpins, and what is counted. */
import { beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../enclave/vault/bytes.ts';
import {
  cancelPairing, commitmentTo, confirmPairing, onPairAbort, onPairConfirm, onPairNonce, onPairRequest, onPairReveal, type Pairing, pairingWords, startPairing,
} from '../../../enclave/vault/people/pairing.machine.ts';
import { instanceKeyOf } from '../../../protocol/identifiers.ts';
import { MAX_CONTACTS } from '../../../protocol/limits.ts';
import type { Message } from '../../../protocol/messages.codec.ts';
import { BEGINNING, MEASUREMENT } from '../../support/memory-host.ts';
import type { OpenSession } from '../../../enclave/vault/sessions/session.ts';
import { type Done, PureLane } from '../../support/pure-lane.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { refusalCode } from '../../support/refusals.ts';

let ada: PureVault;
let ben: PureLane;
let line: number;

beforeEach(() => {
  ada = new PureVault('Ada', 'pairing', new PureNetwork());
  ben = new PureLane(ada, 'Ben').beStranger();
  line = ben.meet([], false);
});

const NONCE = new Uint8Array(32).fill(7);
const session = (at = line) => ben.session(at);
const pairing = (): Pairing | undefined => ada.state.get('pairing', ben.instance);
const contact = () => ada.state.get('contact', ben.instance);
const self = () => ada.state.get('self', 'self')!;
const start = () => ben.doing((turn) => startPairing(turn, ben.instance));
const asked = (at = line, commitment = commitmentTo(NONCE, session(at))) => ben.doing((turn) => onPairRequest(turn, session(at), { type: 'pair-request', commitment }));
const nonced = (at = line) => ben.doing((turn) => onPairNonce(turn, session(at), { type: 'pair-nonce', nonce: NONCE }));
const revealed = (nonce = NONCE, at = line) => ben.doing((turn) => onPairReveal(turn, session(at), { type: 'pair-reveal', nonce }));
const theyConfirm = (at = line) => ben.doing((turn) => onPairConfirm(turn, session(at)));
const theyAbort = () => ben.doing((turn) => onPairAbort(turn, session()));
const confirm = (matches = true) => ben.doing((turn) => confirmPairing(turn, ben.instance, matches));
const cancel = () => ben.doing((turn) => cancelPairing(turn, ben.instance));
const typesOf = (done: Done<unknown>): Message['type'][] => done.said.map(({ type }) => type);
/** Ben asks, and reveals: words are on Ada's screen. */
const comparing = () => {
  asked();
  revealed();
};
const fillContacts = (): void => ada.within(({ state }) => {
  for (let n = [...state.all('contact')].length; n < MAX_CONTACTS; n++) state.put('contact', `made-up-${n}`, { theirName: '' } as never);
});

describe('who asks', () => {
  it('commits to a nonce, reveals it for theirs, and compares the words that both can compute', () => {
    const { said } = start();
    const { ownNonce } = pairing()!;
    expect(said).toEqual([{ type: 'pair-request', commitment: commitmentTo(ownNonce, session()) }]);
    expect(pairing()).toEqual({ state: 'waiting', startedByMe: true, connection: line, ownNonce, commitment: null });
    const next = nonced();
    expect(next.said).toEqual([{ type: 'pair-reveal', nonce: ownNonce }]);
    const words = pairingWords(session(), instanceKeyOf(ada.instance)!, ben.publicKey, ownNonce, NONCE);
    expect(pairing()).toEqual({ state: 'compare', startedByMe: true, connection: line, ownNonce, words, theyConfirmed: false });
    expect(next.outputs.filter(({ type }) => type === 'notify')).toEqual([]);
    // Its nonce is said once.
    expect(nonced().said).toEqual([]);
  });

  it('cannot while pairing is locked, nobody is there, or they are paired and here; a contact who has forgotten us can be asked', () => {
    ada.within(({ state }) => state.put('self', 'self', { ...self(), pairingLockedUntil: ada.time.now + 5_000 }));
    expect(ada.call('pairing.start', { instance: ben.instance })).toMatchObject({ failure: { code: 'pairing_locked', params: { until: expect.any(Number) } } });
    ada.elapsedMs += 5_000;
    expect(refusalCode(start)).toBe('done');
    const cleo = new PureLane(ada, 'Cleo');
    expect(refusalCode(() => cleo.doing((turn) => startPairing(turn, cleo.instance)))).toBe('peer_unreachable');
    cleo.meet([], true);
    expect(refusalCode(() => cleo.doing((turn) => startPairing(turn, cleo.instance)))).toBe('already_paired');
    cleo.meet([], false);
    expect(refusalCode(() => cleo.doing((turn) => startPairing(turn, cleo.instance)))).toBe('done');
    // One who has not confirmed the words is no contact yet.
    cleo.meet([], true);
    ada.within(({ state }) => state.put('contact', cleo.instance, { ...state.get('contact', cleo.instance)!, mutual: false }));
    expect(refusalCode(() => cleo.doing((turn) => startPairing(turn, cleo.instance)))).toBe('done');
  });

  it('cannot with as many contacts as may be, but for one of these', () => {
    fillContacts();
    expect(refusalCode(start)).toBe('too_many');
    ada.within(({ state }) => state.put('contact', ben.instance, { theirName: 'Ben' } as never));
    expect(refusalCode(start)).toBe('done');
  });

  it('takes a nonce only on the connection on which it asked, and only while it waits', () => {
    start();
    const other = ben.meet([], false);
    expect(nonced(other).said).toEqual([]);
    expect(pairing()?.state).toBe('waiting');
    // What was revealed to one who asked is none of its business.
    expect(revealed()).toMatchObject({ value: null, said: [] });
    expect(pairing()?.state).toBe('waiting');
    ada.within(({ state }) => state.remove('pairing', ben.instance));
    expect(nonced().said).toEqual([]);
  });
});

describe('who is asked', () => {
  it('answers with a nonce, and shows the words once the commitment is kept', () => {
    const { said } = asked();
    const { ownNonce } = pairing()!;
    expect(said).toEqual([{ type: 'pair-nonce', nonce: ownNonce }]);
    expect(pairing()).toMatchObject({ state: 'waiting', startedByMe: false, connection: line, commitment: commitmentTo(NONCE, session()) });
    const { value, outputs } = revealed();
    const words = pairingWords(session(), ben.publicKey, instanceKeyOf(ada.instance)!, NONCE, ownNonce);
    expect(value).toBeNull();
    expect(outputs).toEqual([{ type: 'notify', event: 'pairing', contact: ben.instance, name: 'Ben', text: words.join(' ') }]);
    expect(pairing()).toEqual({ state: 'compare', startedByMe: false, connection: line, ownNonce, words, theyConfirmed: false });
    expect(contact()).toBeUndefined();
  });

  it('ends the session with one who reveals something else, and counts nothing: no words were shown', () => {
    asked();
    expect(revealed(new Uint8Array(32))).toMatchObject({ value: { code: 'pairing_failed' }, outputs: [] });
    expect([pairing(), self().pairingFailures]).toEqual([undefined, 0]);
  });

  it('takes what is revealed only on the connection on which it was asked, once, and only if it was asked', () => {
    expect(revealed()).toMatchObject({ value: null, outputs: [] });
    asked();
    const other = ben.meet([], false);
    expect(revealed(NONCE, other)).toMatchObject({ value: null, outputs: [] });
    revealed();
    const words = pairing();
    expect(revealed()).toMatchObject({ value: null, outputs: [] });
    expect(nonced().said).toEqual([]);
    expect(pairing()).toEqual(words);
  });

  it('is patient three times in a session', () => {
    for (let n = 0; n < 3; n++) expect(typesOf(asked())).toEqual(['pair-nonce']);
    expect(asked()).toMatchObject({ value: { code: 'pairing_failed' }, said: [] });
    const other = ben.meet([], false);
    expect(asked(other).value).toBeNull();
  });

  it('says that it is locked, or that words are on the screen already', () => {
    comparing();
    const before = pairing();
    expect(asked()).toMatchObject({ value: null, said: [{ type: 'pair-abort', reason: 'busy' }] });
    expect(pairing()).toEqual(before);
    ada.within(({ state }) => state.put('self', 'self', { ...self(), pairingLockedUntil: ada.time.now + 60_000 }));
    expect(asked().said).toEqual([{ type: 'pair-abort', reason: 'pairing_locked' }]);
    ada.within(({ state }) => state.remove('pairing', ben.instance));
    const other = ben.meet([], false);
    expect(asked(other).said).toEqual([{ type: 'pair-abort', reason: 'pairing_locked' }]);
    expect(pairing()).toBeUndefined();
    ada.elapsedMs += 60_000;
    expect(typesOf(asked(other))).toEqual(['pair-nonce']);
  });

  it('when both ask at once, the one with the greater key is answered', () => {
    const people = ['Ben', 'Cleo', 'Dora', 'Emil', 'Fred'].map((name) => new PureLane(ada, name).beStranger());
    const answers = people.map((peer) => {
      const at = peer.meet([], false);
      peer.doing((turn) => startPairing(turn, peer.instance));
      const mine = ada.state.get('pairing', peer.instance)!;
      const { said } = peer.doing((turn) => onPairRequest(turn, peer.session(at), { type: 'pair-request', commitment: NONCE }));
      expect(ada.state.get('pairing', peer.instance)?.startedByMe).toBe(peer.instance < ada.instance);
      if (peer.instance < ada.instance) expect(ada.state.get('pairing', peer.instance)).toEqual(mine);
      return [peer.instance < ada.instance, said.map(({ type }) => type)];
    });
    for (const [mineStands, said] of answers) expect(said).toEqual(mineStands ? [] : ['pair-nonce']);
    expect(new Set(answers.map(([mineStands]) => mineStands)).size, 'both cases').toBe(2);
  });

  it('hears that words are on the screen, whichever key is greater and whoever asked first', () => {
    const people = ['Ben', 'Cleo', 'Dora', 'Emil', 'Fred'].map((name) => new PureLane(ada, name).beStranger());
    for (const peer of people) {
      const at = peer.meet([], false);
      ada.within(({ state }) => state.put('pairing', peer.instance, { state: 'compare', startedByMe: true, connection: at, ownNonce: NONCE, words: [], theyConfirmed: false }));
      expect(peer.doing((turn) => onPairRequest(turn, peer.session(at), { type: 'pair-request', commitment: NONCE })).said).toEqual([{ type: 'pair-abort', reason: 'busy' }]);
    }
  });

  it('is heard again at the very moment at which the lock is over', () => {
    const lockedFor = (ms: number) => ada.within((turn) => {
      turn.state.put('self', 'self', { ...turn.state.get('self', 'self')!, pairingLockedUntil: turn.time.now + ms });
      const session_ = turn.state.get('session', String(line)) as OpenSession;
      onPairRequest(turn, session_, { type: 'pair-request', commitment: commitmentTo(NONCE, session_) });
      return [turn.said.at(-1)?.message.type, refusalCode(() => startPairing(turn, ben.instance))];
    });
    expect([lockedFor(1), lockedFor(0)]).toEqual([['pair-abort', 'pairing_locked'], ['pair-nonce', 'done']]);
  });

  it('is asked anew where an earlier asking came to nothing, and my own request does not stand in the way once words are there', () => {
    asked();
    const first = bytesToHex(pairing()!.ownNonce);
    expect(typesOf(asked())).toEqual(['pair-nonce']);
    expect(bytesToHex(pairing()!.ownNonce)).not.toBe(first);
  });
});

describe('the person’s word', () => {
  it('pins the key with what the session said of it, and tells them; nothing is exchanged until they have said so too', () => {
    comparing();
    const done = confirm();
    expect(typesOf(done)).toEqual(['pair-confirm']);
    expect(contact()).toEqual({ instance: ben.instance, petname: null, theirName: 'Ben', tier: 'software', measurement: MEASUREMENT, rule: { mode: 'ask' }, pairedAt: BEGINNING, mutual: false, keyChanged: null });
    expect(pairing()).toMatchObject({ state: 'confirmed', startedByMe: false, connection: line, before: null, words: expect.any(Array) });
    expect(typesOf(theyConfirm())).toEqual(['resume']);
  });

  it('is the second one: then the exchange begins at once', () => {
    comparing();
    expect(theyConfirm().said).toEqual([]);
    expect(pairing()).toMatchObject({ state: 'compare', theyConfirmed: true });
    expect(typesOf(confirm())).toEqual(['pair-confirm', 'resume']);
  });

  it('that the words differ is told, pins nothing, and is counted: the third locks pairing, each further one for twice as long, a week at most', () => {
    const MINUTES = 60_000;
    const locks: number[] = [];
    for (let n = 1; n <= 14; n++) {
      line = ben.meet([], false);
      ada.within(({ state }) => state.put('self', 'self', { ...self(), pairingLockedUntil: 0 }));
      comparing();
      const now = ada.time.now + 1;
      expect(confirm(false).said).toEqual([{ type: 'pair-abort', reason: 'pairing_failed' }]);
      expect([contact(), pairing(), self().pairingFailures]).toEqual([undefined, undefined, n]);
      locks.push(self().pairingLockedUntil === 0 ? 0 : (self().pairingLockedUntil - now) / MINUTES);
    }
    expect(locks).toEqual([0, 0, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10080, 10080]);
  });

  it('that the words differ does not shorten a lock that stands; that they match clears the count, not the lock', () => {
    const until = ada.time.now + 100 * 60_000;
    comparing();
    ada.within(({ state }) => state.put('self', 'self', { ...self(), pairingFailures: 1, pairingLockedUntil: until }));
    confirm(false);
    expect(self()).toMatchObject({ pairingFailures: 2, pairingLockedUntil: until });
    ada.within(({ state }) => state.put('self', 'self', { ...self(), pairingLockedUntil: 0 }));
    line = ben.meet([], false);
    comparing();
    confirm();
    expect(self()).toMatchObject({ pairingFailures: 0 });
  });

  it('counts only where there are words, in a session that still stands', () => {
    expect(refusalCode(confirm)).toBe('unknown_pairing');
    asked();
    expect(refusalCode(confirm)).toBe('unknown_pairing');
    revealed();
    const open = session();
    ada.within(({ state }) => state.remove('session', String(line)));
    expect(refusalCode(confirm)).toBe('unknown_pairing');
    ada.within(({ state }) => state.put('session', String(line), { ...open, phase: 'noise' } as never));
    expect(refusalCode(confirm)).toBe('unknown_pairing');
    ada.within(({ state }) => state.put('session', String(line), open));
    expect(refusalCode(confirm)).toBe('done');
    expect(refusalCode(confirm)).toBe('unknown_pairing');
    expect(self().pairingFailures).toBe(0);
  });

  it('pins nobody beyond the limit of contacts', () => {
    comparing();
    fillContacts();
    expect(refusalCode(confirm)).toBe('too_many');
    expect([contact(), pairing()?.state]).toEqual([undefined, 'compare']);
  });

  it('keeps what I decided about a contact who is paired with anew: name and rule', () => {
    const rule = { mode: 'auto' as const, upTo: [] };
    const before = { instance: ben.instance, petname: 'Benedict', theirName: 'Old', tier: 'tpm2' as const, measurement: NONCE, rule, pairedAt: 5, mutual: true, keyChanged: { seen: ben.instance, at: 1 } };
    ada.within(({ state }) => state.put('contact', ben.instance, before));
    comparing();
    confirm();
    expect(contact()).toEqual({ ...before, theirName: 'Ben', tier: 'software', measurement: MEASUREMENT, pairedAt: BEGINNING, keyChanged: null });
    expect(pairing()).toMatchObject({ before });
    theyAbort();
    expect(contact()).toEqual(before);
  });
});

describe('giving up', () => {
  it('by them ends it, and unpins whom I had pinned in it', () => {
    expect(theyAbort()).toMatchObject({ value: null, said: [] });
    comparing();
    confirm();
    expect(contact()).toMatchObject({ theirName: 'Ben', mutual: false });
    expect(theyAbort().value).toBeNull();
    expect([contact(), pairing()]).toEqual([undefined, undefined]);
  });

  it('before I have said anything leaves contacts as they are', () => {
    ada.within(({ state }) => state.put('contact', ben.instance, { theirName: 'Ben', mutual: true } as never));
    comparing();
    theyAbort();
    expect([contact(), pairing()]).toEqual([{ theirName: 'Ben', mutual: true }, undefined]);
  });

  it('by me is told on the connection on which it began, and unpins', () => {
    expect(refusalCode(cancel)).toBe('unknown_pairing');
    comparing();
    confirm();
    expect(cancel().said).toEqual([{ type: 'pair-abort', reason: 'cancelled' }]);
    expect([contact(), pairing()]).toEqual([undefined, undefined]);
  });
});

describe('their confirmation', () => {
  it('counts on the connection on which pairing began, and without a pairing not at all', () => {
    expect(theyConfirm()).toMatchObject({ value: null, said: [] });
    comparing();
    const other = ben.meet([], false);
    expect(theyConfirm(other).value).toBeNull();
    expect(pairing()).toMatchObject({ theyConfirmed: false });
    confirm();
    expect(theyConfirm(other).said).toEqual([]);
  });
});
