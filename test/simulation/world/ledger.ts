/**
 * Conservation over all vaults and all lanes (design §7): held + in transit + written off = issued − redeemed, where a
 * commit that has been consumed and credited but whose ACK has not come back is counted once. Looks at what is durable
 * and fresh at each vault. Also watches that an accepted offer never lapses on its own (design §6).
 */
import { creditsAmong } from '../../support/credits-among.ts';
import type { Journal } from '../../../enclave/runtime/journal.ts';
import { hasSequence } from '../../../enclave/vault/transfers/sequence-set.ts';
import type { State } from '../../../enclave/vault/state.ts';
import type { InstanceId, LaneId } from '../../../protocol/identifiers.ts';
import type { SimHost } from './host.ts';
import { expectThat } from './violation.ts';

interface Sums { exists: bigint; issued: bigint }
interface OnTheWay { readonly contact: InstanceId; readonly lane: LaneId; readonly seq: number; readonly give: readonly { readonly currency: string; readonly amount: bigint }[] }
interface Seen {
  readonly journal: Journal;
  readonly n: number;
  readonly sums: Map<string, Sums>;
  readonly onTheWay: readonly OnTheWay[];
  /** Accepted offers and who made them. */
  readonly accepted: Map<string, InstanceId>;
}

/** What became of one seq of a lane at its destination. */
export function consumption(state: State | undefined, lane: LaneId, seq: number): 'acked' | 'nacked' | 'open' {
  const record = state?.get('lane', lane);
  if (record?.direction !== 'in' || !hasSequence({ upTo: record.consumedUpTo, above: record.consumedAbove }, seq)) return 'open';
  const answer = state?.get('answer', `${lane}/${seq}`);
  return answer ? (answer.plain ? 'acked' : 'nacked') : record.exceptions.includes(seq) ? 'nacked' : 'acked';
}

export class Ledger {
  readonly #seen = new Map<SimHost, Seen>();
  /** `host < contact` where the host has met an older copy of the contact: what it then dropped was at that one's word. */
  readonly misled = new Set<string>();

  /** @throws Violation `conservation`, `lapsed` */
  check(hosts: readonly SimHost[], byInstance: ReadonlyMap<string, SimHost>): void {
    let changed = false;
    for (const host of hosts) {
      const { journal } = host;
      const before = this.#seen.get(host);
      if (!journal || (before?.journal === journal && before.n === journal.head.n)) continue;
      const now = look(journal);
      this.#seen.set(host, now);
      changed = true;
      if (before) this.#checkLapses(host, before, now, byInstance);
    }
    if (!changed) return;
    const totals = new Map<string, Sums>();
    const add = (currency: string, exists: bigint, issued: bigint): void => {
      const sum = totals.get(currency);
      if (sum) {
        sum.exists += exists;
        sum.issued += issued;
      } else totals.set(currency, { exists, issued });
    };
    for (const { sums, onTheWay } of this.#seen.values()) {
      for (const [currency, { exists, issued }] of sums) add(currency, exists, issued);
      for (const { contact, lane, seq, give } of onTheWay) {
        if (consumption(byInstance.get(contact)?.journal?.state, lane, seq) !== 'acked') continue;
        for (const { currency, amount } of give) add(currency, -amount, 0n);
      }
    }
    for (const [currency, { exists, issued }] of totals) {
      expectThat(exists === issued, 'conservation', () => `${exists} of ${currency.slice(0, 8)} exist, ${issued} were issued and not redeemed`);
    }
  }

  /** An accepted offer ends by its commit, by its source's word, or when its source is forgotten; never by itself. */
  #checkLapses(host: SimHost, before: Seen, now: Seen, byInstance: ReadonlyMap<string, SimHost>): void {
    for (const [id, contact] of before.accepted) {
      if (now.accepted.has(id) || !now.journal.state.get('contact', contact) || this.misled.has(`${host.name} < ${contact}`)) continue;
      const source = byInstance.get(contact)?.journal?.state.get('transfer', id);
      if (source?.direction !== 'out') continue; // ended at the source first
      const taken = source.state !== 'offered' && consumption(now.journal.state, source.lane, source.seq) === 'acked';
      expectThat(taken, 'lapsed', () => `${host.name} dropped the accepted offer ${id.slice(0, 8)}, which is ${source.state} at its source`);
    }
  }
}

function look(journal: Journal): Seen {
  const { state } = journal;
  const sums = new Map<string, Sums>();
  for (const [currency, { held, transit, writtenOff, issued, redeemed }] of state.all('book')) {
    sums.set(currency, { exists: held + transit + writtenOff, issued: issued - redeemed });
  }
  const onTheWay: OnTheWay[] = [];
  const accepted = new Map<string, InstanceId>();
  for (const [id, transfer] of state.all('transfer')) {
    if (transfer.direction === 'in') {
      if (transfer.state === 'accepted') accepted.set(id, transfer.contact);
    } else if (transfer.state !== 'offered') onTheWay.push({ ...transfer, give: creditsAmong(transfer.give) });
  }
  return { journal, n: journal.head.n, sums, onTheWay, accepted };
}
