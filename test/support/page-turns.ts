/**
 * How long a person waits for a page: from the press of the key to the frame that shows the next one. Measured inside the
 * browser, by the event's own time and the first moment after that frame was painted.
 */
import type { Page } from 'playwright-core';

export interface PageTurns {
  /** Milliseconds, one for each turn that was seen. */
  readonly times: readonly number[];
  /** Turns whose picture was there before the key was pressed. */
  readonly atOnce: number;
}

/** Turns `count` pages, one after the other, with a moment of reading between them. */
export async function measureTurns(page: Page, count: number, readingMs: number): Promise<PageTurns> {
  await page.evaluate(() => {
    const frame = document.querySelector('#pages') as HTMLElement;
    const seen: { times: number[]; atOnce: number } = { times: [], atOnce: 0 };
    (globalThis as unknown as { turns: typeof seen }).turns = seen;
    let pressed: number | null = null;
    let sameTask = false;
    addEventListener('keydown', (event) => {
      pressed = event.timeStamp;
      sameTask = true;
      // What is ready is put there while the key is being handled, with its microtasks; what is not comes with a message.
      setTimeout(() => { sameTask = false; });
    }, { capture: true });
    new MutationObserver(() => {
      if (pressed === null) return;
      const from = pressed;
      pressed = null;
      if (sameTask) seen.atOnce += 1;
      requestAnimationFrame(() => {
        const painted = new MessageChannel();
        painted.port1.onmessage = () => void seen.times.push(performance.now() - from);
        painted.port2.postMessage(null);
      });
    }).observe(frame, { subtree: true, attributes: true, attributeFilter: ['data-page'] });
  });
  for (let turn = 1; turn <= count; turn++) {
    await page.keyboard.press('PageDown');
    await page.waitForFunction((wanted) => (globalThis as unknown as { turns: { times: number[] } }).turns.times.length >= wanted, turn);
    await page.waitForTimeout(readingMs);
  }
  return page.evaluate(() => (globalThis as unknown as { turns: PageTurns }).turns);
}

export function summaryOf(times: readonly number[]): { readonly median: number; readonly p95: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { median: at(0.5), p95: at(0.95) };
}
