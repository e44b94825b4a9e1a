/**
 * What people do with the interface, step by step, for every shell that shows it: the same story runs in a browser and in
 * the desktop app. Everything is found by role and accessible name, as by somebody who listens to it, and awaited by what
 * appears. English only.
 */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Two processes on a machine that does ten other things. */
export const PATIENCE_MS = 30_000;

const shows = (what: Locator): Promise<void> => what.first().waitFor({ timeout: PATIENCE_MS });
const gone = (what: Locator): Promise<void> => what.first().waitFor({ state: 'hidden', timeout: PATIENCE_MS });
const button = (page: Page | Locator, name: string | RegExp): Locator => page.getByRole('button', { name, ...(typeof name === 'string' ? { exact: true } : {}) });
const link = (page: Page | Locator, name: string | RegExp): Locator => page.getByRole('link', { name, ...(typeof name === 'string' ? { exact: true } : {}) });
const title = (page: Page, name: string | RegExp): Locator => page.getByRole('heading', { level: 1, name, ...(typeof name === 'string' ? { exact: true } : {}) });

export type Place = 'Home' | 'People' | 'Books' | 'Activity' | 'Currencies' | 'Settings';

/** Goes to a screen by the main navigation. */
export async function goTo(page: Page, place: Place): Promise<void> {
  const to = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: new RegExp(`^${place}\\b`) });
  await to.click();
  await page.waitForFunction((element) => element?.getAttribute('aria-current') === 'page', await to.elementHandle(), { timeout: PATIENCE_MS });
}

/** From the very first screen to one's own empty wallet. */
export async function firstRun(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'What should people near you call you?' }).fill(name);
  await button(page, 'Start').click();
  await shows(title(page, name));
}

/** Makes a currency and stands on its books. */
export async function makeCurrency(page: Page, { name, code, decimals = 2 }: { name: string; code: string; decimals?: number }): Promise<void> {
  await goTo(page, 'Currencies');
  await link(page, 'Make a currency').click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('textbox', { name: 'Code' }).fill(code);
  await page.getByRole('combobox', { name: 'Decimals' }).selectOption(String(decimals));
  await button(page, 'Make it').click();
  await shows(title(page, name));
}

/** Issues some of the currency on whose books one stands. */
export async function issue(page: Page, amount: string): Promise<void> {
  await button(page, 'Issue').click();
  const dialog = page.getByRole('dialog', { name: 'Issue' });
  await dialog.getByRole('textbox', { name: 'Amount' }).fill(amount);
  await button(dialog, new RegExp(`^Issue ${amount}`)).click();
  await gone(dialog);
}

/** The three words on a screen that is asked to compare. */
export async function wordsOn(page: Page): Promise<string[]> {
  const words = page.getByRole('list', { name: 'Your three words' }).getByRole('listitem');
  await shows(words);
  return words.allInnerTexts();
}

interface Person { readonly page: Page; readonly name: string }

/** Compares the words on both screens and says on both that they match. @returns the words */
async function compareWords(one: Person, other: Person): Promise<string[]> {
  const [left, right] = await Promise.all([wordsOn(one.page), wordsOn(other.page)]);
  expect(left).toHaveLength(3);
  expect(right).toEqual(left);
  for (const { page } of [one, other]) await button(page, 'They match').click();
  for (const { page } of [one, other]) await gone(page.getByRole('dialog', { name: /pair/i }));
  return left;
}

/** Both see each other by name on their home screens, and one asks the other to pair. */
export async function pairNearby(one: Person, other: Person): Promise<string[]> {
  for (const { page } of [one, other]) await goTo(page, 'Home');
  await shows(button(other.page, `Pair with ${one.name}`));
  await button(one.page, `Pair with ${other.name}`).click();
  return compareWords(one, other);
}

