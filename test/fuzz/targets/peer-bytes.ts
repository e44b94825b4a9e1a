/**
 * What a peer may send inside a session that stands: bytes sealed properly, from a stranger and from a contact, and
 * commits and answers in a lane's own seal. Whatever they are, the vault goes on, its books stay whole, and whoever talks
 * nonsense is hung up on.
 */
import { MemoryHost } from '../../support/memory-host.ts';
import { RawContact } from '../../support/raw-contact.ts';
import { RawPeer, rawIdentity } from '../../support/raw-peer.ts';
import { type Target, ACCEPTED, type Verdict, bytesTarget, mustHold, refusedWith, verdictOf } from '../engine/target.ts';
import { decodeMessage } from '../../../protocol/messages.codec.ts';
import { sealAnswer, sealCommit } from '../../../enclave/vault/transfers/lane-keys.ts';

/** Inputs after which the wallet is started again, to see that it opens. */
const RESTART = 40;

interface Bench { readonly ada: MemoryHost; readonly mallory: RawContact; uses: number; seq: number }
let bench: Promise<Bench> | null = null;
let made = 0;

async function newBench(): Promise<Bench> {
  const ada = new MemoryHost('Ada', `peer ${++made}`);
  await ada.boot(true);
  const { id: tea } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  await ada.must('credits.issue', { currency: tea, amount: '1000' });
  const mallory = await RawContact.of(ada, 'Mallory', `peer ${made}`);
  await ada.must('people.setRule', { contact: mallory.identity.instance, rule: { mode: 'auto', upTo: [{ currency: tea, amount: '100' }] } });
  return { ada, mallory, uses: 0, seq: 0 };
}

/** Ada with a contact who is connected. */
async function sitDown(): Promise<Bench> {
  const at = await (bench ??= newBench());
  if (at.mallory.peer.hungUp) await at.mallory.reconnect();
  if (++at.uses % RESTART === 0) {
    at.ada.crash();
    await at.ada.boot();
    mustHold(at.ada.fault === null, `what they left does not open: ${at.ada.fault?.code} ${at.ada.fault?.detail}`);
    at.mallory.peer.hungUp = { code: 'crashed' };
    await at.mallory.reconnect();
  }
  return at;
}

async function outcome(ada: MemoryHost, peer: RawPeer): Promise<Verdict> {
  await peer.settle();
  mustHold(ada.fault === null, `the vault stopped: ${ada.fault?.code} ${ada.fault?.detail}`);
  const [book] = await ada.must('credits.balances', {});
  mustHold(book !== undefined && BigInt(book.held) + BigInt(book.inTransit) + BigInt(book.writtenOff) + BigInt(book.sent) + BigInt(book.redeemed) === BigInt(book.issued) + BigInt(book.received), 'the books do not add up');
  mustHold(book?.held === '1000', `${book?.held} of 1000 are left`);
  return peer.hungUp ? refusedWith(peer.hungUp.code) : ACCEPTED;
}

const inLane = (name: string, say: (at: Bench, plaintext: Uint8Array) => Uint8Array): Target => bytesTarget(name, {
  covers: ['enclave/vault/transfers/receiving.machine.ts', 'enclave/vault/transfers/sending.machine.ts'], form: 'cbor', cost: 80,
  async run(plaintext) {
    if (plaintext.length > 60_000) return refusedWith('too long for a frame');
    const at = await sitDown();
    const answers = await at.mallory.sayFrame(say(at, plaintext));
    const verdict = await outcome(at.ada, at.mallory.peer);
    return verdict.accepted && name === 'lane-commit' && answers.length === 0 ? refusedWith('silence') : verdict;
  },
});

export const PEER_TARGETS: readonly Target[] = [
  bytesTarget('stranger-says', {
    covers: ['enclave/vault/sessions/dispatch.ts', 'enclave/vault/sessions/evidence.ts'], form: 'cbor', cost: 120,
    async run(plaintext) {
      if (plaintext.length > 65_000) return refusedWith('too long for a frame');
      const { ada } = await sitDown();
      const stranger = await new RawPeer(rawIdentity('Sam', `stranger ${made}`), ada).meet();
      stranger.sayBytes(plaintext);
      const verdict = await outcome(ada, stranger);
      const contacts = await ada.must('people.contacts', {});
      mustHold(contacts.length === 1, 'a stranger has become a contact');
      if (!stranger.hungUp) await stranger.leave();
      return verdict;
    },
  }),
  bytesTarget('contact-says', {
    covers: ['enclave/vault/sessions/resume.ts', 'enclave/vault/people/witnesses.ts'], form: 'cbor', cost: 80,
    async run(plaintext) {
      if (plaintext.length > 65_000) return refusedWith('too long for a frame');
      const { ada, mallory } = await sitDown();
      mallory.peer.sayBytes(plaintext);
      const verdict = await outcome(ada, mallory.peer);
      const message = decodeMessage(plaintext);
      // Only what is no message, or must not come now, ends a session.
      if (!message.ok) mustHold(!verdict.accepted, 'what is no message was taken');
      return message.ok ? verdict : verdictOf(message);
    },
  }),
  inLane('lane-commit', (at, plaintext) => {
    const seq = ++at.seq;
    return sealCommit(at.mallory.keyOf(at.mallory.laneOut, seq), at.mallory.random(24), at.mallory.laneOut.id, seq, plaintext);
  }),
  inLane('lane-answer', (at, plaintext) => sealAnswer(at.mallory.laneIn.answerKey, at.seq % 2 ? 'ack' : 'nack', at.mallory.laneIn.id, ++at.seq, plaintext)),
];

