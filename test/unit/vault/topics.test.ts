/** What the vault says has changed is what somebody can see: whoever hears it asks for a list again. */
import { describe, expect, it } from 'vitest';
import type { MemoryHost } from '../../support/memory-host.ts';
import { fundedPair } from '../../support/vault-pair.ts';

const topicsOf = (host: MemoryHost): string[] => host.emitted.splice(0).flatMap((message) => (message.type === 'changed' ? message.topics : [])).toSorted();

describe('what a vault says has changed', () => {
  it('is not the list of people with every message that a session carries', async () => {
    const { ada, ben, settle, currency } = await fundedPair('topics');
    await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '5' });
    await settle();
    topicsOf(ada);
    topicsOf(ben);
    const [offer] = await ben.must('transfers.pending', {});
    await ben.must('transfers.accept', { id: offer?.id as never });
    await settle();
    expect(new Set(topicsOf(ada))).toEqual(new Set(['credits', 'transfers']));
    expect(new Set(topicsOf(ben))).toEqual(new Set(['credits', 'transfers']));
  });

  it('is that list when somebody comes or goes', async () => {
    const { ada, ben, settle, network } = await fundedPair('topics of people');
    topicsOf(ada);
    network.cutAll();
    await settle();
    expect(topicsOf(ada)).toContain('people');
    expect((await ada.must('people.contacts', {}))[0]?.online).toBe(false);
    topicsOf(ada);
    network.connect(ada, ben);
    await settle();
    expect(topicsOf(ada)).toContain('people');
    expect((await ada.must('people.contacts', {}))[0]?.online).toBe(true);
  });
});
