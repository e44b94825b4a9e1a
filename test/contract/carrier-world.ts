/** What a test of a carrier is given, as far as it asks: two carriers that can reach each other, and more of them. */
import { test } from 'vitest';
import type { Carrier, CarrierLink } from '../../main/host/network/carrier.port.ts';
import { hintOf, nextLink } from '../support/links.ts';

export interface CarrierWorld {
  /** A carrier of its own on the network that all of them share. */
  start(): Promise<Carrier>;
  /** Stops everything that `start` started. */
  end(): Promise<void>;
}

interface Carriers {
  readonly start: CarrierWorld['start'];
  readonly alice: Carrier;
  readonly bob: Carrier;
  /** Alice dials Bob: hers is the near end, his the far one. */
  readonly linked: () => Promise<{ near: CarrierLink; far: CarrierLink }>;
}

/** `it` with a world of its own for each test. */
export const carrierTest = (createWorld: () => Promise<CarrierWorld>) => test.extend<Carriers>({
  async start({ onTestFinished }, use) {
    const world = await createWorld();
    onTestFinished(() => world.end());
    await use(() => world.start());
  },
  alice: async ({ start }, use) => use(await start()),
  bob: async ({ start }, use) => use(await start()),
  linked: ({ alice, bob }, use) => use(async () => {
    const incoming = nextLink(bob);
    const near = await alice.dial(hintOf(bob));
    return { near, far: await incoming };
  }),
});
export type CarrierTest = ReturnType<typeof carrierTest>;
