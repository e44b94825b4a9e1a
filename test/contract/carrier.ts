/** What every Carrier must do, whatever is underneath (main/host/network/carrier.port.ts). No times are asserted. */
import { describeCiphertext } from './carrier-ciphertext.ts';
import { describeDialling } from './carrier-dialling.ts';
import { describeLinks } from './carrier-links.ts';
import { type CarrierWorld, carrierTest } from './carrier-world.ts';

export function describeCarrier(name: string, createWorld: () => Promise<CarrierWorld>): void {
  const it = carrierTest(createWorld);
  describeDialling(name, it);
  describeLinks(name, it);
  describeCiphertext(name, it);
}
