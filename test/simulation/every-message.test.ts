/**
 * Every frame of every story lost, repeated, or overtaken by the next, one at a time (assurance rows 19, 20, 21). Noise
 * counts its messages, so a lost one costs the connection, and a repeated or early one is not authentic and does too;
 * what must hold is that the stories end well once the two have met again.
 */
import { afterAll, describe, expect, it, vi } from 'vitest';
import { recordCountsIfAsked } from '../support/recorded-counts.ts';
import { beginningOf, liveOn, openWorld, recover, type Scenario, type World } from '../support/scenario.ts';
import { expectEnded, STORIES } from '../support/stories.ts';

// A story told again with another frame in trouble asks for mostly the same keys and signatures.
vi.mock('@noble/curves/ed25519.js', async (original) => (await import('../support/remembered.ts')).rememberingCurves(await original()));

const TROUBLES = ['lost', 'repeated', 'overtaken'] as const;
type Trouble = (typeof TROUBLES)[number];

/** What was done, for the summary. */
const done = { stories: 0, frames: 0, troubles: 0 };

/** Tells the story with `trouble` for frame `k`. @returns how many frames there were */
async function tell(scenario: Scenario, k: number, trouble: Trouble | null): Promise<{ frames: number; world: World }> {
  const world = await openWorld(await beginningOf(scenario), `${scenario.name}/told`);
  const { network } = world;
  if (scenario.begin === 'connected') await world.connect();
  let frames = 0;
  network.policy = (frame) => {
    const at = frames++;
    if (at !== k) return 1;
    if (trouble === 'repeated') return 2;
    // Behind whatever its sender says next; if nothing follows, it is simply late.
    if (trouble === 'overtaken') setImmediate(() => network.queue.push(frame));
    return trouble === null ? 1 : 0;
  };
  if (scenario.begin === 'apart') network.connect(world.ada, world.ben);
  await scenario.act(world);
  await liveOn(world, scenario);
  return { frames, world };
}

describe('every frame', () => {
  it.each(STORIES)('of “$name”', async (scenario) => {
    const { frames, world } = await tell(scenario, -1, null);
    expect(frames).toBeGreaterThan(0);
    await expectEnded(world, scenario);
    const endings = new Map<string, number>();
    for (const trouble of TROUBLES) {
      for (let k = 0; k < frames; k++) {
        const told = await tell(scenario, k, trouble);
        await recover(told.world, scenario);
        const ended = await expectEnded(told.world, scenario).catch((cause: unknown) => {
          throw new Error(`frame ${k} of “${scenario.name}” ${trouble}: ${String(cause)}`, { cause });
        });
        for (const ending of ended) endings.set(ending, (endings.get(ending) ?? 0) + 1);
      }
    }
    done.stories++;
    done.frames += frames;
    done.troubles += frames * TROUBLES.length;
    console.log(`${scenario.name}: ${frames} frames × ${TROUBLES.length}; endings ${JSON.stringify(Object.fromEntries(endings))}`);
  });
});

afterAll(() => {
  // Of a part of the stories there is nothing to say.
  if (done.stories < STORIES.length) return;
  const printed = `${done.stories} stories, ${done.frames} frames, each ${TROUBLES.join(', ')}: ${done.troubles} runs, every transfer ended once and on both sides`;
  console.log(printed);
  recordCountsIfAsked({ name: 'every-message', command: 'npx vitest run test/simulation/every-message.test.ts', printed, counts: done });
});