/** Reads one's own link from the screen. */
async function ownLink(page: Page): Promise<string> {
  await goTo(page, 'People');
  await link(page, 'Add someone').first().click();
  await page.getByRole('tab', { name: 'Show mine' }).click();
  await shows(page.getByRole('img', { name: 'QR code of your link' }));
  return page.getByText(/^tallystick:\/\//).innerText();
}

/** The way out when discovery fails: one takes the other's link, looks at whom it names, and connects. */
export async function pairByLink(one: Person, other: Person): Promise<string[]> {
  const theirs = await ownLink(other.page);
  await goTo(one.page, 'People');
  await link(one.page, 'Add someone').first().click();
  await one.page.getByRole('tab', { name: 'Enter theirs' }).click();
  await one.page.getByRole('textbox', { name: 'Their link or address' }).fill(theirs);
  await button(one.page, 'Continue').click();
  await shows(one.page.getByRole('heading', { name: `Connect to ${other.name}?` }));
  await button(one.page, 'Connect and pair').click();
  return compareWords(one, other);
}

export interface Payment { readonly to: string; readonly amount: string; readonly code: string; readonly memo?: string; readonly redeem?: boolean }

const keyOf = (text: string): RegExp => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\b`);

/** Person, amount, look once more; does not send yet. */
export async function draftPayment(page: Page, { to, amount, memo, redeem = false }: Payment, asking = false): Promise<void> {
  await goTo(page, 'Home');
  await page.getByRole('main').getByRole('link', { name: asking ? 'Request' : 'Send', exact: true }).click();
  await shows(title(page, asking ? 'Of whom?' : 'To whom?'));
  await page.getByRole('main').getByRole('button', { name: keyOf(to) }).click();
  await shows(title(page, 'How much?'));
  await page.getByRole('textbox', { name: 'Amount' }).fill(amount);
  if (redeem) await page.getByRole('radio', { name: /^Redeem/ }).check();
  if (memo !== undefined) await page.getByRole('textbox', { name: /^Note/ }).fill(memo);
  await button(page, 'Continue').click();
  await shows(title(page, 'Look once more'));
}

/** Sends, up to the screen on which the transfer can be followed. */
export async function send(page: Page, payment: Payment): Promise<void> {
  await draftPayment(page, payment);
  await button(page, payment.redeem ? /^Redeem / : /^Hand over /).click();
  await shows(title(page, /^(Offered to|In transit to|.+ has it)/));
}

/** Asks somebody for an amount. */
export async function request(page: Page, payment: Payment): Promise<void> {
  await draftPayment(page, payment, true);
  await button(page, /^Ask for /).click();
  await shows(page.getByRole('heading', { name: 'You asked for' }));
}

/** What waits for an answer on the home screen, from one person. */
export async function waiting(page: Page, from: string): Promise<Locator> {
  await goTo(page, 'Home');
  const card = page.getByRole('region', { name: 'Waiting for you' }).getByRole('article').filter({ hasText: from });
  await shows(card);
  return card.first();
}

/** Pays what somebody asks for. */
export async function pay(page: Page, from: string): Promise<void> {
  await link(await waiting(page, from), 'Pay').click();
  await shows(title(page, 'Look once more'));
  await button(page, /^Hand over /).click();
}

/** Answers an offer on the home screen. */
export async function answer(page: Page, from: string, how: 'Accept' | 'Decline' | `Pay ${string}`): Promise<void> {
  const card = await waiting(page, from);
  await button(card, how).click();
  await gone(page.getByRole('region', { name: 'Waiting for you' }).getByRole('article').filter({ hasText: from }));
}

/** Waits until the screen of a transfer has this heading. */
export const transferSays = (page: Page, heading: string): Promise<void> => shows(title(page, heading));

/** What the home screen says is held of a currency, such as "70.00"; null if it is not there. */
export async function balanceOf(page: Page, code: string): Promise<string | null> {
  const row = page.getByRole('region', { name: 'Balances' }).getByRole('link').filter({ hasText: code });
  if (await row.count() === 0) return null;
  return new RegExp(`([\\d.,]+)\\s*${code}`).exec(await row.first().innerText())?.[1] ?? null;
}

/** Waits until the home screen says that so much is held. */
export async function holds(page: Page, amount: string, code: string): Promise<void> {
  await goTo(page, 'Home');
  await expect.poll(() => balanceOf(page, code), { timeout: PATIENCE_MS }).toBe(amount);
}

/** Opens a transfer's details in the list of all. */
export async function openInActivity(page: Page, name: string | RegExp): Promise<Locator> {
  await goTo(page, 'Activity');
  await page.getByRole('main').getByRole('link', { name }).first().click();
  const details = page.getByRole('complementary', { name: 'Details' });
  await shows(details.getByRole('heading', { level: 2 }));
  return details;
}
