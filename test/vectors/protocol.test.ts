/**
 * The wire format of docs/PROTOCOL.md, byte for byte, in the order in which two vaults meet: from the prologue of their
 * handshake to the frames of a transfer. Everything follows from the secrets under `given`. A deliberate change of the
 * format is written with `UPDATE_VECTORS=1 npx vitest run test/vectors/protocol.test.ts`, and is a new version of the protocol.
 */
import { writeFileSync } from 'node:fs';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { currencyIdOf } from '../../enclave/vault/credits/currencies.ts';
import { commitmentTo, pairingWords } from '../../enclave/vault/people/pairing.machine.ts';
import { prologueOf } from '../../enclave/vault/sessions/meeting.ts';
import { commitKey, laneIdOf, laneSecrets, nextChainKey, openAnswer, openFrame, parseLaneFrame, sealAnswer, sealCommit } from '../../enclave/vault/transfers/lane-keys.ts';
import { decodeStrict, encodeStrict } from '../../protocol/cbor.codec.ts';
import { instanceIdOf } from '../../protocol/identifiers.ts';
import { formatPairLink, parseLink } from '../../protocol/link.codec.ts';
import { AckSchema, type Commit, CommitSchema, decodeAs, decodeMessage, encodeMessage, type Message, NackSchema } from '../../protocol/messages.codec.ts';
import { currencyStatement, decodeEvidence, encodeEvidence, laneStatement, positionStatement, signingInput } from '../../protocol/statements.codec.ts';
import vectors from './protocol.json' with { type: 'json' };

const given = {
  adaSecret: '01'.repeat(32), benSecret: '02'.repeat(32), adaPeer: 'peer-ada', benPeer: 'peer-ben',
  handshakeHash: '10'.repeat(32), nonceForAda: '11'.repeat(32), measurement: '12'.repeat(32), n: 7, head: '13'.repeat(32),
  askerNonce: '20'.repeat(32), askedNonce: '21'.repeat(32),
  laneSourceSecret: '30'.repeat(32), laneDestinationSecret: '31'.repeat(32), laneNonce: '32'.repeat(32),
  commitNonce: '40'.repeat(24), transfer: '41'.repeat(16), request: '42'.repeat(16),
};

const bytes = hexToBytes;
const ada = { secretKey: bytes(given.adaSecret), publicKey: ed25519.getPublicKey(bytes(given.adaSecret)) };
const ben = { secretKey: bytes(given.benSecret), publicKey: ed25519.getPublicKey(bytes(given.benSecret)) };
const session = { handshakeHash: bytes(given.handshakeHash) };

const evidence = encodeEvidence({
  eat_profile: 'tallystick-evidence-1', eat_nonce: bytes(given.nonceForAda), ueid: ada.publicKey, binder: session.handshakeHash, role: 'initiator',
  measurement: bytes(given.measurement), tier: 'software', n: given.n, head: bytes(given.head), name: 'Ada',
});
const position = positionStatement({ instance: ada.publicKey, n: given.n, head: bytes(given.head) });

const currency = { issuer: ada.publicKey, code: 'TEA', decimals: 2, name: 'Tea' };
const currencySignature = ed25519.sign(signingInput('currency', currencyStatement(currency)), ada.secretKey);

const parties = {
  source: ada.publicKey, destination: ben.publicKey, sourceKey: x25519.getPublicKey(bytes(given.laneSourceSecret)),
  destinationKey: x25519.getPublicKey(bytes(given.laneDestinationSecret)), nonce: bytes(given.laneNonce),
};
const lane = laneIdOf(parties);
const secrets = laneSecrets(parties, bytes(given.laneSourceSecret), parties.destinationKey)!;
const chains = [secrets.chainKey, nextChainKey(secrets.chainKey), nextChainKey(nextChainKey(secrets.chainKey))];

const asset = { kind: 'credit' as const, currency: { ...currency, signature: currencySignature }, amount: '1250' };
const commit: Commit = { id: given.transfer, give: [asset], take: [], memo: 'tea', purpose: 'payment', request: given.request, closedUpTo: 0 };
const commitFrame = sealCommit(commitKey(secrets.chainKey), bytes(given.commitNonce), lane, 1, encodeStrict(commit));
const ackFrame = sealAnswer(secrets.answerKey, 'ack', lane, 1, encodeStrict({ take: [] }));
const nackFrame = sealAnswer(secrets.answerKey, 'nack', lane, 2, encodeStrict({ reason: 'declined' }));

const offer: Message = { type: 'offer', id: given.transfer, give: [asset], take: [], memo: 'tea', purpose: 'payment', request: given.request };
const link = { instance: instanceIdOf(ada.publicKey), name: 'Ada', addresses: ['/ip4/192.168.1.20/tcp/4001', '/ip6/fd00::2/tcp/4001'] };

