/** Layout, turning and places of an open book: nobody loses their place, and nothing old is shown as new. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EffectScope, effectScope } from 'vue';
import type { ReadingSettings } from '../../../protocol/contracts/library-host.contract.ts';
import { type BookMarks, useBookMarks } from '../../../renderer/features/reading/book-marks.ts';
import { type BookPages, useBookPages } from '../../../renderer/features/reading/book-pages.ts';
import { useBookSearch } from '../../../renderer/features/reading/book-search.ts';
import { geometryOf } from '../../../renderer/features/reading/page-geometry.ts';
import { READ_CONTENT, pretendReading } from '../../support/renderer-double/double-reading.ts';
import { readingLink } from '../../support/reading-link.ts';

let scope: EffectScope;
beforeEach(() => { vi.useFakeTimers(); scope = effectScope(); });
afterEach(() => { scope.stop(); vi.useRealTimers(); });
const later = (ms = 1_500): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const STAGE = { width: 800, height: 700, ratio: 1 };

interface Opened extends ReturnType<typeof readingLink> { readonly pages: BookPages; readonly places: string[]; readonly freed: unknown[]; change(part: Partial<ReadingSettings>): Promise<void> }
async function opened(part: Parameters<typeof pretendReading>[0] = {}, place: string | null = null): Promise<Opened> {
  const made = readingLink(part);
  let settings: ReadingSettings = { ...made.reading.settings };
  const places: string[] = [];
  const freed: unknown[] = [];
  made.reading.open.add(1);
  const pages = scope.run(() => useBookPages({
    client: made.link.client, book: 1, description: made.reading.description, settings: () => settings, place,
    onFailure: () => undefined, onPlace: (at) => places.push(at),
    decode: async ({ width, height }) => ({ ok: true, value: { element: {} as HTMLImageElement, width, height } }),
    free: (image) => void freed.push(image),
  })) as BookPages;
  pages.fit(STAGE);
  await later();
  return { ...made, pages, places, freed, async change(next) { settings = { ...settings, ...next }; pages.refresh(); await later(); } };
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

describe('bookmarks', () => {
  const marksOf = async (part: Parameters<typeof pretendReading>[0] = {}): Promise<{ marks: BookMarks } & ReturnType<typeof readingLink>> => {
    const made = readingLink(part);
    const marks = useBookMarks(made.link.client, READ_CONTENT, () => 1000);
    await marks.known();
    return { marks, ...made };
  };

  it('are kept with their names, in the order of the book', async () => {
    const { marks, reading } = await marksOf();
    marks.add('s0.700000', 'Fog', 70);
    marks.add('s0.100000', 'The Lamp', 10);
    marks.add('s0.100000', 'twice', 10);
    marks.rename('s0.700000', '  The letter ');
    await later();
    expect(marks.list.value.map(({ label, page }) => [label, page])).toEqual([['The Lamp', 10], ['The letter', 70]]);
    expect(reading.marks.bookmarks.map(({ label }) => label)).toEqual(['The letter', 'The Lamp']);
    marks.remove('s0.100000');
    await later();
    expect(reading.marks.bookmarks).toHaveLength(1);
  });

  it('are found on other pages after another layout', async () => {
    const { marks } = await marksOf({ marks: { position: 's0.200000', bookmarks: [{ position: 's0.500000', label: 'Fog', at: 1 }] } });
    await marks.find(async (position) => Number(position.slice(1)) * 100);
    expect(marks.on([50])).toHaveLength(1);
    await marks.find(async (position) => Number(position.slice(1)) * 300);
    expect(marks.on([50])).toHaveLength(0);
    expect(marks.on([150, 151])).toHaveLength(1);
  });

  it('and the place and the zoom do not forget each other', async () => {
    const { marks, reading } = await marksOf();
    marks.keepZoom(1.5);
    marks.add('s0.700000', 'Fog', 70);
    marks.keepPlace('s0.300000');
    await later();
    expect(reading.marks).toMatchObject({ position: 's0.300000', bookmarks: [{ label: 'Fog' }], zoom: 1.5 });
  });
});

describe('a search', () => {
  it('goes from hit to hit, round and round, and forgets the one before', async () => {
    const { link, reading } = readingLink();
    reading.open.add(1);
    const search = useBookSearch(link.client, 1, () => 180);
    await search.search('lamp');
    const count = search.hits.value.length;
    expect(count).toBe(14);
    expect(search.choose(-1)?.page).toBe(search.hits.value[count - 1]?.page);
    expect(search.choose(1)?.page).toBe(3);
    expect(search.hitsOn(3)).toMatchObject([{ chosen: true }]);
    expect(search.hitsOn(5)).toMatchObject([{ chosen: false }]);
    const [slow, quick] = [search.search('harbour'), search.search('zebra')];
    await Promise.all([slow, quick]);
    expect(search.asked.value).toBe('zebra');
    expect(search.hits.value).toEqual([]);
    expect(search.choose(1)).toBeNull();
  });
});
