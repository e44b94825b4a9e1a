/** axe on what a page shows now. A finding fails with the rule, the element and what is wrong with it. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** One line per finding; empty where axe finds nothing. */
export async function axeFindings(page: Page): Promise<string[]> {
  // One frame only: without a second page to gather results in, focus stays where it is. Target size (WCAG 2.2) is off by default.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).options({ rules: { 'target-size': { enabled: true } } }).analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) =>
    `${id}: ${help}\n      ${node.target.join(' ')}\n      ${[...node.any, ...node.all, ...node.none].map(({ message }) => message).join('; ')}\n      ${node.html.slice(0, 200)}`));
}
