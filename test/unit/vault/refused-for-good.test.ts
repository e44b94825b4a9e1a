/** A refusal is for ever (design §6; assurance row 28): once a commit was answered with NACK, nothing makes it an ACK. */
import { describe, expect, it } from 'vitest';
import { parseLaneFrame } from '../../../enclave/vault/transfers/lane-keys.ts';
import { MemoryHost } from '../../support/memory-host.ts';
import { credit, descriptor, idOf, RawContact } from '../../support/raw-contact.ts';

const kindOf = (frame: Uint8Array | undefined): string => {
  const parsed = frame && parseLaneFrame(frame);
  return parsed?.ok ? parsed.value.kind : 'nothing';
};

describe('a commit', () => {
  it('that was refused stays refused, whatever the receiver would say to it later', async () => {
    const ada = new MemoryHost('Ada', 'refused for good');
    await ada.boot(true);
    const mallory = await RawContact.of(ada, 'Mallory', 'refused for good');
    const theirs = descriptor(mallory.identity, 'BAD');
    // Ada knows the currency, and has agreed to nothing.
    await mallory.say({ type: 'offer', id: 'cd'.repeat(16), give: [credit(theirs, 1)], take: [], memo: '', purpose: 'payment' });
    const commit = mallory.commit(1, { id: 'ab'.repeat(16), give: [credit(theirs, 5)] });
    const [refusal] = await mallory.sayFrame(commit);
    expect(kindOf(refusal)).toBe('nack');
    // The refusal may still be on its way when she changes her mind: it is the refusal that counts.
    await ada.must('people.setRule', { contact: mallory.identity.instance, rule: { mode: 'auto', upTo: [{ currency: idOf(theirs), amount: '5' }] } });
    expect(await mallory.sayFrame(commit)).toEqual([refusal]);
    ada.crash();
    await ada.boot();
    await mallory.reconnect();
    expect(await mallory.sayFrame(commit)).toEqual([refusal]);
    expect((await ada.must('credits.balances', {})).map(({ held, received }) => [held, received])).toEqual([['0', '0']]);
    expect(kindOf((await mallory.sayFrame(mallory.commit(2, { id: 'ef'.repeat(16), give: [credit(theirs, 5)] })))[0])).toBe('ack');
  });
});
