/**
 * A look at one screen of the running interface: axe must find nothing, in light and in dark, and a picture of each is kept
 * in test-artifacts/ for people.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const artifacts = fileURLToPath(new URL('../../test-artifacts', import.meta.url));

/** The rules of WCAG 2.2 AA and axe's best practices. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Checks and pictures what the page shows now, in both themes.
 * @param name folder and name of the pictures, for example `electron/home`
 */
export async function lookAt(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // A change of colours may be animated; what is judged and kept is where it comes to rest.
    await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity).map((animation) => animation.finished)));
    const file = join(artifacts, `${name}-${colorScheme}.png`);
    mkdirSync(join(file, '..'), { recursive: true });
    await page.screenshot({ path: file });
    // Legacy mode: Electron cannot open the blank page in which axe would otherwise put its findings together.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(TAGS).analyze();
    expect(violations.map(({ id, nodes }) => `${name} ${colorScheme}: ${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary ?? ''})`).join('; ')}`)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}
