/**
 * How calls reach the wallet (design §8): through the desktop app's bridge where there is one, else over a WebSocket to
 * the host that served the page. A carrier moves raw values only; `createClient` checks them.
 */
import { pageKey } from './page-key.ts';
import { PAGE_NAME } from './page-name.ts';
import { socketCarrier } from './socket-carrier.ts';

/** open: calls are answered; connecting: not yet; lost: the wallet was there and is gone for now. */
export type CarrierState = 'connecting' | 'open' | 'lost';

export interface Carrier {
  /** Sends one call; rejects when the wallet cannot be reached. */
  carry(call: { id: number; method: string; input: unknown }): Promise<unknown>;
  onNotice(listener: (raw: unknown) => void): void;
  onState(listener: (state: CarrierState) => void): void;
}

/** What the preload exposes in the desktop app. */
export interface Bridge {
  call(raw: unknown): Promise<unknown>;
  onNotice(listener: (raw: unknown) => void): () => void;
  offerFile(file: File): Promise<unknown>;
}

declare global {
  interface Window { readonly tallystick?: Bridge }
}

/** The desktop app's bridge is there for as long as the window is. */
function bridgeCarrier(bridge: Bridge): Carrier {
  return {
    carry: (call) => bridge.call(call),
    onNotice: (listener) => void bridge.onNotice(listener),
    onState: (listener) => listener('open'),
  };
}

/** Picks the carrier that this window has. */
export function carrierOf(window: Window): Carrier {
  if (window.tallystick) return bridgeCarrier(window.tallystick);
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
  // Asked for each time: another window may have been let in anew since.
  pageKey(window);
  return socketCarrier(`${scheme}://${window.location.host}/contract?page=${PAGE_NAME}`, (url) => new WebSocket(`${url}&key=${pageKey(window)}`));
}
