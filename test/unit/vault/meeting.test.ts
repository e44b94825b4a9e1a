/** Two vaults that meet (design §6; assurance rows 33–37, 40): what each learns of the other, whom it refuses, and what it remembers of that. */
import { x25519 } from '@noble/curves/ed25519.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { appraise, makeEvidence } from '../../../enclave/vault/sessions/evidence.ts';
import { received } from '../../../enclave/vault/sessions/dispatch.ts';
import { dropSession } from '../../../enclave/vault/sessions/session.ts';
import { tell, tellOn } from '../../../enclave/vault/sessions/speaking.ts';
import type { Contact } from '../../../enclave/vault/records.ts';
import { readMessage, startHandshake, writeMessage } from '../../../enclave/vault/noise/handshake-xx.ts';
import { prologueOf } from '../../../enclave/vault/sessions/meeting.ts';
import { encryptWithAd } from '../../../enclave/vault/noise/cipher-state.ts';
import type { CurrencyId } from '../../../protocol/identifiers.ts';
import { encodeMessage, type Message } from '../../../protocol/messages.codec.ts';
import { BEGINNING, MEASUREMENT } from '../../support/memory-host.ts';
import { PureLane } from '../../support/pure-lane.ts';
import { PureNetwork, PureVault, pairUp } from '../../support/pure-vault.ts';

let network: PureNetwork;
let ada: PureVault;
let ben: PureVault;

beforeEach(({ task }) => {
  network = new PureNetwork();
  [ada, ben] = [new PureVault('Ada', task.name, network), new PureVault('Ben', task.name, network)];
});

const contact = (): Contact => ada.state.get('contact', ben.instance)!;
const known = (more: Partial<Contact>) => ada.within(({ state }) => state.put('contact', ben.instance, { ...contact(), ...more }));
/** What comes out of Ada until she has met Ben, or not. */
function meet(expect: PureVault['instance'] | null = null, strangersWelcome = true) {
  const outputs: ReturnType<PureVault['input']> = [];
  const connection = 1000 + network.lines.size;
  const line = { a: ada, b: ben, toA: [] as Uint8Array[], toB: [] as Uint8Array[] };
  network.lines.set(connection, line);
  const common = { type: 'connected' as const, now: BEGINNING, connection };
  ben.input({ ...common, expect: null, strangersWelcome: true, role: 'responder', localPeer: 'b', remotePeer: 'a' });
  outputs.push(...ada.input({ ...common, expect, strangersWelcome, role: 'initiator', localPeer: 'a', remotePeer: 'b' }));
  for (let moved = true; moved; ) {
    moved = network.deliver(connection, false);
    const frame = line.toA.shift();
    if (frame && network.lines.has(connection)) outputs.push(...ada.input({ type: 'received', now: BEGINNING, connection, frame }));
    moved ||= frame !== undefined;
  }
  const failures = outputs.flatMap((output) => (output.type === 'hang-up' ? [output.failure?.code] : []));
  return { connection, met: outputs.filter(({ type }) => type === 'met'), failures };
}

describe('who is met', () => {
  it('is told to the host, as a stranger or as somebody who is paired', () => {
    expect(meet().met).toMatchObject([{ instance: ben.instance, name: 'Ben', paired: false }]);
    network.cut(1000);
    pairUp(network, ada, ben);
    expect(meet().met).toMatchObject([{ paired: true }]);
  });

  it('is known by what they say of themselves now', () => {
    network.cut(pairUp(network, ada, ben));
    for (const more of [{ theirName: 'Old Ben' }, { measurement: new Uint8Array(32) }] satisfies Partial<Contact>[]) {
      known(more);
      network.cut(meet().connection);
      expect(contact()).toMatchObject({ theirName: 'Ben', tier: 'software', measurement: MEASUREMENT });
    }
    const before = contact();
    network.cut(meet().connection);
    expect(contact(), 'not written again').toBe(before);
  });

  it('is refused if their protection has become weaker, and that is remembered', () => {
    network.cut(pairUp(network, ada, ben));
    known({ tier: 'tpm2' });
    expect(meet(ben.instance)).toMatchObject({ met: [], failures: ['tier_weaker'] });
    expect([contact().tier, ada.state.get('trouble', ben.instance)]).toEqual(['tpm2', 'tier_weaker']);
  });

  it('is refused if it is another than was dialled; that is written down once for each key', () => {
    network.cut(pairUp(network, ada, ben));
    const cleo = new PureVault('Cleo', 'c', network);
    network.cut(pairUp(network, ada, cleo));
    expect(meet(cleo.instance)).toMatchObject({ met: [], failures: ['key_changed'] });
    const changed = ada.state.get('contact', cleo.instance)?.keyChanged;
    expect(changed).toMatchObject({ seen: ben.instance });
    ada.elapsedMs += 5000;
    meet(cleo.instance);
    expect(ada.state.get('contact', cleo.instance)?.keyChanged).toEqual(changed);
  });

  it('is refused as a stranger if strangers are not welcome', () => {
    expect(meet(null, false)).toMatchObject({ met: [], failures: ['not_paired'] });
  });
});

