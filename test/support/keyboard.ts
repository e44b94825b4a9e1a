/**
 * Using a page with the keyboard alone. Whatever is reached by Tab must be seen to be reached: a focus that does not show
 * fails at once, with the name of what has it.
 */
import type { Page } from 'playwright-core';

/** More stops than any screen has. */
const MAX_STOPS = 60;

export interface Stop { readonly role: string; readonly name: string; readonly visible: boolean }

/** What has the focus, as a screen reader would call it, and whether eyes can tell. */
export async function focused(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    if (!element || element === document.body) return { role: 'nothing', name: '', visible: true };
    const labelled = element.getAttribute('aria-label') ?? (element as HTMLInputElement).labels?.[0]?.innerText ?? element.textContent;
    const seen = (of: Element): boolean => { const { outlineStyle, outlineWidth } = getComputedStyle(of); return outlineStyle !== 'none' && outlineWidth !== '0px'; };
    // A hidden radio button shows its focus on its label.
    const label = element.closest('label');
    const roles: Record<string, string> = { A: 'link', BUTTON: 'button', INPUT: element.getAttribute('type') === 'radio' ? 'radio' : 'textbox', SELECT: 'combobox', H1: 'heading', MAIN: 'main' };
    return { role: element.getAttribute('role') ?? roles[element.tagName] ?? element.tagName, name: labelled.replace(/\s+/g, ' ').trim(), visible: seen(element) || (label !== null && seen(label)) };
  });
}

/** Presses Tab until something of this role and name has the focus. @throws Error with the way there if nothing does, or if the focus cannot be seen */
export async function tabTo(page: Page, role: string, name: string | RegExp): Promise<void> {
  const way: string[] = [];
  for (let stop = 0; stop < MAX_STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    way.push(`${now.role} "${now.name}"`);
    if (!now.visible) throw new Error(`The focus on ${now.role} "${now.name}" cannot be seen.`);
    if (now.role === role && (typeof name === 'string' ? now.name === name : name.test(now.name))) return;
  }
  throw new Error(`Tab does not lead to ${role} ${String(name)}, but to ${way.join(', ')}`);
}
