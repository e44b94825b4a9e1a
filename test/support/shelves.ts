/** What must be true of the books of two wallets, at every moment and at rest (design §7). */
import { expect } from 'vitest';
import type { LicenceView } from '../../protocol/contracts/library.views.ts';
import { openOn, shelfOf } from './memory-books.ts';
import type { MemoryHost } from './memory-host.ts';

interface Two { readonly hosts: readonly MemoryHost[] }

async function everywhere({ hosts }: Two): Promise<Map<string, { host: MemoryHost; licence: LicenceView }[]>> {
  const copies = new Map<string, { host: MemoryHost; licence: LicenceView }[]>();
  for (const host of hosts) expect(host.fault, `${host.name} has not stopped`).toBeNull();
  for (const host of hosts) for (const licence of await shelfOf(host)) copies.set(licence.id, [...(copies.get(licence.id) ?? []), { host, licence }]);
  return copies;
}

/** No copy can be opened in two places. */
export async function expectReadableOnce(two: Two): Promise<void> {
  for (const [id, places] of await everywhere(two)) expect(places.filter(({ licence }) => licence.readable).map(({ host }) => host.name).length, `${id.slice(64)}: places in which it can be opened`).toBeLessThanOrEqual(1);
}

/** Every copy is in one place and opens there and nowhere else; of a loan, both sides say the same. */
export async function expectShelvesSettled(two: Two, copies: number): Promise<void> {
  const shelves = await everywhere(two);
  expect(shelves.size, 'no copy is lost').toBe(copies);
  for (const [id, places] of shelves) {
    const what = `copy ${id.slice(64)}`;
    const said = places.map(({ licence }) => licence.state).sort();
    expect([['held'], ['borrowed', 'lent']], what).toContainEqual(said);
    const [first, second] = places;
    if (first && second) {
      expect(first.licence.due, `${what}: until the same day`).toBe(second.licence.due);
      expect([first.licence.contact, second.licence.contact], `${what}: each names the other`).toEqual([second.host.instance, first.host.instance]);
    }
    for (const { host, licence } of places) {
      const opened = await openOn(host, licence.id);
      expect(opened.ok, `${what} opens at ${host.name}, where it is ${licence.state}`).toBe(licence.state !== 'lent' && !licence.overdue);
    }
  }
}