describe('somebody whom only we have confirmed', () => {
  it('is a stranger again when one session too many ends the one in which the words were compared', () => {
    network.connect(ada, ben);
    network.settle();
    ada.call('pairing.start', { instance: ben.instance });
    network.settle();
    ada.call('pairing.confirm', { instance: ben.instance, matches: true });
    network.settle();
    expect(contact()).toMatchObject({ mutual: false });
    for (let sessions = 2; sessions <= 5; sessions++) {
      // Ben dials, so that it is Ada who finds that there is one too many.
      network.connect(ben, ada);
      network.settle();
    }
    expect([contact(), ada.state.get('pairing', ben.instance), ada.state.get('presence', ben.instance)?.length]).toEqual([undefined, undefined, 4]);
  });
});

describe('evidence', () => {
  it('is believed of any code there is a reference value of', () => {
    const binding = { handshakeHash: new Uint8Array(32).fill(1), role: 'initiator' as const, nonce: new Uint8Array(32).fill(2) };
    const message = ben.within((turn) => makeEvidence(turn, binding));
    const judged = (...referenceValues: Uint8Array[]) => ada.within((turn) => {
      const result = appraise({ ...turn, attested: { ...turn.attested, referenceValues } }, message, binding);
      return result.ok ? result.value.instance : result.failure.code;
    });
    const other = new Uint8Array(32);
    expect([judged(MEASUREMENT), judged(other, MEASUREMENT), judged(MEASUREMENT, other), judged(other), judged()]).toEqual([ben.instance, ben.instance, ben.instance, 'measurement_unknown', 'measurement_unknown']);
  });
});

describe('the handshake', () => {
  it('ends if its second or third message carries anything but a nonce', () => {
    const staticKey = { secretKey: new Uint8Array(32).fill(5), publicKey: x25519.getPublicKey(new Uint8Array(32).fill(5)) };
    const start = (role: 'initiator' | 'responder') => startHandshake({ role, staticKey, ephemeralSecret: new Uint8Array(32).fill(6), prologue: role === 'initiator' ? prologueOf('raw', 'a') : prologueOf('a', 'raw') });
    const outcome = (nonceBytes: number, role: 'initiator' | 'responder') => {
      const connection = 500 + nonceBytes + (role === 'initiator' ? 100 : 0);
      const frames = (outputs: ReturnType<PureVault['input']>) => outputs.flatMap((output) => (output.type === 'send' ? [output.frame] : []));
      const read = (handshake: ReturnType<typeof start>, frame: Uint8Array | undefined) => {
        const result = readMessage(handshake, frame ?? new Uint8Array());
        if (!result.ok) throw new Error(result.reason);
        return result.handshake!;
      };
      const hear = (frame: Uint8Array) => ada.input({ type: 'received', now: BEGINNING, connection, frame });
      const begun = ada.input({ type: 'connected', now: BEGINNING, connection, expect: null, strangersWelcome: true, role: role === 'initiator' ? 'responder' : 'initiator', localPeer: 'a', remotePeer: 'raw' });
      let handshake = start(role);
      if (role === 'responder') return hear(writeMessage(read(handshake, frames(begun)[0]), new Uint8Array(nonceBytes)).message).map(({ type }) => type);
      const first = writeMessage(handshake, new Uint8Array());
      handshake = read(first.handshake!, frames(hear(first.message))[0]);
      return hear(writeMessage(handshake, new Uint8Array(nonceBytes)).message).map(({ type }) => type);
    };
    // After the second message Ada says the third and her evidence; after the third, nothing yet.
    expect([outcome(32, 'responder'), outcome(31, 'responder'), outcome(33, 'responder'), outcome(0, 'responder')]).toEqual([['send', 'send'], ['hang-up'], ['hang-up'], ['hang-up']]);
    expect([outcome(32, 'initiator'), outcome(31, 'initiator'), outcome(0, 'initiator')]).toEqual([[], ['hang-up'], ['hang-up']]);
  });

  it('carries nothing in its first message', () => {
    // A first message with something in it: Ben hangs up at once.
    const line = { a: ada, b: ben, toA: [] as Uint8Array[], toB: [] as Uint8Array[] };
    network.lines.set(1, line);
    const common = { type: 'connected' as const, now: BEGINNING, connection: 1, expect: null, strangersWelcome: true };
    ben.input({ ...common, role: 'responder', localPeer: 'b', remotePeer: 'a' });
    ada.input({ ...common, role: 'initiator', localPeer: 'a', remotePeer: 'b' });
    const first = line.toB.shift()!;
    const outputs = ben.input({ type: 'received', now: BEGINNING, connection: 1, frame: new Uint8Array([...first, 1]) });
    expect(outputs).toMatchObject([{ type: 'hang-up', failure: { code: 'peer_protocol' } }]);
  });
});

