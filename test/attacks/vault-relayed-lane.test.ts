/**
 * A contact founds a lane with keys that belong to two others (assurance row 23): what is then committed to it cannot be
 * passed on to a third wallet as if it had been meant for that one.
 */
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import { laneIdOf, laneSecrets, parseLaneFrame } from '../../enclave/vault/transfers/lane-keys.ts';
import { encodeStrict } from '../../protocol/cbor.codec.ts';
import { type CurrencyId, type InstanceId, instanceKeyOf } from '../../protocol/identifiers.ts';
import { laneStatement, signingInput } from '../../protocol/statements.codec.ts';
import { MemoryHost } from '../support/memory-host.ts';
import { amounts } from '../support/outcome.ts';
import { laneFrames, RawContact } from '../support/raw-contact.ts';
import { rawIdentity } from '../support/raw-peer.ts';

const keyOf = (host: MemoryHost): Uint8Array => instanceKeyOf(host.instance as InstanceId)!;

describe('a commit', () => {
  it('sent down a lane whose destination passed everything on is taken by nobody else', async () => {
    const [ada, cy] = [new MemoryHost('Ada', 'relayed lane'), new MemoryHost('Cy', 'relayed lane')];
    for (const host of [ada, cy]) await host.boot(true);
    const { id: tea } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    await ada.must('credits.issue', { currency: tea, amount: '100' });
    // Mallory is a contact of both, and hands Ada's part of the lane to Cy, and Cy's to Ada.
    const toCy = await RawContact.of(cy, 'Mallory', 'relayed lane');
    const toAda = await RawContact.pairedWith(ada, 'Mallory', 'relayed lane');
    const open = toAda.peer.heard.find((message) => message.type === 'lane-open')!;
    const [ready] = (await toCy.say({ type: 'lane-open', sourceKey: open.sourceKey, nonce: open.nonce })).filter((message) => message.type === 'lane-ready');
    const mallory = toAda.identity;
    const claimed = { source: keyOf(ada), destination: mallory.publicKey, sourceKey: open.sourceKey, destinationKey: ready!.destinationKey, nonce: open.nonce };
    const signature = ed25519.sign(signingInput('lane-ready', laneStatement(claimed)), mallory.secretKey);
    await toAda.say({ type: 'lane-ready', sourceKey: open.sourceKey, destinationKey: ready!.destinationKey, signature });
    // What Cy gives for nothing to whoever asks: Mallory's credits of any amount are welcome there.
    const sent = await ada.must('transfers.send', { contact: mallory.instance, currency: tea, amount: '30' });
    await toAda.peer.settle();
    const offer = toAda.peer.heard.find((message) => message.type === 'offer')!;
    expect(offer.id).toBe(sent.id);
    await toCy.say({ ...offer });
    await cy.must('transfers.accept', { id: sent.id });
    const [frame] = laneFrames(await toAda.say({ type: 'accept', id: sent.id }));
    const parsed = parseLaneFrame(frame!);
    if (!parsed.ok) throw new Error('not a lane frame');
    // For Cy the lane begins at Mallory; the frame is passed on under either name.
    const asCyKnowsIt = laneIdOf({ ...claimed, source: mallory.publicKey, destination: keyOf(cy) });
    for (const lane of [parsed.value.lane, asCyKnowsIt]) expect(await toCy.sayFrame(encodeStrict({ ...parsed.value, lane }))).toEqual([]);
    expect((await amounts([cy])).get(tea as CurrencyId)?.exists ?? 0n).toBe(0n);
    expect(await ada.must('transfers.get', { id: sent.id })).toMatchObject({ state: 'in-transit' });
    for (const host of [ada, cy]) expect(host.fault).toBeNull();
  });

  it('has keys that differ for every other source or destination, all else being equal', () => {
    const [ours, theirs] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const lane = { source: rawIdentity('Ada', 'keys').publicKey, destination: rawIdentity('Ben', 'keys').publicKey, sourceKey: x25519.getPublicKey(ours), destinationKey: x25519.getPublicKey(theirs), nonce: new Uint8Array(32) };
    const other = rawIdentity('Cy', 'keys').publicKey;
    const of = (parties: typeof lane) => Buffer.from(laneSecrets(parties, ours, parties.destinationKey)!.chainKey).toString('hex');
    const all = [lane, { ...lane, source: other }, { ...lane, destination: other }, { ...lane, nonce: new Uint8Array(32).fill(1) }];
    expect(new Set(all.map(of)).size).toBe(all.length);
    expect(new Set(all.map(laneIdOf)).size).toBe(all.length);
  });
});

it('a contact who says the frames of somebody else’s lane is not answered', async () => {
  const ada = new MemoryHost('Ada', 'stray frames');
  await ada.boot(true);
  const mallory = await RawContact.of(ada, 'Mallory', 'stray frames');
  const carol = await RawContact.of(ada, 'Carol', 'stray frames');
  const commit = mallory.commit(1, { id: 'ab'.repeat(16) });
  expect(await carol.sayFrame(commit)).toEqual([]);
  expect(await mallory.sayFrame(commit)).toHaveLength(1);
  // The answer is Mallory's to hear, also when Carol asks again.
  expect(await carol.sayFrame(commit)).toEqual([]);
});
