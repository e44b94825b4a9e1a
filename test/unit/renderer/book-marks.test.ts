/** Bookmarks survive another layout, and a search goes round. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BookMarks, useBookMarks } from '../../../renderer/features/reading/book-marks.ts';
import { useBookSearch } from '../../../renderer/features/reading/book-search.ts';
import { READ_CONTENT, type pretendReading } from '../../support/renderer-double/double-reading.ts';
import { readingLink } from '../../support/reading-link.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const later = (ms = 1_500): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

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
