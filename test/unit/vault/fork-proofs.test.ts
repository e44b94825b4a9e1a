/**
 * Two statements for one number (design §5.7; assurance row 31): kept, passed on, and the instance refused from then on;
 * whether the proof came up at a meeting or was handed over by a person.
 */
import { creditsAmong } from '../../support/credits-among.ts';
import { describe, expect, it } from 'vitest';
import { changesOf, decodePackage } from '../../../enclave/runtime/packages.codec.ts';
import { sealerFrom } from '../../../enclave/runtime/sealing.ts';
import type { Self } from '../../../enclave/vault/records.ts';
import { formatForkProof } from '../../../protocol/fork-proof.codec.ts';
import { type InstanceId, instanceKeyOf } from '../../../protocol/identifiers.ts';
import { MAX_STRANGER_PROOFS } from '../../../protocol/limits.ts';
import type { MessageOf } from '../../../protocol/messages.codec.ts';
import { bytesFrom, forkProofOf, positionOf, signerOf } from '../../support/fork-proofs.ts';
import { MemoryHost } from '../../support/memory-host.ts';
import { RawContact } from '../../support/raw-contact.ts';
import { rawIdentity, RawPeer } from '../../support/raw-peer.ts';
import { threeWallets } from '../../support/three-wallets.ts';

const forksOf = async (host: MemoryHost) => (await host.must('audit.forks', {})).map(({ instance, verified }) => [instance, verified]);
const hangUpsOf = (host: MemoryHost) => host.emitted.flatMap((message) => (message.type === 'hang-up' ? [message.failure?.code] : []));
const handOver = (host: MemoryHost, proof: string) => host.call('audit.importProof', { proof });
const codeOf = (result: { ok: true } | { ok: false; failure: { code: string } }): string => (result.ok ? 'done' : result.failure.code);

type Terms = Omit<MessageOf<'offer'>, 'type'>;

/** Ada with 100 TEA, and Mallory, her contact, who signs whatever a test wants. */
async function adaAndMallory(seed: string) {
  const ada = new MemoryHost('Ada', seed);
  await ada.boot(true);
  const mallory = await RawContact.of(ada, 'Mallory', seed);
  const { id: tea } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  await ada.must('credits.issue', { currency: tea, amount: '100' });
  const says = (n: number, head: string) => ({ position: positionOf(mallory.identity, n, bytesFrom(head)) });
  return { ada, mallory, tea, says, contact: mallory.identity.instance };
}

describe('a contact who says two things of one number', () => {
  it('is proven a fork, at once, and hung up on', async () => {
    const { ada, mallory, says, contact } = await adaAndMallory('twice');
    await mallory.reconnect(says(5, 'one'));
    expect(await forksOf(ada)).toEqual([]);
    await mallory.reconnect(says(5, 'other'));
    expect(mallory.peer.hungUp?.code).toBe('fork_proven');
    expect(await forksOf(ada)).toEqual([[contact, true]]);
  });

  it('is not suspected for saying one thing twice, for going on, or for having been further', async () => {
    const { ada, mallory, says } = await adaAndMallory('honest');
    for (const said of [says(5, 'one'), says(5, 'one'), says(9, 'later'), says(5, 'one')]) await mallory.reconnect(said);
    expect([await forksOf(ada), hangUpsOf(ada)]).toEqual([[], []]);
  });

  it('is not proven by a statement that it has not signed', async () => {
    const { ada, mallory, says } = await adaAndMallory('unsigned');
    await mallory.reconnect(says(5, 'one'));
    const { position } = says(5, 'other');
    await mallory.reconnect({ position: { ...position, signature: positionOf(signerOf('Nora'), 5, position.head).signature } });
    expect([await forksOf(ada), hangUpsOf(ada)]).toEqual([[], []]);
  });

  it('can neither meet, pair, offer, commit nor be dealt with any more, also after a restart and when it is forgotten', async () => {
    const { ada, mallory, tea, says, contact } = await adaAndMallory('refused');
    await ada.must('people.setRule', { contact, rule: { mode: 'auto', upTo: [{ currency: tea, amount: '50' }] } });
    const sent = await ada.must('transfers.send', { contact, currency: tea, amount: '30' });
    await mallory.say({ type: 'accept', id: sent.id });
    const offer = mallory.peer.heard.find((message) => message.type === 'offer')!;
    const back: Terms = { id: 'ab'.repeat(16), give: offer.give, take: [], memo: '', purpose: 'payment' };
    await mallory.sayFrame(mallory.answer('ack', 1, { take: [] }));
    await mallory.say({ type: 'offer', ...back, give: [{ ...creditsAmong(offer.give)[0]!, amount: '60' }], id: 'cd'.repeat(16) });
    await mallory.reconnect({ ...says(5, 'one'), transfers: ['cd'.repeat(16)] });
    // In one session: the second statement, and behind it an offer and a commit that the rule covers.
    await mallory.peer.leave();
    mallory.peer = await new RawPeer(mallory.identity, ada).meet();
    await mallory.say(mallory.resume({ ...says(5, 'other'), transfers: [back.id, 'cd'.repeat(16)] }), { type: 'offer', ...back }, { type: 'lane-frames', frames: [mallory.commit(1, back)] });
    const held = async () => (await ada.must('credits.balances', {}))[0]?.held;
    expect([mallory.peer.hungUp?.code, await held()]).toEqual(['fork_proven', '70']);

    const refusedWhatever = async () => {
      const peer = await new RawPeer(mallory.identity, ada).meet();
      expect([peer.hungUp?.code, peer.theirEvidence, peer.heard]).toEqual(['fork_proven', null, []]);
      expect(codeOf(await ada.call('pairing.start', { instance: contact }))).not.toBe('done');
    };
    await refusedWhatever();
    expect(codeOf(await ada.call('transfers.send', { contact, currency: tea, amount: '1' }))).toBe('fork_proven');
    expect(codeOf(await ada.call('requests.create', { contact, currency: tea, amount: '1' }))).toBe('fork_proven');
    const open = (await ada.must('transfers.pending', {})).filter(({ direction, state }) => direction === 'in' && state === 'offered');
    expect(open.map(({ id }) => id)).toEqual(['cd'.repeat(16)]);
    expect(codeOf(await ada.call('transfers.accept', { id: open[0]!.id }))).toBe('fork_proven');
    expect(codeOf(await ada.call('transfers.decline', { id: open[0]!.id }))).toBe('done');
    expect(await held()).toBe('70');

    ada.crash();
    await ada.boot();
    await refusedWhatever();
    await ada.must('people.forget', { contact });
    await refusedWhatever();
    expect(await forksOf(ada)).toEqual([[contact, true]]);
  });

  it('keeps what was in transit to it in transit, until the person writes it off', async () => {
    const { ada, mallory, tea, says, contact } = await adaAndMallory('in transit');
    const { id } = await ada.must('transfers.send', { contact, currency: tea, amount: '30' });
    await mallory.say({ type: 'accept', id });
    await mallory.reconnect(says(5, 'one'));
    await mallory.reconnect(says(5, 'other'));
    expect(await ada.must('transfers.get', { id })).toMatchObject({ state: 'in-transit' });
    expect(codeOf(await ada.call('people.forget', { contact }))).toBe('contact_in_transit');
    expect(await ada.must('transfers.writeOff', { id })).toMatchObject({ state: 'written-off' });
    expect(codeOf(await ada.call('people.forget', { contact }))).toBe('done');
  });
});

