/** What every Carrier must do, whatever is underneath (main/host/network/carrier.port.ts). No times are asserted. */
import { describe } from 'vitest';
import { ciphertextTests } from './carrier-ciphertext.ts';
import { diallingTests } from './carrier-dialling.ts';
import { linkTests } from './carrier-links.ts';
import { type CarrierWorld, carrierTest } from './carrier-world.ts';

export function describeCarrier(name: string, createWorld: () => Promise<CarrierWorld>): void {
  const it = carrierTest(createWorld);
  describe(name, () => {
    diallingTests(it);
    linkTests(it);
    describe('for ciphertext', () => { ciphertextTests(it); });
  });
}
