/** Files on their way to be published: few are encrypted at once, the others wait for their turn, and what is cancelled leaves nothing. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ok } from '../../../protocol/errors.ts';
import { MAX_TITLE_CHARS } from '../../../protocol/limits.ts';
import { ContentStore } from '../../../main/host/library/content-store.ts';
import { Publishing } from '../../../main/host/library/publishing.ts';
import type { OpenReader, ReaderModule } from '../../../main/host/modules/reader-module.ts';
import { OPEN_TERMS } from '../../support/pure-library.ts';

let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'tally-publishing-')); });
afterEach(async () => { await rm(folder, { recursive: true, force: true }); });

/** Readers that look at a file at once and encrypt for ever. */
async function publishing({ title = 'A title' } = {}) {
  const running = new Set<number>();
  let [started, most] = [0, 0];
  const readers = {
    start: async () => {
      const number = ++started;
      running.add(number);
      most = Math.max(most, running.size);
      const ended = Promise.withResolvers<never>();
      ended.promise.catch(() => undefined);
      const calls = { 'book.open': async () => ok({ title, authors: [], language: null, omissions: [] }), 'book.cover': async () => ok({ bytes: new Uint8Array(1) }), 'publication.seal': () => ended.promise };
      const close = async () => { running.delete(number); ended.reject(new Error('closed')); };
      return ok({ calls, close } as unknown as OpenReader);
    },
  } as unknown as ReaderModule;
  const jobs = new Publishing({
    readers, store: await ContentStore.open(join(folder, 'books')), publishingKey: async () => new Uint8Array(32), publish: () => Promise.reject(new Error('not reached')), keepCover: async () => undefined, tidy: async () => undefined, onChange: () => undefined,
  });
  const file = join(folder, 'book.pdf');
  await writeFile(file, '%PDF-1.7\n');
  const wanted = { title: 'A title', author: '', language: '', copies: 1, terms: OPEN_TERMS, price: null, cover: 'book' as const };
  return { jobs, running, mostAtOnce: () => most, chosen: { path: file, name: 'book.pdf' } as never, wanted, readersStarted: () => started };
}
async function soon(holds: () => boolean): Promise<void> {
  for (let looks = 0; looks < 500 && !holds(); looks++) await new Promise((resolve) => setTimeout(resolve, 10));
}

it('encrypts two at once; for the others the next place that is free', async () => {
  const { jobs, running, chosen, wanted, readersStarted, mostAtOnce } = await publishing();
  const all = Array.from({ length: 5 }, () => jobs.start(chosen, wanted));
  // Each looks at its file with a reader first.
  await soon(() => readersStarted() === 4 && running.size === 2);
  expect([running.size, readersStarted()]).toEqual([2, 4]);
  jobs.cancel(all[0]!.job);
  await soon(() => readersStarted() === 6 && running.size === 2);
  expect(jobs.views().map(({ job, state }) => [job, state]).at(-1)).toEqual([all[0]!.job, 'cancelled']);
  expect(mostAtOnce()).toBe(2);
  await jobs.close();
  await Promise.all(all.map(({ ended }) => ended));
});

it('never begins what is cancelled while it waits, and leaves nothing of what was begun', async () => {
  const { jobs, running, chosen, wanted, readersStarted } = await publishing();
  const all = Array.from({ length: 4 }, () => jobs.start(chosen, wanted));
  await soon(() => readersStarted() === 4 && running.size === 2);
  for (const { job } of all.toReversed()) jobs.cancel(job);
  await Promise.all(all.map(({ ended }) => ended));
  expect([jobs.views().map(({ state }) => state), readersStarted(), running.size]).toEqual([Array(4).fill('cancelled'), 4, 0]);
  expect(await readdir(join(folder, 'books')).catch(() => [])).toEqual([]);
});

it('looks at one file at a time', async () => {
  const { jobs, chosen, mostAtOnce } = await publishing();
  const seen = await Promise.all(Array.from({ length: 4 }, () => jobs.inspect(chosen)));
  expect([seen.map(({ title }) => title), mostAtOnce()]).toEqual([Array(4).fill('A title'), 1]);
});

it('is over when it is closed: nothing is written any more, also by those that waited', async () => {
  const { jobs, running, chosen, wanted } = await publishing();
  for (let i = 0; i < 4; i++) jobs.start(chosen, wanted);
  await soon(() => running.size === 2);
  await jobs.close();
  expect([jobs.views().map(({ state }) => state), running.size]).toEqual([Array(4).fill('cancelled'), 0]);
  expect(await readdir(join(folder, 'books')).catch(() => [])).toEqual([]);
});

it('proposes a title that is cut where a letter ends', async () => {
  const { jobs, chosen } = await publishing({ title: `${'a'.repeat(MAX_TITLE_CHARS - 1)}\u{1f4d6} and more` });
  expect((await jobs.inspect(chosen)).title).toBe('a'.repeat(MAX_TITLE_CHARS - 1));
});
