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

/** Dark pixels of a picture, and which rows have the first and the last of them. */
const inkIn = (page: Page, source: string, size: { width: number; height: number }): Promise<{ ink: number; first: number; last: number }> => page.evaluate(async ([url, { width, height }]) => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.drawImage(image, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  let [ink, first, last] = [0, -1, -1];
  for (let at = 0; at < data.length; at += 4) {
    if (data[at]! > 128) continue;
    ink++;
    last = Math.floor(at / 4 / width);
    if (first < 0) first = last;
  }
  return { ink, first, last };
}, [source, size] as const);

/** How much ink of a page is seen where its lines should be, and how much is drawn there. @param number from 1; on light paper, all of it in the window */
export async function inkOfPage(page: Page, number: number): Promise<{ seen: number; drawn: number }> {
  const face = page.locator(`.face[data-page="${number - 1}"]`);
  const box = await face.boundingBox();
  if (!box) throw new Error(`Page ${number} is not there.`);
  const { x, y, width, height } = box;
  const { ink: drawn, first, last } = await inkIn(page, await face.locator('img').evaluate((image: HTMLImageElement) => image.src), { width: Math.round(width), height: Math.round(height) });
  const clip = { x: Math.round(x), y: Math.round(y) + first, width: Math.round(width), height: last - first + 1 };
  const shot = await page.screenshot({ clip, animations: 'disabled' });
  const { ink: seen } = await inkIn(page, `data:image/png;base64,${shot.toString('base64')}`, clip);
  return { seen, drawn };
}
