/** Witnesses (design §5.7; assurance rows 13, 29, 32): copies of a wallet are found out by those who remember it. */
import { describe, expect, it } from 'vitest';
import { digest } from '../../../enclave/vault/bytes.ts';
import { isSignedPosition } from '../../../protocol/fork-proof.ts';
import type { Message, MessageOf } from '../../../protocol/messages.codec.ts';
import { bytesFrom, positionOf, signerOf } from '../../support/fork-proofs.ts';
import { MemoryHost } from '../../support/memory-host.ts';
import { RawContact } from '../../support/raw-contact.ts';
import { rawIdentity, RawPeer } from '../../support/raw-peer.ts';
import { threeWallets } from '../../support/three-wallets.ts';

const rename = (host: MemoryHost, name: string) => host.must('wallet.rename', { name });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('a wallet whose whole machine was put back', () => {
  it('stops at its next meeting with anyone who remembers it later', async () => {
    const { ada, ben, meet, copyOfAda } = await threeWallets('older');
    const before = ada.save();
    for (const name of ['A', 'B', 'C', 'D']) await rename(ada, name);
    await (await meet(ada, ben))();
    const older = await copyOfAda(before);
    expect(older.fault).toBeNull();
    await meet(older, ben);
    expect(older.fault?.code).toBe('rollback_detected');
  });

  it('stops even if it has gone on further than they remember', async () => {
    const { ada, ben, meet, copyOfAda } = await threeWallets('further');
    const before = ada.save();
    await rename(ada, 'A');
    await (await meet(ada, ben))();
    const copy = await copyOfAda(before);
    for (let i = 0; i < 12; i++) await rename(copy, `copy ${i}`);
    await meet(copy, ben);
    expect(copy.fault?.code).toBe('rollback_detected');
  });

  it('stops at its next meeting with someone who has only heard of it from a common contact', async () => {
    const { ada, ben, cy, meet, copyOfAda } = await threeWallets('hearsay');
    const before = ada.save();
    for (const name of ['A', 'B']) await rename(ada, name);
    await (await meet(ada, ben))();
    // Cy has not seen Ada since; Ben tells him how far she is.
    await (await meet(ben, cy))();
    const older = await copyOfAda(before);
    await meet(older, cy);
    expect(older.fault?.code).toBe('rollback_detected');
  });

  it('is not found out by someone who heard nothing of it, and goes on', async () => {
    const { ada, ben, cy, meet, copyOfAda } = await threeWallets('nothing heard');
    const before = ada.save();
    await rename(ada, 'A');
    await (await meet(ada, ben))();
    const older = await copyOfAda(before);
    await meet(older, cy);
    expect(older.fault).toBeNull();
  });

  it('lets out nothing in answer to what stops it, and stays stopped when it is started again', async () => {
    const { ada, mallory } = await adaAndMallory('silent');
    const tea = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    await ada.must('credits.issue', { currency: tea.id, amount: '10' });
    await ada.must('transfers.send', { contact: mallory.identity.instance, currency: tea.id, amount: '10' });
    const before = ada.save();
    for (const name of ['A', 'B']) await rename(ada, name);
    const { position: later } = resumeIn(await mallory.reconnect());
    const meetOlder = async (extra: Partial<MessageOf<'resume'>>) => {
      const older = new MemoryHost('Ada', 'older', before);
      await older.boot();
      const peer = await new RawPeer(mallory.identity, older).meet();
      return { older, answer: (await peer.say(mallory.resume(extra))).map(({ type }) => type) };
    };
    expect(await meetOlder({})).toMatchObject({ older: { fault: null }, answer: ['offer'] });
    const { older, answer } = await meetOlder({ witnessed: later });
    expect([older.fault?.code, answer]).toEqual(['rollback_detected', []]);
    older.crash();
    await older.boot();
    expect(older.fault?.code).toBe('rollback_detected');
  });

  it('is not suspected when it simply went on', async () => {
    const { ada, ben, cy, meet } = await threeWallets('honest');
    for (let i = 0; i < 5; i++) {
      await rename(ada, `name ${i}`);
      await (await meet(ada, ben))();
      await (await meet(ada, cy))();
      await (await meet(ben, cy))();
    }
    for (const host of [ada, ben, cy]) expect(host.fault).toBeNull();
  });

  it('is not stopped by what it has never signed', async () => {
    const { ada, mallory } = await adaAndMallory('slander');
    const { position } = resumeIn(await mallory.reconnect());
    const forged = { ...position, n: position.n + 10, head: bytesFrom('elsewhere') };
    await mallory.reconnect({ witnessed: forged });
    await mallory.reconnect({ witnessed: { ...forged, signature: positionOf(mallory.identity, forged.n, forged.head).signature } });
    // Signed, and by somebody else about himself: no matter of Ada's.
    await mallory.reconnect({ witnessed: positionOf(signerOf('Nora'), 99, bytesFrom('elsewhere')) });
    expect(ada.fault).toBeNull();
  });
});

