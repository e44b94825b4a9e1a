/** Layout, turning and places of an open book: nobody loses their place, and nothing old is shown as new. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EffectScope, effectScope } from 'vue';
import type { ReadingSettings } from '../../../protocol/contracts/library-host.contract.ts';
import { type BookPages, useBookPages } from '../../../renderer/features/reading/book-pages.ts';
import { geometryOf } from '../../../renderer/features/reading/page-geometry.ts';
import { pretendReading } from '../../support/renderer-double/double-reading.ts';
import { readingLink } from '../../support/reading-link.ts';

let scope: EffectScope;
beforeEach(() => { vi.useFakeTimers(); scope = effectScope(); });
afterEach(() => { scope.stop(); vi.useRealTimers(); });
const later = (ms = 1_500): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const STAGE = { width: 800, height: 700, ratio: 1 };

interface Opened extends ReturnType<typeof readingLink> { readonly pages: BookPages; readonly places: string[]; readonly shares: number[]; readonly freed: unknown[]; change(part: Partial<ReadingSettings>): Promise<void> }
async function opened(part: Parameters<typeof pretendReading>[0] = {}, place: string | null = null, share = 0): Promise<Opened> {
  const made = readingLink(part);
  let settings: ReadingSettings = { ...made.reading.settings };
  const places: string[] = [];
  const shares: number[] = [];
  const freed: unknown[] = [];
  made.reading.open.add(1);
  const pages = scope.run(() => useBookPages({
    client: made.link.client, book: 1, description: made.reading.description, settings: () => settings, place, share,
    onFailure: () => undefined, onPlace: (at, above) => { places.push(at); shares.push(above); },
    decode: async ({ width, height }) => ({ ok: true, value: { element: {} as HTMLImageElement, width, height } }),
    free: (image) => void freed.push(image),
  })) as BookPages;
  pages.fit(STAGE);
  await later();
  return { ...made, pages, places, shares, freed, async change(next) { settings = { ...settings, ...next }; pages.refresh(); await later(); } };
}
const inSight = ({ shown }: BookPages): number[] => shown.value.map(({ number }) => number);

describe('the pages of a book', () => {
  it('begin where the person was', async () => {
    const { pages } = await opened({}, 's0.500000');
    expect(inSight(pages)).toEqual([Math.round(pages.pages.value / 2)]);
  });

  it('are ready before they are turned to: a turn shows them at once', async () => {
    const { pages } = await opened();
    for (let turn = 1; turn <= 5; turn++) {
      pages.next();
      expect(inSight(pages), 'in the same moment').toEqual([turn]);
      await later(100);
    }
    pages.previous();
    expect(inSight(pages)).toEqual([4]);
  });

  it('stay in sight until those that follow are there', async () => {
    const { pages } = await opened();
    pages.last();
    expect(inSight(pages)).toEqual([0]);
    expect(pages.waiting.value).toBe(true);
    await later(100);
    expect(inSight(pages)).toEqual([pages.pages.value - 1]);
    expect(pages.next()).toBe(false);
  });

  it('keep the place through any number of layouts, without creeping back', async () => {
    const { pages, reading, change } = await opened();
    await pages.jump(Math.floor(pages.pages.value * 0.6));
    await later();
    const share = pages.page.value / pages.pages.value;
    for (const fontSize of [20, 9, 16, 28, 11, 12]) {
      await change({ fontSize });
      expect(pages.page.value / pages.pages.value).toBeCloseTo(share, 1);
    }
    expect(reading.layout.fontSize).toBe(12);
    expect(pages.page.value / pages.pages.value).toBeCloseTo(share, 5);
  });

  it('tell the place where a person stays, not those that are passed', async () => {
    const { pages, places } = await opened();
    places.length = 0;
    for (let turn = 0; turn < 8; turn++) pages.next();
    await later();
    expect(places).toEqual([`s${(8 / pages.pages.value).toFixed(6)}`]);
  });

  it('tell it also when the book is left at once', async () => {
    const { pages, places } = await opened();
    places.length = 0;
    pages.next();
    pages.dispose();
    await pages.leave();
    expect(places).toEqual([`s${(1 / pages.pages.value).toFixed(6)}`]);
  });

  it('free every picture of an older layout, and hold few of a long book', async () => {
    const { pages, freed, change } = await opened();
    for (let turn = 0; turn < 60; turn++) { pages.next(); await later(20); }
    expect(freed.length).toBeGreaterThanOrEqual(60 - 10);
    const before = freed.length;
    await change({ theme: 'dark' });
    expect(freed.length).toBeGreaterThan(before);
    pages.dispose();
    await later();
    // The two neighbours, the page itself and what was turned past: each was freed once.
    expect(new Set(freed).size).toBe(freed.length);
  });

  it('lie two by two where there is room, and one by one where there is not', async () => {
    const { pages, change } = await opened();
    expect(inSight(pages)).toEqual([0]);
    await change({ spread: 'double' });
    expect(inSight(pages)).toEqual([0, 1]);
    pages.fit({ ...STAGE, width: 500 });
    await later();
    expect(inSight(pages)).toHaveLength(1);
  });

  it('come back to where one was, step by step, also after another layout', async () => {
    const { pages, change } = await opened();
    await pages.jump(40);
    await later();
    await pages.jump(90);
    await later();
    pages.comeBack();
    await later();
    expect(inSight(pages)).toEqual([40]);
    await change({ fontSize: 18 });
    pages.comeBack();
    await later();
    expect(pages.page.value).toBe(0);
    expect(pages.returns.value).toEqual([]);
  });

  it('of a fixed shape are laid out once, whatever the window', async () => {
    const { pages, wallet, change } = await opened({ description: { kind: 'pdf' } });
    pages.fit({ ...STAGE, width: 400 });
    await change({ fontSize: 20 });
    expect(wallet.calls.filter((method) => method === 'reading.layout')).toHaveLength(1);
  });
});

describe('a look that would make too many pages', () => {
  it('leaves the pages before in sight, names the last look that worked, and that brings all of it back', async () => {
    const { pages, places, change } = await opened({ mostPages: 400 });
    await pages.jump(60);
    await later();
    places.length = 0;
    await change({ fontSize: 32, theme: 'sepia' });
    expect([pages.refused.value?.back, inSight(pages)]).toEqual([{ fontSize: 12, margin: 0.08, lineSpacing: null, typeface: 'book', spread: 'single' }, [60]]);
    pages.next();
    await later();
    expect([inSight(pages), places], 'nothing is turned, and no place is taken from a layout that there is not').toEqual([[60], []]);
    await change(pages.refused.value!.back!);
    expect([pages.refused.value, inSight(pages)]).toEqual([null, [60]]);
    pages.next();
    expect(inSight(pages)).toEqual([61]);
  });

  it('at the first opening leads to the look that everybody begins with; in a window that is too small nothing but a larger one helps', async () => {
    const { pages, change } = await opened({ mostPages: 400, settings: { ...pretendReading().settings, fontSize: 32 } });
    expect(pages.refused.value?.back?.fontSize).toBe(12);
    pages.fit({ width: 200, height: 200, ratio: 1 });
    await change(pages.refused.value!.back!);
    expect(pages.refused.value).toEqual({ back: null });
    pages.fit(STAGE);
    await later();
    expect([pages.refused.value, inSight(pages)]).toEqual([null, [0]]);
  });
});

describe('the pages of a book in a column', () => {
  const column = { settings: { ...pretendReading().settings, spread: 'column' as const } };
  /** What a window does that is told where to stand. */
  const scrollTo = async (pages: BookPages, top: number): Promise<void> => { pages.scrolled(top); await later(60); };

  it('are fetched as they come near, and no more are held than are near', async () => {
    const { pages, wallet, freed } = await opened({ description: { kind: 'pdf' }, ...column });
    const fetched = () => wallet.calls.filter((method) => method === 'reading.page').length;
    expect(fetched()).toBeLessThanOrEqual(4);
    for (let top = 0; top < 20_000; top += 600) await scrollTo(pages, top);
    expect(pages.page.value).toBeGreaterThan(15);
    expect(fetched() - freed.length).toBeLessThanOrEqual(10);
    expect(pages.shown.value.length).toBeLessThanOrEqual(6);
    expect(pages.waiting.value).toBe(false);
  });

  it('tell the page and how far down it somebody is, and begin there again', async () => {
    const { pages, shares, places } = await opened({ description: { kind: 'pdf' }, ...column });
    await scrollTo(pages, 2900);
    await later();
    const { top } = pages.scrolling.value!;
    expect(pages.page.value).toBe(2);
    const again = await opened({ description: { kind: 'pdf' }, ...column }, places.at(-1), shares.at(-1));
    expect(again.pages.scrolling.value!.top).toBeCloseTo(top, -1);
    expect(again.pages.page.value).toBe(2);
  });

  it('of flowing text are as high as the window but for their empty margins, and keep the place through other letters', async () => {
    const { pages, change } = await opened(column);
    const [first, second] = pages.scrolling.value!.slots;
    const margins = 2 * 0.08 * 1.2 * 640;
    expect(first!.height).toBe(STAGE.height);
    expect(second!.top, 'lines on both sides of a page end are as near to each other as paragraphs').toBe(Math.round(STAGE.height - margins + 12 * (4 / 3) * 1.5));
    // What is cut off ends before the text does, and no page lies over what another one shows.
    const { trim } = pages.scrolling.value!;
    expect(trim).toBeLessThan(margins / 2);
    expect(second!.top + trim).toBeGreaterThanOrEqual(first!.top + first!.height - trim - 1);
    await pages.jump(90);
    await later();
    const share = pages.page.value / pages.pages.value;
    await change({ fontSize: 18 });
    expect(pages.page.value / pages.pages.value).toBeCloseTo(share, 2);
    expect(inSight(pages)).toContain(pages.page.value);
  });

  it('are pages to be turned again when that is wished, on the page that was read', async () => {
    const { pages, change } = await opened(column);
    const [first, second] = pages.scrolling.value!.slots;
    const step = second!.top - first!.top;
    await scrollTo(pages, 20 * step + 100);
    await change({ spread: 'single' });
    expect([pages.scrolling.value, inSight(pages)]).toEqual([null, [20]]);
    await change({ spread: 'column' });
    expect([pages.page.value, pages.scrolling.value?.top]).toEqual([20, 20 * step]);
  });

  it('stay where they are while those that were jumped to are fetched', async () => {
    const { pages } = await opened(column);
    const before = inSight(pages);
    void pages.jump(120);
    expect(inSight(pages)).toEqual(before);
    pages.scrolled(400);
    expect(pages.page.value, 'what is scrolled meanwhile is about to go').toBe(120);
    await later(100);
    expect(inSight(pages)).toContain(120);
    pages.comeBack();
    await later(100);
    expect(pages.page.value).toBe(0);
  });
});

describe('a page', () => {
  const settings = pretendReading().settings;

  it('of flowing text is never so wide that a line is hard to follow', () => {
    const wide = geometryOf({ width: 2400, height: 900, ratio: 1 }, 'flowing', settings, 1);
    expect(wide.width).toBeLessThan(700);
    expect(geometryOf({ width: 2400, height: 900, ratio: 1 }, 'pdf', settings, 1).width).toBe(2400);
  });

  it('is asked for in the pixels of the screen, within what the contract takes', () => {
    expect(geometryOf({ width: 600, height: 800, ratio: 2 }, 'pdf', settings, 1.5).image).toEqual({ width: 1800, height: 2400 });
    expect(geometryOf({ width: 3000, height: 2000, ratio: 3 }, 'pdf', settings, 4).image).toEqual({ width: 8000, height: 8000 });
    const tiny = geometryOf({ width: 90, height: 60, ratio: 1 }, 'flowing', settings, 1);
    expect(tiny.layout).toMatchObject({ width: 120, height: 120 });
  });
});