describe('a proof', () => {
  /** Ben and Cy know each other and Mallory; Ada knows Ben and not Mallory. */
  async function amongFriends(seed: string) {
    const three = await threeWallets(seed);
    const mallory = { withBen: await RawContact.of(three.ben, 'Mallory', seed), withCy: await RawContact.of(three.cy, 'Mallory', seed) };
    return { ...three, mallory, contact: mallory.withBen.identity.instance, proof: formatForkProof(forkProofOf(mallory.withBen.identity)) };
  }

  it('is passed on to contacts who know the instance, who hang up on it and pass it on, and to nobody else', async () => {
    const { ada, ben, cy, meet, mallory, contact, proof } = await amongFriends('passed on');
    const stranger = await new RawPeer(rawIdentity('Dora', 'passed on'), ben).meet();
    await handOver(ben, proof);
    await (await meet(ben, ada))();
    await (await meet(ben, cy))();
    expect([await forksOf(ben), await forksOf(cy), await forksOf(ada)]).toEqual([[[contact, true]], [[contact, true]], []]);
    expect(mallory.withCy.peer.hungUp?.code).toBe('fork_proven');
    expect(stranger.heard).toEqual([]);
    // From Cy it goes to the next one who knows Mallory.
    await RawContact.of(ada, 'Mallory', 'passed on');
    await (await meet(ada, cy))();
    expect(await forksOf(ada)).toEqual([[contact, true]]);
  });

  it('comes to light when two who were told different things meet, each having seen one of them', async () => {
    const { ben, cy, meet, mallory, contact } = await amongFriends('two victims');
    const says = (head: string) => ({ position: positionOf(mallory.withBen.identity, 5, bytesFrom(head)) });
    await mallory.withBen.reconnect(says('one'));
    await mallory.withCy.reconnect(says('other'));
    await meet(ben, cy);
    expect([await forksOf(ben), await forksOf(cy)]).toEqual([[[contact, true]], [[contact, true]]]);
  });

  it('that somebody made up is not believed, whoever tells it', async () => {
    const { ben, cy, mallory } = await amongFriends('made up');
    const { first, second } = forkProofOf({ secretKey: signerOf('Nora').secretKey, publicKey: instanceKeyOf(cy.instance as InstanceId)! });
    const real = forkProofOf(mallory.withBen.identity);
    const lies = [{ first, second }, { first: real.first, second: real.first }, { first: real.first, second: positionOf(mallory.withBen.identity, 58, bytesFrom('other')) }];
    await mallory.withBen.say({ type: 'witness', positions: [], proofs: lies });
    expect([await forksOf(ben), mallory.withBen.peer.hungUp]).toEqual([[], null]);
  });

  it('about somebody whom the hearer does not know is not kept: a contact cannot fill a disk with them', async () => {
    const { ben, mallory } = await amongFriends('unknown third');
    const before = await ben.must('wallet.identity', {});
    const forks = Array.from({ length: 16 }, (_, at) => forkProofOf(signerOf(`nobody ${at}`)));
    await mallory.withBen.say({ type: 'witness', positions: forks.map(({ first }) => first), proofs: forks });
    expect([await forksOf(ben), (await ben.must('wallet.identity', {})).n]).toEqual([[], before.n]);
  });
});

