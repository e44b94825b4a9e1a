/**
 * The archive: transfers that have ended, sealed and out of the vault's memory (decision 10). Those that one package ended lie
 * together, some tens to a record: sealing each by itself costs more than everything in it.
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

/** The records for what package `n` ended. */
export function sealArchive(sealer: Sealer, random: (length: number) => Uint8Array, n: number, ended: readonly Finished[]): ArchivedRecord[] {
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

/** @returns at most `limit` with an order below `before`, the newest first, and whether there may be more */
export async function archivedBefore({ store, sealer }: ArchivePorts, before: number, limit: number): Promise<{ found: { order: number; finished: Finished }[]; more: boolean }> {
  const found: { order: number; finished: Finished }[] = [];
  for (let below = before; ; ) {
    const wanted = limit - found.length;
    const records = await store.archive(below, wanted);
    for (const record of records) {
      if (record.order >= below) return { found, more: false }; // a host that goes round in circles
      below = record.order;
      const inside = openArchived(sealer, record).map((finished, at) => ({ order: record.order + at, finished })).filter(({ order }) => order < before);
      found.push(...inside.reverse());
      if (found.length > limit) return { found: found.slice(0, limit), more: true };
    }
    if (records.reduce((sum, { ids }) => sum + ids.length, 0) < wanted) return { found, more: false };
    if (found.length === limit) return { found, more: true };
  }
}

/** @returns the newest with this id and an order below `before`, or null */
export async function archivedWithId({ store, sealer }: ArchivePorts, id: string, before: number): Promise<Finished | null> {
  const record = await store.archived(id);
  if (!record || record.order >= before) return null;
  return openArchived(sealer, record).findLast((finished) => idOf(finished) === id) ?? null;
}
