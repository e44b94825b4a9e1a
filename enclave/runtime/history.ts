/**
 * Queries that need the store: finished transfers from the sealed archive, and the explanation, which replays the
 * trace (design §1.3) and shows every balance from its inputs.
 */
import { fail, type Result, ok } from '../../protocol/errors.ts';
import type { CurrencyId, TransferId } from '../../protocol/identifiers.ts';
import type { PackageStore } from '../../protocol/module-port.ts';
import type { TransferView } from '../../protocol/contracts/views.ts';
import { bytesToHex, equalBytes } from '../vault/bytes.ts';
import type { State } from '../vault/state.ts';
import type { Head, LedgerEvent } from '../vault/turn.ts';
import { viewFinished, viewTransfer } from '../vault/views/views.ts';
import { archiveIdOf, archivedBefore, archivedWithId, orderOf } from './archive.ts';
import { baseAt, beforeEverything } from './beginning.ts';
import { walkChain } from './chain.ts';
import { ZERO_HASH } from './released-heads.ts';
import type { Sealer } from './sealing.ts';

export interface HistoryPorts { readonly store: PackageStore; readonly sealer: Sealer; readonly state: State; readonly head: Head }

/** A package that was stored but never became fresh may have left archive records; nothing from beyond the head is shown. */
const beyondHead = (head: Head): number => orderOf(head.n + 1, 0);

/** Finished transfers, newest first. Records that do not open are left out: the archive is for show, the journal is the proof. */
export async function pageOfHistory(ports: HistoryPorts, cursor: number | null, limit: number): Promise<{ items: TransferView[]; cursor: number | null }> {
  const { found, next } = await archivedBefore(ports, cursor ?? beyondHead(ports.head), limit);
  return { items: found.map(({ finished }) => viewFinished(ports.state, finished)), cursor: next };
}

export async function transferById(ports: HistoryPorts, id: TransferId): Promise<Result<TransferView>> {
  const { state, head } = ports;
  const live = state.get('transfer', id);
  for (const direction of ['out', 'in'] as const) {
    if (live?.direction === direction && live.state !== 'declined') return ok(viewTransfer(state, live));
    const finished = await archivedWithId(ports, archiveIdOf(direction, id), beyondHead(head));
    if (finished) return ok(viewFinished(state, finished));
  }
  return fail('unknown_transfer', 'There is no transfer with this id.');
}

type Explained = { n: number; at: number; event: LedgerEvent['event']; currency: CurrencyId; amount: string; contact: LedgerEvent['contact']; transfer: LedgerEvent['transfer']; held: string; inTransit: string };

/** How each event changes what is held and what is in transit. */
const EFFECT: Record<LedgerEvent['event'], readonly [held: 1n | 0n | -1n, transit: 1n | 0n | -1n]> = {
  issued: [1n, 0n], retired: [-1n, 0n], redeemed: [-1n, 0n], committed: [-1n, 1n], delivered: [0n, -1n], returned: [1n, -1n], 'written-off': [0n, -1n], received: [1n, 0n],
};

/** What came before the trace, in sums: the balances at the base from which it is explained. */
interface Carried { readonly n: number; readonly at: number; readonly balances: { currency: CurrencyId; held: string; inTransit: string }[] }
interface Explanation { readonly packages: number; readonly head: string; readonly verified: boolean; readonly carried: Carried | null; readonly entries: Explained[] }

/** Walks the chain from where the trace begins to the head and adds up every balance on the way. */
export async function explain({ store, sealer, state, head }: HistoryPorts, currency?: CurrencyId): Promise<Explanation> {
  const compacted = state.get('compacted', 'self');
  const beginning = compacted ? await baseAt({ store, sealer }, compacted.upTo) : beforeEverything();
  if (!beginning || (compacted && !equalBytes(beginning.hash, compacted.head))) return { packages: 0, head: bytesToHex(ZERO_HASH), verified: false, carried: null, entries: [] };
  const wanted = (id: CurrencyId): boolean => currency === undefined || currency === id;
  const sums = new Map<CurrencyId, { held: bigint; transit: bigint }>();
  for (const [id, { held, transit }] of beginning.state.all('book')) sums.set(id as CurrencyId, { held, transit });
  const carried = compacted ? {
    n: compacted.upTo, at: compacted.at, balances: [...sums].filter(([id]) => wanted(id)).map(([id, { held, transit }]) => ({ currency: id, held: String(held), inTransit: String(transit) })),
  } : null;
  const entries: Explained[] = [];
  // What was written off has left the transit already when its answer comes after all.
  const writtenOff = new Set<string>();
  for (const [id, transfer] of beginning.state.all('transfer')) if (transfer.state === 'written-off') writtenOff.add(id);
  let { n, hash } = beginning;
  for await (const link of walkChain({ store, sealer }, beginning)) {
    if (link.n > head.n) break;
    for (const event of link.entry.events) {
      const sum = sums.get(event.currency) ?? { held: 0n, transit: 0n };
      const [held, transit] = EFFECT[event.event];
      const wasWrittenOff = event.transfer !== null && writtenOff.has(event.transfer) && event.event !== 'written-off';
      if (event.event === 'written-off' && event.transfer) writtenOff.add(event.transfer);
      sum.held += held * event.amount;
      if (!wasWrittenOff) sum.transit += transit * event.amount;
      sums.set(event.currency, sum);
      if (wanted(event.currency)) entries.push({ n: link.n, at: link.entry.clock, ...event, amount: String(event.amount), held: String(sum.held), inTransit: String(sum.transit) });
    }
    ({ n, hash } = link);
  }
  return { packages: n, head: bytesToHex(hash), verified: n === head.n && equalBytes(hash, head.hash), carried, entries };
}
