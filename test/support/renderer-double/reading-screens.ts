/** What there is to see of an open book, on a pretend one. */
import type { Page } from 'playwright-core';
import { type DoubleState, livedInState } from './double-state.ts';
import type { Screen } from './screens-to-see.ts';
import { READ_LICENCE, pretendCopy, pretendReading } from './double-reading.ts';

const path = `/read/${READ_LICENCE}`;
const withBook = (part: Parameters<typeof pretendReading>[0] = {}, language: 'en' | 'de' = 'en') => (): DoubleState => {
  const state = livedInState();
  state.settings.language = language;
  state.reading = pretendReading(part);
  return state;
};
const SETTINGS = pretendReading().settings;
const pageIsThere = (page: Page) => page.locator('.face img').first().waitFor();
const press = (key: string, then: string) => async (page: Page): Promise<void> => {
  await pageIsThere(page);
  await page.keyboard.press(key);
  await page.getByRole('complementary', { name: then }).waitFor();
};
const bookmarks = [{ position: 's0.050000', label: '1. The Lamp', at: 1 }, { position: 's0.410000', label: 'Where she finds the letter and says nothing to anybody', at: 2 }, { position: 's0.700000', label: '', at: 3 }];

export const READING_SCREENS: readonly Screen[] = [
  { name: 'reading', path, state: withBook({ marks: { position: 's0.300000', bookmarks } }), act: pageIsThere },
  { name: 'reading-two-sepia', path, state: withBook({ settings: { ...SETTINGS, theme: 'sepia', spread: 'double' } }), act: pageIsThere },
  { name: 'reading-dark', path, state: withBook({ settings: { ...SETTINGS, theme: 'dark' } }), act: pageIsThere },
  { name: 'reading-contents', path, state: withBook({ marks: { position: 's0.300000', bookmarks } }), act: press('c', 'Contents') },
  { name: 'reading-bookmarks', path, state: withBook({ settings: { ...SETTINGS, theme: 'sepia' }, marks: { position: 's0.300000', bookmarks } }), act: press('k', 'Bookmarks') },
  { name: 'reading-bookmarks-none', path, state: withBook(), act: press('k', 'Bookmarks') },
  { name: 'reading-search', path, state: withBook(), act: async (page) => { await press('/', 'Search')(page); await page.keyboard.type('lamp'); await page.keyboard.press('Enter'); await page.getByText('14 places').waitFor(); await page.getByRole('button', { name: 'The next one' }).click(); } },
  { name: 'reading-search-kept', path, state: withBook({ description: { terms: { text: false, until: null } }, settings: { ...SETTINGS, theme: 'dark' } }), act: async (page) => { await press('/', 'Search')(page); await page.keyboard.type('lamp'); await page.keyboard.press('Enter'); await page.getByText('14 places').waitFor(); } },
  { name: 'reading-look', path, state: withBook(), act: press('s', 'Appearance') },
  { name: 'reading-look-dark-de', path, state: withBook({ settings: { ...SETTINGS, theme: 'dark', spread: 'column' } }, 'de'), act: press('s', 'Darstellung') },
  { name: 'reading-look-pictures', path, state: withBook({ description: { kind: 'pictures', direction: 'rtl' }, settings: { ...SETTINGS, theme: 'sepia' } }), act: press('s', 'Appearance') },
  { name: 'reading-about', path, state: withBook({ closesAt: Date.now() + 9 * 86_400_000, copy: pretendCopy({ state: 'borrowed', contactName: 'Bruno' }), description: { omissions: [{ code: 'svg', count: 2 }, { code: 'mathml', count: 1 }], terms: { text: false, until: null } } }), act: press('i', 'About this book') },
  { name: 'reading-keys-de', path, state: withBook({ settings: { ...SETTINGS, spread: 'column' } }, 'de'), act: press('?', 'Tasten') },
  { name: 'reading-omission', path, state: withBook({ description: { omissions: [{ code: 'svg', count: 2 }, { code: 'mathml', count: 1 }] } }), act: (page) => page.getByText('Some drawings (SVG) cannot be shown.').waitFor() },
  { name: 'reading-comic-two', path, state: withBook({ description: { kind: 'pictures', direction: 'rtl' }, settings: { ...SETTINGS, theme: 'dark', spread: 'double' }, marks: { position: 's0.250000', bookmarks: [] } }), act: pageIsThere },
  { name: 'reading-pdf-zoomed', path, state: withBook({ description: { kind: 'pdf' } }), act: async (page) => { await pageIsThere(page); await page.keyboard.press('z'); await page.keyboard.press('z'); await page.locator('.frame.zoomed img').waitFor(); } },
  { name: 'reading-go-to', path, state: withBook(), act: async (page) => { await pageIsThere(page); await page.keyboard.press('g'); await page.getByRole('dialog').waitFor(); await page.keyboard.type('9999'); await page.keyboard.press('Enter'); await page.getByRole('alert').waitFor(); } },
  { name: 'reading-outside', path, state: withBook(), act: async (page) => { await pageIsThere(page); await page.getByRole('button', { name: /example\.org/ }).click(); await page.getByRole('dialog').waitFor(); } },
  { name: 'reading-coming', path, state: withBook({ coming: { state: 'fetching', bytes: 530_000, total: 812_000 } }), act: (page) => page.getByText('still on its way').waitFor() },
  { name: 'reading-lent', path, state: withBook({ copy: pretendCopy({ state: 'lent', readable: false, contactName: 'Carla with a rather long name' }) }), act: (page) => page.getByRole('alert').waitFor() },
  { name: 'reading-overdue-de', path, state: withBook({ copy: pretendCopy({ state: 'borrowed', readable: false, overdue: true, contactName: 'Bruno' }), settings: { ...SETTINGS, theme: 'dark' } }, 'de'), act: (page) => page.getByRole('alert').waitFor() },
  { name: 'reading-unreadable', path, state: withBook({ refusal: 'book_unreadable' }), act: (page) => page.getByRole('alert').waitFor() },
  { name: 'reading-gone', path: `/read/${'9'.repeat(64)}/1`, state: withBook(), act: (page) => page.getByRole('alert').waitFor() },
];
