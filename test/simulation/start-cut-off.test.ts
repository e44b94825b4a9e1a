/**
 * The power fails while a wallet starts, three times over at the same place, whatever that place is (assurance row 4). The
 * fourth start loads, and nothing that was said before is ever said with other bytes.
 */
import { describe, expect, it, vi } from 'vitest';
import { watchMoments } from '../support/crash-point.ts';
import { LaneWatch } from '../support/lane-watch.ts';
import { expectSettled } from '../support/outcome.ts';
import { beginningOf, openWorld, recover, SCENARIOS, type World } from '../support/scenario.ts';
import { listenIn } from '../support/wiretap.ts';

vi.mock('../../enclave/vault/noise/cipher-state.ts', async (original) => (await import('../support/wiretap.ts')).tapped(await original()));
vi.mock('@noble/curves/ed25519.js', async (original) => (await import('../support/remembered.ts')).rememberingCurves(await original()));
const lanes = new LaneWatch();
listenIn((ciphertext, plaintext) => lanes.hear(ciphertext, plaintext));

const TIMES = 3;
const scenario = SCENARIOS.find(({ name }) => name === 'commit under a rule') ?? expect.unreachable('the story is there');

/** Both wallets lose power right after the `nth` package of the story has become true: the first commits, the second takes it. */
async function broken(nth: number): Promise<World> {
  lanes.reset();
  const world = await openWorld(await beginningOf(scenario), 'cut off');
  lanes.watch(world.hosts);
  await world.connect();
  const points = watchMoments(world.hosts, nth, () => world.hosts.forEach((host) => host.crash()), ['advanced']);
  await scenario.act(world);
  await world.settle();
  points.stop();
  return world;
}

describe('a start that is cut off three times over', () => {
  it.each([['made', 0], ['taken', 1]] as const)('when a commit was just %s loads in the end, and says nothing twice with other bytes', async (_what, nth) => {
    let said = 0;
    for (let at = 0, more = true; more; at++) {
      const world = await broken(nth);
      for (let time = 0; time < TIMES; time++) {
        const points = watchMoments(world.hosts, at, () => world.hosts.forEach((host) => host.crash()));
        await recover(world, scenario);
        points.stop();
        // Past the last moment of a recovery nothing is cut off any more.
        more = points.count > at;
      }
      await recover(world, scenario);
      await expectSettled(world).catch((cause: unknown) => {
        throw new Error(`cut off at moment ${at}: ${String(cause)}`, { cause });
      });
      expect(lanes.problems, `moment ${at}`).toEqual([]);
      said += lanes.said.size;
    }
    expect(said, 'commits and answers were said').toBeGreaterThan(1);
  });
});
