/**
 * The browser that tests of the interface run in: `TALLYSTICK_TEST_CHROMIUM` names it; where there is none, they skip
 * themselves aloud. What the pages are served by, a real wallet or a pretend one, is said in browser-wallet.ts and
 * renderer-double/pretend-app.ts.
 */
import { existsSync } from 'node:fs';
import { type Browser, type Page, chromium } from 'playwright-core';
import { describe, it } from 'vitest';

/** Empty where the test script found none; not set at all where vitest was started by hand. */
const given = process.env['TALLYSTICK_TEST_CHROMIUM'];
export const browserProgram = given ?? '/usr/bin/chromium';

/** Why there can be no browser here, or null. */
export const browserTrouble: string | null = browserProgram !== '' && existsSync(browserProgram) ? null : 'no Chromium: set TALLYSTICK_TEST_CHROMIUM to one';
if (browserTrouble) console.warn(`SKIPPED, tests of the interface in a browser: ${browserTrouble}`);

/** `describe`, or where there is no browser, one skipped test that says why. */
export const describeInBrowser = (name: string, body: () => void): void => {
  if (browserTrouble === null) describe(name, body);
  else describe(name, () => { it('in a real browser', ({ skip }) => { skip(browserTrouble); }); });
};

/** The app at the size it is mostly used at. */
export const DESK = { width: 1280, height: 800 } as const;

/** Chromium refuses to be root inside its sandbox. */
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** A browser with nothing open. The caller closes it. */
export const launchBrowser = (program = browserProgram): Promise<Browser> => chromium.launch({ executablePath: program, args: [...sandbox, '--disable-gpu'] });

/** From now on, what a page says on its console, throws, or is refused by its policy; stays empty in a healthy app. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text()); });
  page.on('pageerror', (error) => { complaints.push(String(error)); });
  return complaints;
}
