/** Pairing up to the words (design §6; assurance rows 33, 34), message by message: who asks, who is asked, and which of them is heard when. */
import { beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../enclave/vault/bytes.ts';
import { commitmentTo, onPairRequest, pairingWords, startPairing } from '../../../enclave/vault/people/pairing.machine.ts';
import type { OpenSession } from '../../../enclave/vault/sessions/session.ts';
import { instanceKeyOf } from '../../../protocol/identifiers.ts';
import { fillContacts, NONCE, PairingLane, typesOf } from '../../support/pairing-lane.ts';
import { PureLane } from '../../support/pure-lane.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { refusalCode } from '../../support/refusals.ts';

let ada: PureVault;
let ben: PairingLane;

beforeEach(() => {
  ada = new PureVault('Ada', 'pairing', new PureNetwork());
  ben = new PairingLane(ada, 'Ben');
});

const start = () => ben.doing((turn) => startPairing(turn, ben.instance));

describe('who asks', () => {
  it('commits to a nonce, reveals it for theirs, and compares the words that both can compute', () => {
    const { said } = start();
    const { ownNonce } = ben.pairing()!;
    expect(said).toEqual([{ type: 'pair-request', commitment: commitmentTo(ownNonce, ben.session()) }]);
    expect(ben.pairing()).toEqual({ state: 'waiting', startedByMe: true, connection: ben.line, ownNonce, commitment: null });
    const next = ben.nonced();
    expect(next.said).toEqual([{ type: 'pair-reveal', nonce: ownNonce }]);
    const words = pairingWords(ben.session(), instanceKeyOf(ada.instance)!, ben.publicKey, ownNonce, NONCE);
    expect(ben.pairing()).toEqual({ state: 'compare', startedByMe: true, connection: ben.line, ownNonce, words, theyConfirmed: false });
    expect(next.outputs.filter(({ type }) => type === 'notify')).toEqual([]);
    // Its nonce is said once.
    expect(ben.nonced().said).toEqual([]);
  });

  it('cannot while pairing is locked, nobody is there, or they are paired and here; a contact who has forgotten us can be asked', () => {
    ada.within(({ state }) => state.put('self', 'self', { ...ben.self(), pairingLockedUntil: ada.time.now + 5_000 }));
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
    fillContacts(ada);
    expect(refusalCode(start)).toBe('too_many');
    ada.within(({ state }) => state.put('contact', ben.instance, { theirName: 'Ben' } as never));
    expect(refusalCode(start)).toBe('done');
  });

  it('takes a nonce only on the connection on which it asked, and only while it waits', () => {
    start();
    const other = ben.meet([], false);
    expect(ben.nonced(other).said).toEqual([]);
    expect(ben.pairing()?.state).toBe('waiting');
    // What was revealed to one who asked is none of its business.
    expect(ben.revealed()).toMatchObject({ value: null, said: [] });
    expect(ben.pairing()?.state).toBe('waiting');
    ada.within(({ state }) => state.remove('pairing', ben.instance));
    expect(ben.nonced().said).toEqual([]);
  });
});

describe('who is asked', () => {
  it('answers with a nonce, and shows the words once the commitment is kept', () => {
    const { said } = ben.asked();
    const { ownNonce } = ben.pairing()!;
    expect(said).toEqual([{ type: 'pair-nonce', nonce: ownNonce }]);
    expect(ben.pairing()).toMatchObject({ state: 'waiting', startedByMe: false, connection: ben.line, commitment: commitmentTo(NONCE, ben.session()) });
    const { value, outputs } = ben.revealed();
    const words = pairingWords(ben.session(), ben.publicKey, instanceKeyOf(ada.instance)!, NONCE, ownNonce);
    expect(value).toBeNull();
    expect(outputs).toEqual([{ type: 'notify', event: 'pairing', contact: ben.instance, name: 'Ben', text: words.join(' ') }]);
    expect(ben.pairing()).toEqual({ state: 'compare', startedByMe: false, connection: ben.line, ownNonce, words, theyConfirmed: false });
    expect(ben.contact()).toBeUndefined();
  });

  it('ends the session with one who reveals something else, and counts nothing: no words were shown', () => {
    ben.asked();
    expect(ben.revealed(new Uint8Array(32))).toMatchObject({ value: { code: 'pairing_failed' }, outputs: [] });
    expect([ben.pairing(), ben.self().pairingFailures]).toEqual([undefined, 0]);
  });

  it('takes what is revealed only on the connection on which it was asked, once, and only if it was asked', () => {
    expect(ben.revealed()).toMatchObject({ value: null, outputs: [] });
    ben.asked();
    const other = ben.meet([], false);
    expect(ben.revealed(NONCE, other)).toMatchObject({ value: null, outputs: [] });
    ben.revealed();
    const words = ben.pairing();
    expect(ben.revealed()).toMatchObject({ value: null, outputs: [] });
    expect(ben.nonced().said).toEqual([]);
    expect(ben.pairing()).toEqual(words);
  });

  it('is patient three times in a session', () => {
    for (let n = 0; n < 3; n++) expect(typesOf(ben.asked())).toEqual(['pair-nonce']);
    expect(ben.asked()).toMatchObject({ value: { code: 'pairing_failed' }, said: [] });
    const other = ben.meet([], false);
    expect(ben.asked(other).value).toBeNull();
  });

  it('says that it is locked, or that words are on the screen already', () => {
    ben.comparing();
    const before = ben.pairing();
    expect(ben.asked()).toMatchObject({ value: null, said: [{ type: 'pair-abort', reason: 'busy' }] });
    expect(ben.pairing()).toEqual(before);
    ada.within(({ state }) => state.put('self', 'self', { ...ben.self(), pairingLockedUntil: ada.time.now + 60_000 }));
    expect(ben.asked().said).toEqual([{ type: 'pair-abort', reason: 'pairing_locked' }]);
    ada.within(({ state }) => state.remove('pairing', ben.instance));
    const other = ben.meet([], false);
    expect(ben.asked(other).said).toEqual([{ type: 'pair-abort', reason: 'pairing_locked' }]);
    expect(ben.pairing()).toBeUndefined();
    ada.elapsedMs += 60_000;
    expect(typesOf(ben.asked(other))).toEqual(['pair-nonce']);
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
      const session_ = turn.state.get('session', String(ben.line)) as OpenSession;
      onPairRequest(turn, session_, { type: 'pair-request', commitment: commitmentTo(NONCE, session_) });
      return [turn.said.at(-1)?.message.type, refusalCode(() => startPairing(turn, ben.instance))];
    });
    expect([lockedFor(1), lockedFor(0)]).toEqual([['pair-abort', 'pairing_locked'], ['pair-nonce', 'done']]);
  });

  it('is asked anew where an earlier asking came to nothing, and my own request does not stand in the way once words are there', () => {
    ben.asked();
    const first = bytesToHex(ben.pairing()!.ownNonce);
    expect(typesOf(ben.asked())).toEqual(['pair-nonce']);
    expect(bytesToHex(ben.pairing()!.ownNonce)).not.toBe(first);
  });
});
