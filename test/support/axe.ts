/** axe on what a page shows now. A finding names the rule, the element and what is wrong with it. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Findings in words; empty where axe finds nothing. Frames inside the page are not looked into: the app has none. */
export async function axeFindings(page: Page): Promise<string[]> {
  // Put in once per document: it is half a megabyte, and one document is looked at many times.
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => {
    const { axe: here } = globalThis as unknown as { axe: typeof import('axe-core') };
    // The size of targets (WCAG 2.2) is off by default.
    return here.run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } });
  });
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) =>
    `${id}: ${help}\n      ${node.target.join(' ')}\n      ${[...node.any, ...node.all, ...node.none].map(({ message }) => message).join('; ')}\n      ${node.html.slice(0, 200)}`));
}
