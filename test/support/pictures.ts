/** Screenshots that a run leaves behind for people to look at, in test-artifacts/ (not in git). */
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const FOLDER = new URL('../../test-artifacts/', import.meta.url);

/** @param name folder and name without ending, such as `browser/home`. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, FOLDER)), animations: 'disabled' });
}
