/**
 * What was written from docs/PROTOCOL.md alone (second-vault.ts) meets a real vault, pairs with it, and moves credits both
 * ways; so whoever reads the document can write another one.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { decode } from 'cbor2';
import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryHost } from '../support/memory-host.ts';
import { H, K, type Fields, type Lane, SecondVault, ascii, bytes, cbor, fromCbor, hex, isSigned, join, laneOf, openFrame, random, sealAnswer, sealCommit, sha256 } from './second-vault.ts';

const laneFrame = (second: SecondVault): Uint8Array => (second.hear('lane-frames')['frames'] as Uint8Array[])[0]!;

describe('a vault written from the document', () => {
  const ada = new MemoryHost('Ada', 'the document');
  const second = new SecondVault(ada);
  let adaKey: Uint8Array;
  let toUs: Lane;
  let toAda: Lane;
  let descriptor: Fields;

  beforeAll(async () => await ada.boot(true));

  it('meets a real one, and each believes the other’s evidence (§4, §5)', async () => {
    const { evidence, nonce } = await second.meet();
    const claims = fromCbor(bytes(evidence, 'statement'));
    adaKey = bytes(claims, 'ueid');
    expect(isSigned('evidence', bytes(evidence, 'statement'), bytes(evidence, 'signature'), adaKey)).toBe(true);
    expect([hex(bytes(claims, 'eat_nonce')), hex(bytes(claims, 'binder')), claims['role']]).toEqual([hex(nonce), hex(second.handshakeHash), 'responder']);
    expect(await ada.must('people.strangers', {})).toMatchObject([{ instance: second.instance, name: 'Second' }]);
  });

  it('comes to the same three words, and both are contacts (§6)', async () => {
    const own = random(32);
    await second.say({ type: 'pair-request', commitment: H('tallystick pairing commitment', second.handshakeHash, own) });
    const theirs = bytes(second.hear('pair-nonce'), 'nonce');
    await second.say({ type: 'pair-reveal', nonce: own });
    const bits = [...H('tallystick pairing words', second.handshakeHash, second.publicKey, adaKey, own, theirs)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const words = [0, 11, 22].map((at) => wordlist[parseInt(bits.slice(at, at + 11), 2)]);
    expect((await ada.must('pairing.list', {}))[0]?.words).toEqual(words);
    await second.say({ type: 'pair-confirm' });
    await ada.must('pairing.confirm', { instance: second.instance as never, matches: true });
    await second.settle();
    second.hear('pair-confirm');
    const { position, ...rest } = second.hear('resume');
    const { signature: _, ...signed } = position as Fields;
    expect(isSigned('position', cbor(signed), bytes(position as Fields, 'signature'), adaKey)).toBe(true);
    expect(rest).toEqual({ type: 'resume', transfers: [], requests: [], closed: [], rule: [], acquaintances: [] });
    await second.say(second.resume());
    expect((await ada.must('people.contacts', {})).map(({ online }) => online)).toEqual([true]);
  });

  it('founds a lane in each direction (§8)', async () => {
    const open = second.hear('lane-open');
    const secret = random(32);
    const parties = { source: adaKey, destination: second.publicKey, sourceKey: bytes(open, 'sourceKey'), destinationKey: x25519.getPublicKey(secret), nonce: bytes(open, 'nonce') };
    toUs = laneOf(parties, secret, parties.sourceKey);
    await second.say({ type: 'lane-ready', sourceKey: parties.sourceKey, destinationKey: parties.destinationKey, signature: second.sign('lane-ready', cbor(parties)) });

    const ownSecret = random(32);
    const [sourceKey, nonce] = [x25519.getPublicKey(ownSecret), random(32)];
    await second.say({ type: 'lane-open', sourceKey, nonce });
    const ready = second.hear('lane-ready');
    const own = { source: second.publicKey, destination: adaKey, sourceKey, destinationKey: bytes(ready, 'destinationKey'), nonce };
    expect(isSigned('lane-ready', cbor(own), bytes(ready, 'signature'), adaKey)).toBe(true);
    toAda = laneOf(own, ownSecret, own.destinationKey);
  });

  it('receives credits: OFFER, ACCEPT, COMMIT, ACK (§9, §10)', async () => {
    const { id: currency } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    await ada.must('credits.issue', { currency, amount: '100' });
    const { id } = await ada.must('transfers.send', { contact: second.instance as never, currency, amount: '7', memo: 'hello' });
    await second.settle();
    const offer = second.hear('offer');
    const [given] = offer['give'] as { currency: Fields; amount: string }[];
    descriptor = given!.currency;
    const { signature: _, ...signed } = descriptor;
    expect([given!.amount, hex(H('tallystick currency id', cbor(signed)))]).toEqual(['7', currency]);
    expect(isSigned('currency', cbor(signed), bytes(descriptor, 'signature'), adaKey)).toBe(true);

    await second.say({ type: 'accept', id });
    const commit = openFrame(laneFrame(second), K(toUs.chain, 'commit'));
    expect([commit.kind, commit.lane, commit.seq, commit.body['id'], commit.body['closedUpTo']]).toEqual(['commit', toUs.id, 1, id, 0]);
    await second.say({ type: 'lane-frames', frames: [sealAnswer(toUs, 'ack', 1, { take: [] })] });
    expect((await ada.must('transfers.get', { id })).state).toBe('done');
  });

  it('gives credits back, and gets the same answer to every repeat; for what was not agreed to, a NACK; and silence once that is closed (§10)', async () => {
    const terms = () => ({ id: hex(random(16)), give: [{ kind: 'credit', currency: descriptor, amount: '3' }], take: [], memo: '', purpose: 'redemption' });
    const agreed = terms();
    await second.say({ type: 'offer', ...agreed });
    await ada.must('transfers.accept', { id: agreed.id as never });
    await second.settle();
    expect(second.hear('accept')['id']).toBe(agreed.id);

    const commit = sealCommit(toAda.chain, toAda.id, 1, { ...agreed, closedUpTo: 0 });
    const ack = hex(sealAnswer(toAda, 'ack', 1, { take: [] }));
    for (let time = 0; time < 2; time++) {
      await second.say({ type: 'lane-frames', frames: [commit] });
      expect(hex(laneFrame(second))).toBe(ack);
    }
    expect(await ada.must('credits.balances', {})).toMatchObject([{ held: '93', sent: '7', received: '3', redeemed: '3' }]);

    const unasked = sealCommit(K(toAda.chain, 'next'), toAda.id, 2, { ...terms(), closedUpTo: 1 });
    await second.say({ type: 'lane-frames', frames: [unasked] });
    expect(openFrame(laneFrame(second), K(toAda.answer, 'seal'))).toMatchObject({ kind: 'nack', seq: 2, body: { reason: 'declined' } });

    await second.say(second.resume({ closed: [{ lane: toAda.id, upTo: 2 }] }));
    await second.say({ type: 'lane-frames', frames: [commit] });
    expect(hex(laneFrame(second)), 'computed again').toBe(ack);
    await second.say({ type: 'lane-frames', frames: [unasked] });
    expect(second.silent).toBe(true);
  });

  it('finds packages as appendix A has them, and the head that they come to in the register', async () => {
    const packages = await ada.store.packages(1, 1000);
    const newest = packages.at(-1)!;
    const head = packages.reduce<Uint8Array>((before, { sealed }) => sha256(join(before, sha256(sealed))), new Uint8Array(32));
    expect(hex((await ada.register.read())!)).toBe(hex(head));
    const key = K(ada.rootSecret, 'sealing tallystick-vault-1');
    const associated = join(H('tallystick sealed for', key), ascii(`tallystick-vault-1 package ${newest.n}`));
    const plaintext = xchacha20poly1305(key, newest.sealed.subarray(0, 24), associated).decrypt(newest.sealed.subarray(24));
    expect(Object.keys(decode(plaintext) as object).sort()).toEqual(['at', 'changes', 'clock', 'events', 'inputs', 'n', 'previous', 'said', 'version']);
  });
});
