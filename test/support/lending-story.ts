/** *Sherlock Holmes* is lent from one window to another, read there in bed, and given back: the same story in every shell. English only. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { lendFor2Weeks, openBook, returnBook, shelfSays } from './book-story.ts';
import { PATIENCE_MS, answer, transferSays, waiting } from './interface-story.ts';
import { picture } from './pictures.ts';
import { paperOf, settled, wordsInSight } from './reading-story.ts';

export const TITLE = 'The Adventures of Sherlock Holmes';

/** Paper darker than this is that of the dark pages. */
const DARK = 60;

const readLink = (page: Page) => page.getByRole('link', { name: 'Read', exact: true });

async function read(page: Page): Promise<void> {
  await readLink(page).click({ timeout: PATIENCE_MS });
  await page.locator('.face img').first().waitFor({ timeout: PATIENCE_MS });
  await settled(page);
}

async function leave(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { level: 1, name: 'Books' }).waitFor({ timeout: PATIENCE_MS });
}

/** Ada has the book on her shelf, and both are paired. @param where folder for the pictures */
export async function lendReadAndReturn(ada: Page, ben: Page, where: string): Promise<void> {
  await lendFor2Weeks(ada, TITLE, 'Ben');
  await waiting(ben, 'Ada lends you');
  await answer(ben, 'Ada lends you', 'Accept');
  await transferSays(ada, 'Ben has it');

  // In bed: dark pages, and on from the title page to the first words.
  await openBook(ben, TITLE);
  await read(ben);
  for (let presses = 0; presses < 3 && (await paperOf(ben)) > DARK; presses++) {
    await ben.keyboard.press('t');
    await ben.waitForTimeout(300);
    await settled(ben);
  }
  await expect.poll(() => paperOf(ben), { timeout: PATIENCE_MS }).toBeLessThan(DARK);
  let words = '';
  for (let turns = 0; turns < 20 && !words.includes('To Sherlock Holmes she is always'); turns++) {
    await ben.keyboard.press('ArrowRight');
    await settled(ben);
    // A page without text, such as the title's picture, never gets any.
    const hasWords = await ben.locator('.face .words').first().waitFor({ state: 'attached', timeout: 2_000 }).then(() => true, () => false);
    words = hasWords ? await wordsInSight(ben) : '';
  }
  expect(words).toContain('To Sherlock Holmes she is always');
  await picture(ben, `${where}/lending-1-in-bed`);

  await openBook(ada, TITLE);
  await ada.getByText('It is readable where it is').waitFor({ timeout: PATIENCE_MS });
  expect(await readLink(ada).count()).toBe(0);
  await picture(ada, `${where}/lending-2-lent`);

  await leave(ben);
  await returnBook(ben, TITLE);
  await transferSays(ben, 'Ada has it');
  await shelfSays(ada, TITLE, TITLE);
  await openBook(ada, TITLE);
  await read(ada);
  expect(await paperOf(ada)).toBeGreaterThan(DARK);
  await leave(ada);
}
