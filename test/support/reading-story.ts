/** What a person does with an open book, step by step, and what an end-to-end test needs to have one. English only. */
import type { Page } from 'playwright-core';
import type { LicenceId } from '../../protocol/identifiers.ts';
import { type BookName, bookPath } from './books.ts';
import { type WalletProcess, need, soon } from './wallet-process.ts';

/** Publishes a sample book with one copy. @returns that copy */
export async function publish(wallet: WalletProcess, name: BookName, text = true): Promise<LicenceId> {
  const file = await wallet.offerFile(bookPath(name));
  const { title, author, language } = await need(wallet.client['publishing.inspect']({ file }));
  const shelf = async () => need(wallet.client['books.shelf']({}));
  const before = new Set((await shelf()).map(({ id }) => id));
  await need(wallet.client['publishing.start']({ file, title, author, language, copies: 1, terms: { give: true, lend: true, maxLoanDays: 30, text }, price: null }));
  // An open window takes what is done off the list of jobs; what counts is what stands on the shelf.
  return soon(wallet, `${name} on the shelf`, async () => (await shelf()).find(({ id }) => !before.has(id))?.id ?? null);
}

const PATIENCE_MS = 30_000;

/** Goes to a book as the shelf does. */
export async function goToBook(page: Page, licence: LicenceId): Promise<void> {
  await page.evaluate((to) => { location.hash = `#/read/${to}`; }, licence);
}

/** Opens a book, up to its first page in sight. */
export async function openBook(page: Page, licence: LicenceId): Promise<void> {
  await goToBook(page, licence);
  await page.locator('.face img').first().waitFor({ timeout: PATIENCE_MS });
  await settled(page);
}

/** Waits until what is to be seen is seen. */
export const settled = (page: Page): Promise<void> => page.getByRole('region', { name: 'Pages' }).and(page.locator('[aria-busy="false"]')).waitFor({ timeout: PATIENCE_MS });

/** Numbers of the pages in sight, from 1, as they stand from left to right. */
export async function pagesInSight(page: Page): Promise<number[]> {
  const faces = await page.locator('.face').evaluateAll((all) => all.map((face) => ({ number: Number(face.getAttribute('data-page')) + 1, left: face.getBoundingClientRect().left })));
  return faces.toSorted((a, b) => a.left - b.left).map(({ number }) => number);
}

/** The words of the pages in sight, as a screen reader finds them; they come a moment after the picture. */
export async function wordsInSight(page: Page): Promise<string> {
  await page.locator('.face .words').first().waitFor({ state: 'attached', timeout: PATIENCE_MS });
  return (await page.locator('.face .words').allTextContents()).join(' ').replaceAll(/\s+/g, ' ');
}

/** What the live region said last. */
export const announced = (page: Page): Promise<string> => page.getByRole('status').filter({ hasText: /^Pages? / }).innerText();

/** Brightness of the corner of the first page in sight, 0 to 255: its paper, not its ink. */
export const paperOf = (page: Page): Promise<number> => page.locator('.face img').first().evaluate((picture) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.drawImage(picture as HTMLImageElement, 0, 0, 1, 1, 0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return (red + green + blue) / 3;
});

/**
 * Rows of ink on the pages of a column that nobody can see, because an edge is cut off there or the next page lies over
 * them: page number, and place in it as a share of its height.
 */
export const hiddenInk = (page: Page): Promise<string[]> => page.locator('.slot').evaluateAll((slots) => {
  const shown = slots.map((slot) => {
    const face = slot.querySelector('.face') as HTMLElement;
    const { top, bottom } = face.getBoundingClientRect();
    const trim = Number(/inset\(([\d.]+)px/.exec(getComputedStyle(slot).clipPath)?.[1] ?? 0);
    return { number: Number(face.dataset['page']) + 1, image: face.querySelector('img'), top, height: bottom - top, from: top + trim, to: bottom - trim };
  });
  return shown.flatMap(({ number, image, top, height, from, to }, index) => {
    if (!image) return [];
    const canvas = document.createElement('canvas');
    const [wide, high] = [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, wide, high);
    const hasInk = (row: number): boolean => {
      for (let at = 4 * row * wide; at < 4 * (row + 1) * wide; at += 4) if (Math.abs((data[at] ?? 0) - (data[0] ?? 0)) > 60) return true;
      return false;
    };
    const end = Math.min(to, shown[index + 1]?.from ?? to);
    return Array.from({ length: high }, (_, row) => row).filter((row) => {
      const y = top + (row + 0.5) * (height / high);
      return (y < from || y > end) && hasInk(row);
    }).map((row) => `${number} at ${(row / high).toFixed(3)}`);
  });
});
