/**
 * The archive: transfers that have ended, sealed and out of the vault's memory (decision 10). Those that one package ended lie
 * together, up to 32 to a record: a seal costs about the same whatever it holds, and more than encrypting one of them.
 *
 *   package n ends 70 transfers ──▶ records n·4096 (32 of them), n·4096 + 32 (32), n·4096 + 64 (6)
 *
 * It is for display; the journal is the proof. A record that does not open is left out.
 */
import type { ArchivedRecord, PackageStore } from '../../protocol/module-port.ts';
import { MAX_TRANSFERS_PER_RECORD } from '../../protocol/limits.ts';
import type { Finished } from '../vault/records.ts';
import { decodeFinished, encodeFinished } from './packages.codec.ts';
import type { Sealer } from './sealing.ts';

/** Transfers that one package can end, each with an order of its own. */
const MAX_ENDED_PER_PACKAGE = 4096;

/** Ended transfers sort by package, then by place in it. A record has the order of its first. */
export const orderOf = (n: number, index: number): number => n * MAX_ENDED_PER_PACKAGE + index;

/** Whoever offers chooses the id, so what came in must not stand in for what went out. */
export const archiveIdOf = (direction: Finished['direction'], id: string): string => `${direction}:${id}`;

const idOf = ({ direction, id }: Finished): string => archiveIdOf(direction, id);

/** The records for what package `n` ended. @throws Error if it ended more than there are orders (a broken invariant; see driver.ts) */
export function sealArchive(sealer: Sealer, random: (length: number) => Uint8Array, n: number, ended: readonly Finished[]): ArchivedRecord[] {
  if (ended.length > MAX_ENDED_PER_PACKAGE) throw new Error(`invariant: package ${n} ends ${ended.length} transfers`);
  const records: ArchivedRecord[] = [];
  for (let at = 0; at < ended.length; at += MAX_TRANSFERS_PER_RECORD) {
    const together = ended.slice(at, at + MAX_TRANSFERS_PER_RECORD);
    const order = orderOf(n, at);
    records.push({ order, ids: together.map(idOf), sealed: sealer.seal('archive', order, random(24), encodeFinished(together)) });
  }
  return records;
}

/** @returns what is in a record, in order; nothing if it was not sealed by this wallet as this record */
export function openArchived(sealer: Sealer, { order, sealed }: ArchivedRecord): readonly Finished[] {
  const plaintext = sealer.open('archive', order, sealed);
  return plaintext ? decodeFinished(plaintext) : [];
}

export interface ArchivePorts { readonly store: PackageStore; readonly sealer: Sealer }

/** Asked of the host for one page. One is enough, a second where the page begins inside a record; what is damaged can make it more. */
const MAX_QUESTIONS = 8;

export interface ArchivePage {
  readonly found: readonly { readonly order: number; readonly finished: Finished }[];
  /** What to ask for the next page with; null if there is none. */
  readonly next: number | null;
}

/** @returns at most `limit` with an order below `before`, the newest first; fewer on a page if much of the archive is damaged */
export async function archivedBefore({ store, sealer }: ArchivePorts, before: number, limit: number): Promise<ArchivePage> {
  const found: { order: number; finished: Finished }[] = [];
  let below = before;
  for (let questions = 0; questions < MAX_QUESTIONS && found.length < limit; questions++) {
    const wanted = limit - found.length;
    const records = await store.archive(below, wanted);
    for (const record of records) {
      // A host that goes round in circles.
      if (record.order >= below) return { found, next: null };
      below = record.order;
      const inside = openArchived(sealer, record).map((finished, at) => ({ order: record.order + at, finished })).filter(({ order }) => order < before);
      found.push(...inside.reverse());
    }
    if (found.length <= limit && records.reduce((sum, { ids }) => sum + ids.length, 0) < wanted) return { found, next: null };
  }
  const page = found.slice(0, limit);
  return { found: page, next: page.length === limit ? page.at(-1)?.order ?? null : below };
}

/** @returns the newest with this id and an order below `before`, or null */
export async function archivedWithId({ store, sealer }: ArchivePorts, id: string, before: number): Promise<Finished | null> {
  const record = await store.archived(id);
  if (!record || record.order >= before) return null;
  return openArchived(sealer, record).findLast((finished) => idOf(finished) === id) ?? null;
}