describe('a contact whose lane has become ready', () => {
  it('is offered what had to wait for it', () => {
    const line = network.connect(ada, ben);
    network.settle();
    const made = ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    ada.call('credits.issue', { currency: made.id, amount: '5' });
    ada.call('pairing.start', { instance: ben.instance });
    network.settle();
    ada.call('pairing.confirm', { instance: ben.instance, matches: true });
    network.settle();
    ben.call('pairing.confirm', { instance: ada.instance, matches: true });
    // Ada knows that they are paired; their lane is only being founded.
    while (!contact()?.mutual) if (!network.deliver(line, true)) network.deliver(line, false);
    expect(ada.call('transfers.send', { contact: ben.instance, currency: made.id, amount: '1' })).toMatchObject({ ok: true });
    expect(ben.state.get('laneTo', ada.instance)).toBeUndefined();
    network.settle();
    expect([...ben.state.all('transfer')]).toHaveLength(1);
  });
});

describe('what a session ends with', () => {
  let contacted: PureLane;
  let connection: number;
  beforeEach(() => {
    contacted = new PureLane(ada, 'Cleo');
    connection = contacted.meet([], false);
  });

  it('is the pairing that began in it: what only we had confirmed is undone, and nothing else', () => {
    const pair = (state: string, mutual: boolean, at = connection) => {
      ada.within((turn) => {
        turn.state.put('pairing', contacted.instance, { state, connection: at, startedByMe: true } as never);
        turn.state.put('contact', contacted.instance, { ...turn.state.get('contact', contacted.instance)!, mutual });
      });
      const at2 = contacted.meet([], false);
      contacted.doing((turn) => void dropSession(turn, at));
      return [ada.state.get('pairing', contacted.instance)?.state, ada.state.get('contact', contacted.instance)?.mutual, at2] as const;
    };
    // A confirmation of before, and words that are compared anew.
    const [pairing, mutual, next] = pair('compare', false);
    expect([pairing, mutual]).toEqual([undefined, false]);
    const [, still, third] = pair('confirmed', true, next);
    expect(still).toBe(true);
    expect(pair('confirmed', false, third).slice(0, 2)).toEqual([undefined, undefined]);
  });

  it('is silence: nothing can be told to somebody who is away', () => {
    const say = () => contacted.doing((turn) => tell(turn, contacted.instance, { type: 'pair-confirm' })).value;
    expect(say()).toBe(true);
    contacted.doing((turn) => void dropSession(turn, connection));
    expect(say()).toBe(false);
    expect(contacted.doing((turn) => tellOn(turn, connection, { type: 'pair-confirm' })).value).toBe(false);
  });
});

describe('a contact who has not confirmed the words yet', () => {
  it('can say nothing that a contact may', () => {
    const cleo = new PureLane(ada, 'Cleo');
    const connection = cleo.meet();
    const mutual = (is: boolean) => ada.within(({ state }) => state.put('contact', cleo.instance, { ...state.get('contact', cleo.instance)!, mutual: is }));
    const hear = (message: Message) => {
      const { receive } = cleo.session(connection);
      return cleo.doing((turn) => received(turn, connection, encryptWithAd(receive, new Uint8Array(), encodeMessage(message)).ciphertext));
    };
    const rule: Message = { type: 'rule', rule: [{ currency: 'ab'.repeat(32) as CurrencyId, upTo: '5' }] };
    mutual(false);
    hear(rule);
    expect(cleo.session(connection).theirRule).toEqual([]);
    mutual(true);
    hear(rule);
    expect(cleo.session(connection).theirRule).toHaveLength(1);
  });
});
