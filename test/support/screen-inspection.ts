/**
 * Looks at one screen as it is now, in both themes and at three widths: what axe finds, whether it scrolls sideways,
 * whether it has a title. Leaves pictures; of every theme and size with TALLYSTICK_TEST_PICTURES=all. Findings are
 * gathered, so that one run shows them all.
 */
import type { Page } from 'playwright-core';
import { axeFindings } from './axe.ts';
import { picture } from './pictures.ts';

/** A small phone, a laptop, and a 4K screen at its usual scale of 150 %. */
export const SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 800 }, wall: { width: 2560, height: 1440 } } as const;
const THEMES = ['light', 'dark'] as const;
/** Pictures cost a third of the time; these two show what a person would look at first. */
const PICTURED: readonly string[] = ['desk-light', 'phone-dark'];
const EVERY_PICTURE = process.env['TALLYSTICK_TEST_PICTURES'] === 'all';

/** @returns one line per finding, each naming screen, size and theme */
export async function inspect(page: Page, name: string): Promise<string[]> {
  const findings: string[] = [];
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      const at = `${name}, ${size}, ${theme}`;
      findings.push(...(await axeFindings(page)).map((finding) => `${at}: ${finding}`));
      if (EVERY_PICTURE || PICTURED.includes(`${size}-${theme}`)) await picture(page, `browser/screens/${name}-${size}-${theme}`);
    }
    const { wide, title } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth - document.documentElement.clientWidth, title: document.title }));
    if (wide > 0) findings.push(`${name}, ${size}: scrolls sideways by ${wide} px`);
    if (!/Tallystick$/.test(title)) findings.push(`${name}: the window is called "${title}"`);
  }
  return findings;
}