describe('a proof that a person was handed', () => {
  it('is checked, kept, and its instance hung up on; a second time nothing happens', async () => {
    const { ada, mallory, contact } = await adaAndMallory('handed');
    const proof = formatForkProof(forkProofOf(mallory.identity));
    expect(await handOver(ada, proof)).toEqual({ ok: true, value: { instance: contact, name: 'Mallory', n: 57, known: false } });
    expect(mallory.peer.hungUp?.code).toBe('fork_proven');
    const { n } = await ada.must('wallet.identity', {});
    expect(await handOver(ada, proof)).toMatchObject({ ok: true, value: { known: true } });
    expect(await handOver(ada, formatForkProof(forkProofOf(mallory.identity, 99)))).toMatchObject({ ok: true, value: { known: true } });
    expect((await ada.must('wallet.identity', {})).n).toBe(n);
    const [shown] = await ada.must('audit.forks', {});
    expect(shown).toMatchObject({ instance: contact, name: 'Mallory', n: 57, verified: true, proof });
  });

  it('is refused if it is none, with the same codes as everywhere, and leaves no trace', async () => {
    const { ada, mallory } = await adaAndMallory('none');
    const { n } = await ada.must('wallet.identity', {});
    const { first, second } = forkProofOf(mallory.identity);
    for (const [proof, code] of [
      ['tallyfork1nonsense', 'bad_proof'], ['', 'bad_proof'], ['x'.repeat(10_000), 'bad_input'],
      [formatForkProof({ first, second: first }), 'not_a_fork'], [formatForkProof({ first, second: { ...second, signature: first.signature } }), 'proof_forged'],
    ] as const) expect(codeOf(await handOver(ada, proof))).toBe(code);
    expect([await forksOf(ada), (await ada.must('wallet.identity', {})).n, mallory.peer.hungUp]).toEqual([[], n, null]);
  });

  it('about a stranger keeps the stranger out, also one who is here already', async () => {
    const ada = new MemoryHost('Ada', 'stranger');
    await ada.boot(true);
    const dora = rawIdentity('Dora', 'stranger');
    const here = await new RawPeer(dora, ada).meet();
    expect(await handOver(ada, formatForkProof(forkProofOf(dora)))).toMatchObject({ ok: true, value: { instance: dora.instance, name: '', known: false } });
    expect(here.hungUp?.code).toBe('fork_proven');
    expect((await new RawPeer(dora, ada).meet()).hungUp?.code).toBe('fork_proven');
    expect((await new RawPeer(rawIdentity('Emre', 'stranger'), ada).meet()).hungUp).toBeNull();
  });

  it('about strangers is kept only so many times; about a contact always; and all of them can be asked for', async () => {
    const { ada, mallory, contact } = await adaAndMallory('many');
    const strangers = Array.from({ length: MAX_STRANGER_PROOFS + 1 }, (_, at) => signerOf(`stranger ${at}`));
    for (const [at, signer] of strangers.entries()) expect([at, codeOf(await handOver(ada, formatForkProof(forkProofOf(signer))))]).toEqual([at, at < MAX_STRANGER_PROOFS ? 'done' : 'too_many']);
    expect(codeOf(await handOver(ada, formatForkProof(forkProofOf(mallory.identity))))).toBe('done');
    const first = await ada.must('audit.forks', {});
    const rest = await ada.must('audit.forks', { after: first.at(-1)!.instance });
    expect([first.length, rest.length]).toEqual([200, MAX_STRANGER_PROOFS + 1 - 200]);
    expect(new Set([...first, ...rest].map(({ instance }) => instance))).toEqual(new Set([contact, ...strangers.slice(0, -1).map(({ instance }) => instance)]));
  });

  it('about this very wallet stops it, for good: one of the two statements is not in its past', async () => {
    const ada = new MemoryHost('Ada', 'myself');
    await ada.boot(true);
    await ada.must('wallet.rename', { name: 'Ada B' });
    const proof = formatForkProof(forkProofOf(selfOf(ada), 2));
    expect(codeOf(await handOver(ada, proof))).toBe('rollback_detected');
    expect(ada.fault?.code).toBe('rollback_detected');
    ada.crash();
    await ada.boot();
    expect(ada.fault?.code).toBe('rollback_detected');
  });
});

/** The instance key of a wallet, from its first package. */
function selfOf(host: MemoryHost): Self {
  const [n, sealed] = [...host.store.snapshot().packages][0]!;
  const changes = changesOf(decodePackage(sealerFrom(host.rootSecret).open('package', n, sealed)!).changes);
  return changes.find(({ table }) => table === 'self')!.value as Self;
}
