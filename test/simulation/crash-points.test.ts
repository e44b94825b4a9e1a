/**
 * Every moment of every story at which power may fail, on either side and on both (assurance rows 1–8, 24, 25). After a
 * restart no book can be opened in two places; after a new meeting credits are conserved, each copy is in one place, there
 * is one ending on both sides, every COMMIT and every answer is the same bytes as before, and no frame was ever out before
 * its package was stored and fresh.
 *
 * Each cut comes with each state a disk can be left in: without the package (before the write), with half of it (torn), with
 * all of it, fresh or not (after). That a second cut meets the recovery from the first takes a run for each pair of moments:
 * here for two stories, and for all of them, however the cuts fall on the two sides, by `npm run crash-points`.
 */
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Moment, watchMoments } from '../support/crash-point.ts';
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

const EVERY_PAIR = process.env.EVERY_PAIR === '1';

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

const HITS = {
  self: (_world, host) => host.crash(),
  peer: (world, host) => other(world, host).crash(),
  both: ({ hosts }) => hosts.forEach((host) => host.crash()),
} satisfies Record<string, Hit>;
/** What this host is writing is half written, and the other side is gone as well. */
const tornOnBoth: Hit = (world, host) => {
  host.store.failNext('torn');
  other(world, host).crash();
};

interface SecondCut { readonly who: string; readonly at: (moment: number) => Hit; readonly of: readonly Moment['what'][] }
const CHANGES = ['write', 'written', 'advanced'] as const;
/** How a second cut falls on the two sides while they recover from the first. */
const SECOND_CUTS: readonly SecondCut[] = EVERY_PAIR
  ? [...Object.entries(HITS).map(([who, hit]) => ({ who, at: () => hit, of: CHANGES })), { who: 'torn', at: () => tornOnBoth, of: ['write'] }]
  : [{ who: 'self, both in turn', at: (moment) => (moment % 2 ? HITS.self : HITS.both), of: CHANGES }];

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

  it.each(STORIES.filter(({ name }) => EVERY_PAIR || name === 'offer, accept, commit, ack' || name === 'sell a book'))('again while recovering, at every pair of moments of “$name”', async (scenario) => {
    const before = lanes.frames;
    const { log } = await tell(scenario, -1, () => {});
    const commits = lanes.frames > before;
    // A package that is stored but not fresh is met by the second cut.
    const firsts = log.flatMap((line, at) => (/ (write|advanced|send)$/.test(line) ? [at] : []));
    let pairs = 0;
    for (const firstHit of EVERY_PAIR ? [HITS.self, HITS.both] : [HITS.self]) {
      for (const first of firsts) {
        for (const { who, at, of } of SECOND_CUTS) {
          for (let second = 0; ; second++, pairs++) {
            const { world } = await tell(scenario, first, firstHit);
            const points = watchMoments(world.hosts, second, ({ host }) => at(second)(world, host), of);
            await recover(world, scenario);
            points.stop();
            // What a failing disk has stopped is started again as well.
            for (const host of world.hosts) if (host.fault) host.crash();
            await recover(world, scenario);
            await expectWell(scenario, world).catch((cause: unknown) => {
              throw new Error(`moments ${first} and ${second} (${who}): ${String(cause)}`, { cause });
            });
            if (points.count <= second) break;
          }
        }
      }
    }
    done.pairsOfMoments += pairs;
    console.log(`${scenario.name}: ${pairs} pairs of moments`);
    expect(lanes.frames - before, 'the watch has seen commits and answers').toBeGreaterThanOrEqual(commits ? pairs : 0);
  });
});

describe('the disk fails', () => {
  const FAULTS = ['torn', 'torn on both', 'before', 'after', 'disk-full', 'register before', 'register after'] as const;

  it.each(STORIES)('at every write of “$name”', async (scenario) => {
    const { log } = await tell(scenario, -1, () => {});
    const writes = log.flatMap((line, at) => (line.endsWith(' write') ? [at] : []));
    for (const fault of FAULTS) {
      for (const at of writes) {
        let struck: MemoryHost | undefined;
        let said = 0;
        const strike: Hit = (world, host) => {
          struck = host;
          said = host.emitted.filter(({ type }) => type === 'send').length;
          // The hook runs before the store looks at its fault, so this very write meets it.
          if (fault === 'register before' || fault === 'register after') host.register.failNext(fault === 'register before' ? 'before' : 'after');
          else if (fault === 'torn on both') tornOnBoth(world, host);
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
  // On record is the whole of it.
  if (EVERY_PAIR) recordCountsIfAsked({ name: 'crash-points', command: 'npm run crash-points', printed, counts: { ...done, laneFramesWatched: lanes.frames } });
});
