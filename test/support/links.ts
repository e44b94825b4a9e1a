/** What a test does with the links of a carrier (main/host/network/carrier.port.ts): names one to dial, and awaits what comes on it. */
import type { Carrier, CarrierLink, PeerHint } from '../../main/host/network/carrier.port.ts';
import type { Failure } from '../../protocol/errors.ts';

export const hintOf = (carrier: Carrier, foundBy: PeerHint['foundBy'] = 'address'): PeerHint => ({ peerId: carrier.peerId, addresses: carrier.addresses(), foundBy });
export const nextLink = (carrier: Carrier): Promise<CarrierLink> => new Promise((resolve) => carrier.onLink(resolve));
export const closeOf = (link: CarrierLink): Promise<Failure | null> => new Promise((resolve) => link.onClose(resolve));
/** The first `count` frames of a link. */
export const framesOf = (link: CarrierLink, count: number): Promise<Uint8Array[]> =>
  new Promise((resolve) => {
    const frames: Uint8Array[] = [];
    link.onFrame((frame) => {
      frames.push(frame);
      if (frames.length === count) resolve(frames);
    });
  });
/** A frame of words. */
export const text = (words: string): Uint8Array => new TextEncoder().encode(words);
/** Long enough for what should not come. */
export const settled = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 50); });
