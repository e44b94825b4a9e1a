/** Files of pages that are gone: let go of after a while, unless the page comes back, however often it does. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PAGE_GRACE_MS, PageFiles, pageNameIn } from '../../../main/host/transports/page-files.ts';

const [A, B] = ['a'.repeat(32), 'b'.repeat(32)];
let letGo: string[];
let pages: PageFiles;
beforeEach(() => {
  vi.useFakeTimers();
  letGo = [];
  pages = new PageFiles((file) => letGo.push(file));
});
afterEach(() => void vi.useRealTimers());

it('are let go of once their page was missed for long enough, and only theirs', () => {
  const [leaveA] = [pages.connected(A), pages.connected(B)];
  pages.sent(A, 'one');
  pages.sent(A, 'two');
  pages.sent(B, 'three');
  leaveA();
  vi.advanceTimersByTime(PAGE_GRACE_MS - 1);
  expect(letGo).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(letGo).toEqual(['one', 'two']);
});

it('stay for a page that comes back in time, and are let go of when it leaves for good', () => {
  let leave = pages.connected(A);
  pages.sent(A, 'one');
  for (let time = 0; time < 3; time += 1) {
    leave();
    vi.advanceTimersByTime(PAGE_GRACE_MS - 1);
    leave = pages.connected(A);
  }
  vi.advanceTimersByTime(10 * PAGE_GRACE_MS);
  expect(letGo).toEqual([]);
  leave();
  vi.advanceTimersByTime(PAGE_GRACE_MS);
  expect(letGo).toEqual(['one']);
});

it('stay while one of two connections of a page is there', () => {
  const [first, second] = [pages.connected(A), pages.connected(A)];
  pages.sent(A, 'one');
  first();
  vi.advanceTimersByTime(10 * PAGE_GRACE_MS);
  expect(letGo).toEqual([]);
  second();
  vi.advanceTimersByTime(PAGE_GRACE_MS);
  expect(letGo).toEqual(['one']);
});

it('of a page that is not there, or bears no name, wait no longer than others', () => {
  pages.sent(A, 'one');
  pages.sent(null, 'two');
  vi.advanceTimersByTime(PAGE_GRACE_MS);
  expect(letGo).toEqual(['one', 'two']);
});

it('keep nothing running when the server ends', () => {
  pages.sent(A, 'one');
  pages.close();
  expect(vi.getTimerCount()).toBe(0);
});

it('belong to a page by a name that only our pages give themselves', () => {
  expect(['', 'page=', `page=${A}`, `page=${A}0`, 'page=../../x', `page=${A.toUpperCase()}`].map((query) => pageNameIn(new URLSearchParams(query)))).toEqual([null, null, A, null, null, null]);
});
