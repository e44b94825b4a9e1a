/** Amounts that would be too many together (assurance row 38): each alone is well-formed, and no sum is ever more than can be counted. */
import { describe, expect, it } from 'vitest';
import { parseLaneFrame } from '../../enclave/vault/transfers/lane-keys.ts';
import { MAX_AMOUNT } from '../../protocol/limits.ts';
import { MemoryHost } from '../support/memory-host.ts';
import { credit, descriptor, idOf, RawContact } from '../support/raw-contact.ts';

async function adaAndMallory(seed: string) {
  const ada = new MemoryHost('Ada', seed);
  await ada.boot(true);
  const mallory = await RawContact.of(ada, 'Mallory', seed);
  const bad = descriptor(mallory.identity, 'BAD');
  await mallory.say({ type: 'offer', id: 'cd'.repeat(16), give: [credit(bad, 1)], take: [], memo: '', purpose: 'payment' }, { type: 'withdraw', id: 'cd'.repeat(16) });
  const kindOf = async (seq: number, amounts: readonly bigint[]): Promise<string> => {
    const [frame] = await mallory.sayFrame(mallory.commit(seq, { id: `${seq}`.repeat(32), give: amounts.map((amount) => credit(bad, String(amount))) }));
    const parsed = frame && parseLaneFrame(frame);
    return parsed?.ok ? parsed.value.kind : 'nothing';
  };
  const held = async () => (await ada.must('credits.balances', {})).map((balance) => [balance.held, balance.received]);
  return { ada, mallory, bad, kindOf, held };
}

describe('credits of a contact’s own making', () => {
  it('are taken up to the largest amount that can be counted, and not one more', async () => {
    const { ada, mallory, bad, kindOf, held } = await adaAndMallory('overflow');
    await ada.must('people.setRule', { contact: mallory.identity.instance, rule: { mode: 'auto', upTo: [{ currency: idOf(bad), amount: String(MAX_AMOUNT) }] } });
    expect(await kindOf(1, [MAX_AMOUNT - 1n])).toBe('ack');
    expect(await kindOf(2, [2n])).toBe('nack');
    expect(await kindOf(3, [1n, 1n])).toBe('nack');
    expect(await kindOf(4, [1n])).toBe('ack');
    expect(await kindOf(5, [1n])).toBe('nack');
    expect(await held()).toEqual([[String(MAX_AMOUNT), String(MAX_AMOUNT)]]);
    ada.crash();
    await ada.boot();
    expect([ada.fault, await held()]).toEqual([null, [[String(MAX_AMOUNT), String(MAX_AMOUNT)]]]);
  });

  it('that name one currency twice are judged by their sum', async () => {
    const { ada, mallory, bad, kindOf, held } = await adaAndMallory('twice');
    await ada.must('people.setRule', { contact: mallory.identity.instance, rule: { mode: 'auto', upTo: [{ currency: idOf(bad), amount: '5' }] } });
    expect(await kindOf(1, [3n, 3n])).toBe('nack');
    expect(await kindOf(2, [3n, 2n])).toBe('ack');
    expect(await held()).toEqual([['5', '5']]);
  });
});
