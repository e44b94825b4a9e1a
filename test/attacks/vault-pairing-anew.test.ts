/** Pairing anew with someone who has forgotten us: an interruption costs nothing that was there before. */
import { describe, expect, it } from 'vitest';
import { fundedPair } from '../support/vault-pair.ts';

describe('pairing anew', () => {
  it('a contact stays on the list when pairing anew with it is cut off', async () => {
    const { ada, ben, network, settle, reconnect } = await fundedPair('vanishing');
    await ben.must('people.forget', { contact: ada.instance as never });
    await settle();
    await reconnect();
    await ada.must('pairing.start', { instance: ben.instance as never });
    await settle();
    await ada.must('pairing.confirm', { instance: ben.instance as never, matches: true });
    await settle();
    network.cutAll();
    await settle();
    await reconnect();
    expect((await ada.must('people.contacts', {})).map(({ name }) => name)).toEqual(['Ben']);
  });
});