const computed = {
  instances: { ada: instanceIdOf(ada.publicKey), ben: instanceIdOf(ben.publicKey) },
  prologue: bytesToHex(prologueOf(given.adaPeer, given.benPeer)),
  evidence: {
    statement: bytesToHex(evidence), signingInput: bytesToHex(signingInput('evidence', evidence)), signature: bytesToHex(ed25519.sign(signingInput('evidence', evidence), ada.secretKey)),
  },
  position: { statement: bytesToHex(position), signature: bytesToHex(ed25519.sign(signingInput('position', position), ada.secretKey)) },
  pairing: {
    commitment: bytesToHex(commitmentTo(bytes(given.askerNonce), session)),
    words: pairingWords(session, ada.publicKey, ben.publicKey, bytes(given.askerNonce), bytes(given.askedNonce)),
  },
  currency: { statement: bytesToHex(currencyStatement(currency)), signature: bytesToHex(currencySignature), id: currencyIdOf(currency) },
  lane: {
    id: lane, statement: bytesToHex(laneStatement(parties)), readySignature: bytesToHex(ed25519.sign(signingInput('lane-ready', laneStatement(parties)), ben.secretKey)),
    sourceKey: bytesToHex(parties.sourceKey), destinationKey: bytesToHex(parties.destinationKey),
    chainKeys: chains.map(bytesToHex), commitKeys: chains.map((key) => bytesToHex(commitKey(key))), answerKey: bytesToHex(secrets.answerKey),
  },
  frames: { commitPlaintext: bytesToHex(encodeStrict(commit)), commit: bytesToHex(commitFrame), ack: bytesToHex(ackFrame), nack: bytesToHex(nackFrame) },
  messages: { offer: bytesToHex(encodeMessage(offer)), laneFrames: bytesToHex(encodeMessage({ type: 'lane-frames', frames: [ackFrame] })) },
  link: formatPairLink(link),
};

const current = JSON.parse(JSON.stringify({ given, computed })) as typeof vectors;
if (process.env['UPDATE_VECTORS']) writeFileSync(new URL('protocol.json', import.meta.url), `${JSON.stringify(current, null, 2)}\n`);

describe('the wire format', () => {
  it('begins from the secrets that the vectors name', () => {
    expect(vectors.given).toEqual(current.given);
  });

  it.each(Object.keys(current.computed) as (keyof typeof vectors.computed)[])('has the published bytes of %s', (part) => {
    expect(current.computed[part]).toEqual(vectors.computed[part]);
  });
});

describe('the published bytes', () => {
  const { computed: published } = vectors;

  it('are read as what they say', () => {
    expect(decodeEvidence(bytes(published.evidence.statement))).toMatchObject({ ok: true, value: { name: 'Ada', n: 7, role: 'initiator' } });
    expect(decodeMessage(bytes(published.messages.offer))).toEqual({ ok: true, value: offer });
    expect(parseLink(published.link)).toEqual({ ok: true, value: { kind: 'pair', ...link } });
    expect(decodeStrict(bytes(published.prologue))).toEqual({ ok: true, value: ['tallystick', 1, given.adaPeer, given.benPeer] });
  });

  it('carry signatures that hold, each for its own purpose only', () => {
    const { evidence: shown, currency: made, lane: founded, position: held } = published;
    const signed = { evidence: [shown, ada], currency: [made, ada], position: [held, ada], 'lane-ready': [{ statement: founded.statement, signature: founded.readySignature }, ben] } as const;
    for (const [purpose, [{ statement, signature }, signer]] of Object.entries(signed)) {
      for (const context of ['evidence', 'currency', 'position', 'lane-ready'] as const) {
        expect(ed25519.verify(bytes(signature), signingInput(context, bytes(statement)), signer.publicKey), `${purpose} as ${context}`).toBe(context === purpose);
      }
    }
  });

  it('give both ends of a lane the same keys, and open only under those', () => {
    const { frames, lane: founded } = published;
    const fromDestination = laneSecrets(parties, bytes(given.laneDestinationSecret), parties.sourceKey)!;
    expect([bytesToHex(fromDestination.chainKey), bytesToHex(fromDestination.answerKey)]).toEqual([founded.chainKeys[0], founded.answerKey]);
    const frame = (hex: string) => {
      const parsed = parseLaneFrame(bytes(hex));
      if (!parsed.ok) throw new Error(parsed.failure.detail);
      return parsed.value;
    };
    const opened = openFrame(frame(frames.commit), bytes(founded.commitKeys[0]!));
    expect(decodeAs(CommitSchema, opened!)).toEqual({ ok: true, value: commit });
    expect(openFrame(frame(frames.commit), bytes(founded.commitKeys[1]!))).toBeNull();
    expect(openFrame({ ...frame(frames.commit), seq: 2 }, bytes(founded.commitKeys[0]!))).toBeNull();
    expect(decodeAs(AckSchema, openAnswer(frame(frames.ack), bytes(founded.answerKey))!)).toEqual({ ok: true, value: { take: [] } });
    expect(decodeAs(NackSchema, openAnswer(frame(frames.nack), bytes(founded.answerKey))!)).toEqual({ ok: true, value: { reason: 'declined' } });
    expect(openAnswer({ ...frame(frames.nack), kind: 'ack' }, bytes(founded.answerKey))).toBeNull();
  });
});
