/**
 * Every moment of every story at which power may fail, on either side and on both (assurance rows 1–8, 24, 25). After a
 * restart no book can be opened in two places; after a new meeting credits are conserved, each copy is in one place, there
 * is one ending on both sides, every COMMIT and every answer is the same bytes as before, and no frame was ever out before
 * its package was stored and fresh.
 */
import { afterAll, describe, expect, it, vi } from 'vitest';
import { watchMoments } from '../support/crash-point.ts';
import { LaneWatch } from '../support/lane-watch.ts';
import type { MemoryHost } from '../support/memory-host.ts';
import { recordCountsIfAsked } from '../support/recorded-counts.ts';
import { beginningOf, isUp, liveOn, openWorld, other, recover, type Scenario, type World } from '../support/scenario.ts';
import { expectEnded, STORIES } from '../support/stories.ts';
import { listenIn } from '../support/wiretap.ts';

vi.mock('../../enclave/vault/noise/cipher-state.ts', async (original) => (await import('../support/wiretap.ts')).tapped(await original()));
// A story told again up to another moment asks for mostly the same keys and signatures.
vi.mock('@noble/curves/ed25519.js', async (original) => (await import('../support/remembered.ts')).rememberingCurves(await original()));
const lanes = new LaneWatch();
listenIn((ciphertext, plaintext) => lanes.hear(ciphertext, plaintext));

/** What was done, for the summary. */
const done = { stories: 0, momentsOfPowerCuts: 0, pairsOfMoments: 0, storiesOnFailingDisks: 0, failingWrites: 0 };

type Hit = (world: World, host: MemoryHost) => void;

/** Tells the story and lets `hit` happen at moment `at`. @returns the number of moments in it */
async function tell(scenario: Scenario, at: number, hit: Hit): Promise<{ world: World; moments: number; log: readonly string[] }> {
  lanes.reset();
  const world = await openWorld(await beginningOf(scenario), `${scenario.name}/told`);
  lanes.watch(world.hosts);
  if (scenario.begin === 'connected') await world.connect();
  const points = watchMoments(world.hosts, at, ({ host }) => hit(world, host));
  if (scenario.begin === 'apart') world.network.connect(world.ada, world.ben);
  await scenario.act(world);
  await liveOn(world, scenario);
  points.stop();
  return { world, moments: points.count, log: points.log };
}

async function expectWell(scenario: Scenario, world: World): Promise<void> {
  await expectEnded(world, scenario);
  expect(lanes.problems).toEqual([]);
}

const HITS: Record<string, Hit> = {
  self: (_world, host) => host.crash(),
  peer: (world, host) => other(world, host).crash(),
  both: ({ hosts }) => hosts.forEach((host) => host.crash()),
};

describe('power fails', () => {
  it.each(STORIES)('at every moment of “$name”', async (scenario) => {
    const { world, moments, log } = await tell(scenario, -1, () => {});
    await expectWell(scenario, world);
    expect(moments).toBeGreaterThan(0);
    for (const [who, hit] of Object.entries(HITS)) {
      for (let at = 0; at < moments; at++) {
        const told = await tell(scenario, at, hit);
        try {
          await recover(told.world, scenario);
          await expectWell(scenario, told.world);
        } catch (cause) {
          throw new Error(`“${scenario.name}”: ${who} at moment ${at} (${log[at]}): ${String(cause)}`, { cause });
        }
      }
    }
    done.stories++;
    done.momentsOfPowerCuts += moments * Object.keys(HITS).length;
    console.log(`${scenario.name}: ${moments} moments × ${Object.keys(HITS).length}; ${lanes.frames} lane frames watched so far`);
  });

  it.each(STORIES.filter(({ name }) => name === 'offer, accept, commit, ack' || name === 'sell a book'))('again while recovering, at every pair of moments of “$name”', async (scenario) => {
    const { log } = await tell(scenario, -1, () => {});
    // A package that is stored but not fresh is met by the second cut.
    const firsts = log.flatMap((line, at) => (/ (write|advanced|send)$/.test(line) ? [at] : []));
    let pairs = 0;
    for (const first of firsts) {
      for (let second = 0; ; second++, pairs++) {
        const { world } = await tell(scenario, first, HITS.self!);
        const points = watchMoments(world.hosts, second, ({ host }) => HITS[second % 2 ? 'self' : 'both']!(world, host), ['write', 'written', 'advanced']);
        await recover(world, scenario);
        points.stop();
        await recover(world, scenario);
        await expectWell(scenario, world).catch((cause: unknown) => {
          throw new Error(`moments ${first} and ${second}: ${String(cause)}`, { cause });
        });
        if (points.count <= second) break;
      }
    }
    done.pairsOfMoments += pairs;
    console.log(`${scenario.name}: ${pairs} pairs of moments`);
    expect(lanes.frames, 'the watch has seen commits and answers').toBeGreaterThan(pairs);
  });
});

describe('the disk fails', () => {
  const FAULTS = ['torn', 'before', 'after', 'disk-full', 'register before', 'register after'] as const;

  it.each(STORIES)('at every write of “$name”', async (scenario) => {
    const { log } = await tell(scenario, -1, () => {});
    const writes = log.flatMap((line, at) => (line.endsWith(' write') ? [at] : []));
    for (const fault of FAULTS) {
      for (const at of writes) {
        let struck: MemoryHost | undefined;
        let said = 0;
        const strike: Hit = (_world, host) => {
          struck = host;
          said = host.emitted.filter(({ type }) => type === 'send').length;
          // The hook runs before the store looks at its fault, so this very write meets it.
          if (fault === 'register before' || fault === 'register after') host.register.failNext(fault === 'register before' ? 'before' : 'after');
          else host.store.failNext(fault);
        };
        const { world } = await tell(scenario, at, strike);
        const host = struck!;
        const where = `“${scenario.name}”: ${fault} at moment ${at} of ${host.name}`;
        if (fault === 'disk-full') {
          expect(host.fault, `${where}: the wallet goes on`).toBeNull();
        } else {
          expect(host.fault?.code ?? 'it goes on', where).toMatch(/^(store|register)_failed$/);
          // Nothing of what failed was said, and nothing after it.
          expect(host.emitted.filter(({ type }) => type === 'send').length, where).toBe(said);
          expect(isUp(host)).toBe(false);
          host.crash();
        }
        try {
          await recover(world, scenario);
          await expectWell(scenario, world);
        } catch (cause) {
          throw new Error(`${where}: ${String(cause)}`, { cause });
        }
      }
    }
    done.storiesOnFailingDisks++;
    done.failingWrites += writes.length * FAULTS.length;
    console.log(`${scenario.name}: ${writes.length} writes × ${FAULTS.length} faults`);
  });
});

afterAll(() => {
  // Of a part of the stories there is nothing to say.
  if (done.stories < STORIES.length || done.storiesOnFailingDisks < STORIES.length || done.pairsOfMoments === 0) return;
  const printed = `${done.stories} stories: power cut at ${done.momentsOfPowerCuts} moments (either side, and both) and at ${done.pairsOfMoments} pairs of moments, ${done.failingWrites} failing writes: every transfer ended once, on both sides, with the same bytes`;
  console.log(printed);
  recordCountsIfAsked({ name: 'crash-points', command: 'npx vitest run test/simulation/crash-points.test.ts', printed, counts: { ...done, laneFramesWatched: lanes.frames } });
});
