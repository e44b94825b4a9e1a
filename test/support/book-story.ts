/** What people do with books in the interface, step by step; the rest of the story is in interface-story.ts. English only. */
import type { Locator, Page } from 'playwright-core';
import { PATIENCE_MS, goTo } from './interface-story.ts';

const shows = (what: Locator): Promise<void> => what.first().waitFor({ timeout: PATIENCE_MS });

/** The books on the shelf, as links. */
export const shelfOf = (page: Page): Locator => page.getByRole('list', { name: 'Your books' }).getByRole('link');

/** Waits until a book on the shelf says this of itself. */
export async function shelfSays(page: Page, title: string, what: string | RegExp): Promise<void> {
  await goTo(page, 'Books');
  await shows(shelfOf(page).filter({ hasText: title }).filter({ hasText: what }));
}

/** The form for a file that was chosen or dropped, once the reader has looked into it. */
export async function publicationForm(page: Page): Promise<Locator> {
  const form = page.getByRole('dialog', { name: /^Publish/ });
  await shows(form.getByRole('textbox', { name: 'Title' }));
  return form;
}

/** Publishes the file whose form is open, and waits until it is on the shelf. */
export async function publishIt(page: Page, title: string): Promise<void> {
  await (await publicationForm(page)).getByRole('button', { name: 'Publish', exact: true }).click();
  await goTo(page, 'Books');
  await shows(shelfOf(page).filter({ hasText: title }));
}

/** Opens a book of the shelf. */
export async function openBook(page: Page, title: string): Promise<void> {
  await goTo(page, 'Books');
  await shelfOf(page).filter({ hasText: title }).first().click();
  await shows(page.getByRole('heading', { level: 1, name: title }));
}

/** Lends a book for two weeks, up to the screen on which the transfer can be followed. */
export async function lendFor2Weeks(page: Page, title: string, to: string): Promise<void> {
  await openBook(page, title);
  await page.getByRole('link', { name: 'Lend', exact: true }).click();
  await page.getByRole('main').getByRole('button', { name: to }).click();
  await page.getByRole('radio', { name: /^2 weeks/ }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Lend it' }).click();
  await shows(page.getByRole('heading', { level: 1, name: /^(Offered to|In transit to|.+ has it)/ }));
}

/** Offers a book for so much, up to the screen on which the transfer can be followed. */
export async function sellFor(page: Page, title: string, to: string, amount: string): Promise<void> {
  await openBook(page, title);
  await page.getByRole('link', { name: 'Sell', exact: true }).click();
  await page.getByRole('main').getByRole('button', { name: to }).click();
  await page.getByRole('textbox', { name: /^(Amount|Price)/ }).fill(amount);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: /^Offer it for/ }).click();
  await shows(page.getByRole('heading', { level: 1, name: `Offered to ${to}` }));
}

/** Returns a borrowed book. */
export async function returnBook(page: Page, title: string): Promise<void> {
  await openBook(page, title);
  await page.getByRole('button', { name: 'Return', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Return it' }).click();
}
