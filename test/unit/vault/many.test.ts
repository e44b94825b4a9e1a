/** The bounds on what a wallet knows, met on both sides with a state that was filled by hand. */
import { describe, expect, it } from 'vitest';
import type { Contact } from '../../../enclave/vault/records.ts';
import type { CurrencyId, InstanceId } from '../../../protocol/identifiers.ts';
import { MAX_CONTACTS, MAX_CURRENCIES } from '../../../protocol/limits.ts';
import { BEGINNING, MEASUREMENT } from '../../support/memory-host.ts';
import { PureNetwork, PureVault, pairUp } from '../../support/pure-vault.ts';

const TOO_MANY = { ok: false, failure: { code: 'too_many' } };

function paired(seed: string) {
  const network = new PureNetwork();
  const [ada, ben] = [new PureVault('Ada', seed, network), new PureVault('Ben', seed, network)];
  pairUp(network, ada, ben);
  return { network, ada, ben };
}

/** Contacts whom nobody ever met. */
function fillContacts(vault: PureVault, upTo: number): void {
  vault.within(({ state }) => {
    for (let n = [...state.all('contact')].length; n < upTo; n++) {
      const instance = `tally1made-up-${n}` as InstanceId;
      const contact: Contact = { instance, petname: null, theirName: `${n}`, tier: 'software', measurement: MEASUREMENT, rule: { mode: 'ask' }, pairedAt: BEGINNING, mutual: true, keyChanged: null };
      state.put('contact', instance, contact);
    }
  });
}

describe('a wallet', () => {
  it(`knows ${MAX_CURRENCIES} currencies; an offer of one more is declined, and those it knows still come`, () => {
    const { network, ada, ben } = paired('currencies');
    const mint = (code: string): CurrencyId => {
      const made = ada.must('credits.createCurrency', { code, decimals: 0, name: code });
      ada.call('credits.issue', { currency: made.id, amount: '10' });
      return made.id;
    };
    const [last, beyond] = [mint('LAST'), mint('BEYOND')];
    ben.within(({ state }) => {
      const made = ada.state.get('currency', last)!;
      for (let n = 0; n < MAX_CURRENCIES - 1; n++) state.put('currency', n.toString(16).padStart(64, '0'), { ...made, name: `${n}` });
    });
    const offer = (currency: CurrencyId) => {
      const sent = ada.call('transfers.send', { contact: ben.instance, currency, amount: '1' });
      network.settle();
      return sent.ok ? (ada.state.get('transfer', sent.value.id)?.state ?? 'ended') : sent.failure.code;
    };
    expect(offer(last)).toBe('offered');
    expect(ben.size('currency')).toBe(MAX_CURRENCIES);
    expect(offer(beyond)).toBe('ended');
    expect(ben.size('currency')).toBe(MAX_CURRENCIES);
    expect(offer(last)).toBe('offered');
    // One's own are counted apart.
    expect(ben.call('credits.createCurrency', { code: 'OWN', decimals: 0, name: 'Own' }).ok).toBe(true);
  });

  it(`keeps ${MAX_CONTACTS} contacts: nobody else is asked, and nobody who asks is taken, but contacts may be paired with anew`, () => {
    const { network, ada, ben } = paired('contacts');
    const cleo = new PureVault('Cleo', 'contacts', network);
    const line = network.connect(cleo, ada);
    network.settle();
    fillContacts(ada, MAX_CONTACTS);
    expect(ada.call('pairing.start', { instance: cleo.instance })).toMatchObject(TOO_MANY);
    // Cleo asks; the words are shown, but saying that they match has no effect.
    expect(cleo.call('pairing.start', { instance: ada.instance }).ok).toBe(true);
    network.settle();
    expect(ada.call('pairing.confirm', { instance: cleo.instance, matches: true })).toMatchObject(TOO_MANY);
    expect(ada.size('contact')).toBe(MAX_CONTACTS);
    network.cut(line);

    // Ben has forgotten her; the two may find each other again.
    ben.call('people.forget', { contact: ada.instance });
    pairUp(network, ben, ada);
    expect(ben.state.get('contact', ada.instance)?.mutual).toBe(true);
    expect(ada.size('contact')).toBe(MAX_CONTACTS);

    // With one fewer there is room for Cleo.
    ada.call('people.forget', { contact: 'tally1made-up-500' as InstanceId });
    ada.within(({ state }) => state.remove('contact', 'tally1made-up-500'));
    pairUp(network, cleo, ada);
    expect(ada.state.get('contact', cleo.instance)?.mutual).toBe(true);
    expect(ada.size('contact')).toBe(MAX_CONTACTS);
  });
});
