/** The address book: bounded, and never in the way. */
import fc from 'fast-check';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAddressBook, parseAddressBook } from '../../../main/host/storage/address-book.ts';
import { instanceIdOf } from '../../../protocol/identifiers.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-addresses-'));
  path = join(folder, 'addresses.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const person = (fill: number) => instanceIdOf(new Uint8Array(32).fill(fill));
const met = (lastMetAt: number, ...addresses: string[]) => ({ peerId: '12D3KooW', addresses, lastMetAt });

test('what was remembered is there after opening again; what was forgotten is not', async () => {
  const book = await openAddressBook(path);
  for (let i = 1; i <= 20; i++) book.remember(person(i), met(i, `/ip4/10.0.0.${i}/tcp/1`));
  book.forget(person(3));
  await book.flush();
  const again = await openAddressBook(path);
  expect(again.get(person(20))).toEqual(met(20, '/ip4/10.0.0.20/tcp/1'));
  expect(again.get(person(3))).toBeNull();
  expect(again.entries().map(([, entry]) => entry.lastMetAt)).toEqual(Array.from({ length: 20 }, (_, i) => 20 - i).filter((at) => at !== 3));
  expect(await readdir(folder)).toEqual(['addresses.json']);
});

test('when it is full the contact not met for longest makes room', async () => {
  const book = await openAddressBook(path, 3);
  for (const at of [5, 1, 4, 2, 3]) book.remember(person(at), met(at));
  expect(book.entries().map(([, entry]) => entry.lastMetAt)).toEqual([5, 4, 3]);
  await book.flush();
  expect((await openAddressBook(path, 2)).entries().map(([, entry]) => entry.lastMetAt)).toEqual([5, 4]);
});

test('addresses are cut to sixteen different ones of sane length', async () => {
  const book = await openAddressBook(path);
  book.remember(person(1), met(1, '', 'x'.repeat(513), ...Array.from({ length: 40 }, (_, i) => `/a/${i >> 1}`)));
  expect(book.get(person(1))?.addresses).toEqual(Array.from({ length: 16 }, (_, i) => `/a/${i}`));
  await book.flush();
});

test('a spoilt file is an empty book, and is written over by what comes next', async () => {
  await writeFile(path, '{"tally1');
  const book = await openAddressBook(path);
  expect(book.entries()).toEqual([]);
  book.remember(person(1), met(1));
  await book.flush();
  expect((await openAddressBook(path)).entries()).toHaveLength(1);
});

test('a folder that is gone disturbs nobody', async () => {
  const book = await openAddressBook(join(folder, 'missing', 'addresses.json'));
  book.remember(person(1), met(1));
  await book.flush();
  expect(book.get(person(1))).toEqual(met(1));
});

test('any text gives a book within its bounds', () => {
  const entry = fc.record({ peerId: fc.string(), addresses: fc.array(fc.string()), lastMetAt: fc.integer() });
  const text = fc.oneof(fc.string(), fc.json(), fc.dictionary(fc.nat(50).map((fill) => person(fill)), fc.oneof(entry, fc.jsonValue())).map((value) => JSON.stringify(value)));
  fc.assert(fc.property(text, (stored) => {
    const book = parseAddressBook(stored, 5);
    expect(book.size).toBeLessThanOrEqual(5);
    for (const found of book.values()) expect(found.addresses.length).toBeLessThanOrEqual(16);
  }));
});