async function adaAndMallory(seed: string): Promise<{ ada: MemoryHost; mallory: RawContact }> {
  const ada = new MemoryHost('Ada', seed);
  await ada.boot(true);
  return { ada, mallory: await RawContact.of(ada, 'Mallory', seed) };
}

const resumeIn = (heard: readonly Message[]): MessageOf<'resume'> => heard.find((message) => message.type === 'resume')!;

describe('at every meeting', () => {
  it('a vault says its own newest position, and the newest that it holds of the other', async () => {
    const { ada, mallory } = await adaAndMallory('every meeting');
    let [highest, highestHead] = [1, hex(new Uint8Array(32))];
    for (const n of [4, 9, 6, 12]) {
      const { n: atLeast } = await ada.must('wallet.identity', {});
      const position = positionOf(mallory.identity, n, bytesFrom(`mallory ${n}`));
      const heard = resumeIn(await mallory.reconnect({ position }));
      expect([heard.position.n >= atLeast, isSignedPosition(heard.position)]).toEqual([true, true]);
      // What Ada holds is what she was told before: she says hers first.
      expect([heard.witnessed?.n, hex(heard.witnessed?.head ?? new Uint8Array())]).toEqual([highest, highestHead]);
      if (n > highest) [highest, highestHead] = [n, hex(position.head)];
      await rename(ada, `Ada ${n}`);
    }
  });
});

describe('whom one knows', () => {
  const tag = (peer: RawPeer, key: Uint8Array) => digest('tallystick acquaintance', peer.handshakeHash, key).slice(0, 8);
  /** Ada, with two contacts who may or may not know each other. */
  async function adaNoraMallory(seed: string) {
    const { ada, mallory } = await adaAndMallory(seed);
    await mallory.reconnect({ position: positionOf(mallory.identity, 7, bytesFrom('mallory')) });
    return { ada, mallory, nora: await RawContact.of(ada, 'Nora', seed) };
  }
  const told = (heard: readonly Message[]) => heard.flatMap((message) => (message.type === 'witness' ? message.positions.map(({ instance, n }) => [hex(instance), n]) : []));

  it('a contact learns of it only where both know somebody: then the newest position of that one', async () => {
    const { mallory, nora } = await adaNoraMallory('common');
    const [m, n, nobody] = [mallory.identity.publicKey, nora.identity.publicKey, signerOf('nobody').publicKey];
    const ask = async (...keys: Uint8Array[]) => {
      await nora.peer.leave();
      nora.peer = await new RawPeer(nora.identity, nora.host).meet();
      return told(await nora.say(nora.resume({ acquaintances: keys.map((key) => tag(nora.peer, key)) })));
    };
    expect(await ask()).toEqual([]);
    expect(await ask(nobody, n)).toEqual([]);
    expect(await ask(nobody, m)).toEqual([[hex(m), 7]]);
  });

  it('is said in tags that mean something in one session only', async () => {
    const { mallory, nora } = await adaNoraMallory('bound');
    const seen = new Set<string>();
    for (let meeting = 0; meeting < 3; meeting++) {
      const { acquaintances } = resumeIn(await nora.reconnect());
      // One contact besides Nora, by a tag that only somebody who knows Mallory's key can read, and only here.
      expect(acquaintances.map(hex)).toEqual([hex(tag(nora.peer, mallory.identity.publicKey))]);
      for (const each of acquaintances) seen.add(hex(each));
    }
    expect(seen.size).toBe(3);
    // Tags that were overheard in another session open nothing in this one.
    const overheard = [...seen].map((each) => Uint8Array.from(Buffer.from(each, 'hex')));
    expect(told(await nora.reconnect({ acquaintances: overheard }))).toEqual([]);
  });

  it('and how far one is, is not told to a stranger, whatever the stranger says', async () => {
    const { ada, mallory } = await adaNoraMallory('stranger');
    const stranger = await new RawPeer(rawIdentity('Dora', 'stranger'), ada).meet();
    const resume: Message = { ...mallory.resume(), position: positionOf(stranger.identity, 3, bytesFrom('dora')), acquaintances: [tag(stranger, mallory.identity.publicKey)] };
    expect(await stranger.say(resume, { type: 'witness', positions: [positionOf(stranger.identity, 3, bytesFrom('dora'))], proofs: [] })).toEqual([]);
    expect(stranger.heard).toEqual([]);
  });
});
