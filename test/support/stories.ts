/** Every story there is, and how one must have ended, whatever went wrong in it. */
import { BOOK_STORIES, COPIES } from './book-stories.ts';
import { expectPaired, expectSettled } from './outcome.ts';
import { type Scenario, SCENARIOS, type World } from './scenario.ts';
import { expectShelvesSettled } from './shelves.ts';

export const STORIES: readonly Scenario[] = [...SCENARIOS, ...BOOK_STORIES];

/** @returns how each transfer ended */
export async function expectEnded(world: World, story: Scenario): Promise<string[]> {
  const endings = await expectSettled(world, story.doneBefore);
  await expectShelvesSettled(world, BOOK_STORIES.includes(story) ? COPIES : 0);
  if (story.name === 'pairing') await expectPaired(world);
  return endings;
}
