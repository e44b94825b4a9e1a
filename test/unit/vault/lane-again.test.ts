/** Phase 1 may fail at any point with no effect (design §6; assurance row 19): what was lost of it is said again. */
import { describe, expect, it } from 'vitest';
import { held, metPair } from '../../support/vault-pair.ts';

describe('a lane', () => {
  it('whose opening or whose answer was lost is founded at the next meeting, and an offer that waited for it goes out', async () => {
    let founded = 0;
    for (let lost = 0; lost < 8; lost++) {
      const { ada, ben, network, settle, reconnect } = await metPair(`lane again ${lost}`);
      await ada.must('pairing.start', { instance: ben.instance as never });
      await settle();
      await ada.must('pairing.confirm', { instance: ben.instance as never, matches: true });
      await ben.must('pairing.confirm', { instance: ada.instance as never, matches: true });
      let frames = 0;
      // From one frame on nothing arrives any more: first of what follows the pairing, then of the lanes.
      network.policy = () => (frames++ >= lost ? 0 : 1);
      await settle();
      const { id: tea } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
      await ada.must('credits.issue', { currency: tea, amount: '9' });
      network.policy = () => 1;
      await reconnect();
      // Where the pairing itself was cut off, its people begin it again; that is not this test's matter.
      const paired = await Promise.all([ada, ben].map(async (host) => (await host.must('people.contacts', {})).some(({ online }) => online)));
      if (!paired.every(Boolean)) continue;
      founded++;
      await ada.must('transfers.send', { contact: ben.instance as never, currency: tea, amount: '4' });
      await settle();
      const [offer] = await ben.must('transfers.pending', {});
      expect(offer, `frame ${lost} and all after it lost`).toMatchObject({ direction: 'in', state: 'offered' });
      await ben.must('transfers.accept', { id: offer!.id });
      await settle();
      expect((await held(ben, tea)).held).toBe(4n);
    }
    expect(founded).toBeGreaterThan(3);
  });
});
