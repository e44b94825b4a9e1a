/** Positions that nobody signed (assurance row 32): a contact cannot stop a wallet by telling it of a future it never had. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import { instanceKeyOf, type InstanceId } from '../../protocol/identifiers.ts';
import { positionStatement, signingInput } from '../../protocol/statements.codec.ts';
import { MemoryHost } from '../support/memory-host.ts';
import { RawContact } from '../support/raw-contact.ts';

describe('a position of mine', () => {
  it('that somebody made up does not stop me', async () => {
    const ada = new MemoryHost('Ada', 'made up');
    await ada.boot(true);
    const mallory = await RawContact.of(ada, 'Mallory', 'made up');
    const instance = instanceKeyOf(ada.instance as InstanceId)!;
    const position = { instance, n: 1000, head: new Uint8Array(32).fill(1) };
    const statement = positionStatement(position);
    const signatures = [new Uint8Array(64), ed25519.sign(signingInput('position', statement), mallory.identity.secretKey), ed25519.sign(signingInput('evidence', statement), mallory.identity.secretKey)];
    for (const signature of signatures) {
      await mallory.reconnect({ witnessed: { ...position, signature } });
      expect(ada.fault).toBeNull();
    }
    expect((await ada.must('people.contacts', {})).map(({ online }) => online)).toEqual([true]);
  });

  it('that is true and from before stops me no more than a past that I had', async () => {
    const ada = new MemoryHost('Ada', 'true and old');
    await ada.boot(true);
    const mallory = await RawContact.of(ada, 'Mallory', 'true and old');
    const [before] = (await mallory.reconnect()).filter((message) => message.type === 'resume');
    for (const name of ['A', 'B', 'C']) await ada.must('wallet.rename', { name });
    await mallory.reconnect({ witnessed: before!.position });
    expect(ada.fault).toBeNull();
  });
});
