/**
 * Conservation over all vaults and all lanes (design §7): held + in transit + written off = issued − redeemed, where a
 * commit that has been consumed and credited but whose ACK has not come back is counted once, with what it takes in
 * return. A copy of a publication counts as a currency of which there is one: it is held or borrowed in one place, or it is
 * on its way. Looks at what is durable and fresh at each vault. Also watches that an accepted offer never lapses on its
 * own (design §6), and that nothing that has ended is shown once more.
 */
import type { Journal } from '../../../enclave/runtime/journal.ts';
import type { StoredAsset } from '../../../enclave/vault/records.ts';
import { hasSequence } from '../../../enclave/vault/transfers/sequence-set.ts';
import { parseLaneFrame } from '../../../enclave/vault/transfers/lane-keys.ts';
import type { State } from '../../../enclave/vault/state.ts';
import type { InstanceId, LaneId } from '../../../protocol/identifiers.ts';
import type { SimHost } from './host.ts';
import { expectThat } from './violation.ts';

interface Sums { exists: bigint; issued: bigint }
/** A credit's currency or a copy of a publication, and how much of it. */
interface Amount { readonly of: string; readonly amount: bigint; readonly copy: boolean }
interface OnTheWay { readonly contact: InstanceId; readonly lane: LaneId; readonly seq: number; readonly give: readonly Amount[]; readonly take: readonly Amount[] }
interface Seen {
  readonly journal: Journal;
  readonly n: number;
  readonly sums: Map<string, Sums>;
  /** Copies that can be opened here. */
  readonly copies: readonly string[];
  readonly onTheWay: readonly OnTheWay[];
  /** Offers to this wallet, and who made them. */
  readonly offers: ReadonlyMap<string, { readonly contact: InstanceId; readonly accepted: boolean }>;
}

/** What became of one seq of a lane at its destination. */
export function consumption(state: State | undefined, lane: LaneId, seq: number): 'acked' | 'nacked' | 'open' {
  const record = state?.get('lane', lane);
  if (record?.direction !== 'in' || !hasSequence({ upTo: record.consumedUpTo, above: record.consumedAbove }, seq)) return 'open';
  const answer = state?.get('answer', `${lane}/${seq}`);
  if (answer?.plain) return 'acked';
  if (!answer) return record.exceptions.includes(seq) ? 'nacked' : 'acked';
  const parsed = parseLaneFrame(answer.frame);
  return parsed.ok && parsed.value.kind === 'ack' ? 'acked' : 'nacked';
}

export class Ledger {
  readonly #seen = new Map<SimHost, Seen>();
  /** Every copy that was ever published. */
  readonly #copies = new Set<string>();
  /** What was offered to a host and has ended since it started, and by whom it was offered. */
  readonly #ended = new Map<SimHost, Map<string, InstanceId>>();
  /** `host < contact` where the host has met an older copy of the contact: what it then dropped was at that one's word. */
  readonly misled = new Set<string>();

  /** @throws Violation `conservation`, `lapsed`, `reappeared` */
  check(hosts: readonly SimHost[], byInstance: ReadonlyMap<string, SimHost>): void {
    let changed = false;
    for (const host of hosts) {
      const { journal } = host;
      const before = this.#seen.get(host);
      if (!journal || (before?.journal === journal && before.n === journal.head.n)) continue;
      const now = look(host.name, journal);
      this.#seen.set(host, now);
      for (const copy of now.copies) this.#copies.add(copy);
      changed = true;
      if (!before) continue;
      this.#checkLapses(host, before, now, byInstance);
      this.#checkEnded(host, before, now, byInstance);
    }
    if (changed) this.#checkTotals(byInstance);
  }

  #checkTotals(byInstance: ReadonlyMap<string, SimHost>): void {
    const totals = new Map<string, Sums>();
    const add = (of: string, exists: bigint, issued: bigint): void => {
      const sum = totals.get(of);
      if (sum) {
        sum.exists += exists;
        sum.issued += issued;
      } else totals.set(of, { exists, issued });
    };
    for (const copy of this.#copies) add(copy, 0n, 1n);
    for (const { sums, copies, onTheWay } of this.#seen.values()) {
      for (const [currency, { exists, issued }] of sums) add(currency, exists, issued);
      for (const copy of copies) add(copy, 1n, 0n);
      for (const { contact, lane, seq, give, take } of onTheWay) {
        const taken = consumption(byInstance.get(contact)?.journal?.state, lane, seq) === 'acked';
        // Books say that what is given is in transit until the answer comes; what comes in return is in no book.
        for (const { of, amount, copy } of give) if (taken !== copy) add(of, copy ? amount : -amount, 0n);
        if (taken) for (const { of, amount } of take) add(of, amount, 0n);
      }
    }
    for (const [of, { exists, issued }] of totals) {
      expectThat(exists === issued, 'conservation', () => this.#copies.has(of)
        ? `the copy ${of.slice(0, 8)}${of.slice(64)} is in ${exists} places`
        : `${exists} of ${of.slice(0, 8)} exist, ${issued} were issued and not redeemed`);
    }
  }

  /** An accepted offer ends by its commit, by its source's word, or when its source is forgotten; never by itself. */
  #checkLapses(host: SimHost, before: Seen, now: Seen, byInstance: ReadonlyMap<string, SimHost>): void {
    for (const [id, { contact, accepted }] of before.offers) {
      if (!accepted || now.offers.get(id)?.accepted || !now.journal.state.get('contact', contact) || this.misled.has(`${host.name} < ${contact}`)) continue;
      const source = byInstance.get(contact)?.journal?.state.get('transfer', id);
      if (source?.direction !== 'out') continue; // ended at the source first
      const consumed = source.state !== 'offered' && consumption(now.journal.state, source.lane, source.seq) !== 'open';
      expectThat(consumed, 'lapsed', () => `${host.name} dropped the accepted offer ${id.slice(0, 8)}, which is ${source.state} at its source`);
    }
  }

  /** An offer that has ended is not shown again, unless its source, which the person forgot meanwhile, still makes it. */
  #checkEnded(host: SimHost, before: Seen, now: Seen, byInstance: ReadonlyMap<string, SimHost>): void {
    // After a start nothing can come late: it came through sessions, and those ended.
    const ended = before.journal === now.journal ? (this.#ended.get(host) ?? new Map<string, InstanceId>()) : new Map<string, InstanceId>();
    this.#ended.set(host, ended);
    for (const [id, { contact }] of now.offers) {
      if (!ended.delete(id) || this.misled.has(`${host.name} < ${contact}`)) continue;
      const source = byInstance.get(contact)?.journal?.state.get('transfer', id);
      expectThat(source?.direction === 'out' && source.state === 'offered', 'reappeared', () => `${host.name} is shown the offer ${id.slice(0, 8)} once more, which has ended`);
    }
    for (const [id, { contact }] of before.offers) if (!now.offers.has(id)) ended.set(id, contact);
    for (const [id, contact] of ended) if (!now.journal.state.get('contact', contact)) ended.delete(id);
  }
}

const amounts = (assets: readonly StoredAsset[]): Amount[] =>
  assets.map((asset) => (asset.kind === 'credit' ? { of: asset.currency, amount: asset.amount, copy: false } : { of: asset.id, amount: 1n, copy: true }));

/** What is durable in one vault. @throws Violation `conservation` if its books contradict what it has on its way */
function look(name: string, journal: Journal): Seen {
  const { state } = journal;
  const onTheWay: OnTheWay[] = [];
  const offers = new Map<string, { contact: InstanceId; accepted: boolean }>();
  const away = new Map<string, bigint>();
  for (const [id, transfer] of state.all('transfer')) {
    if (transfer.direction === 'in') {
      if (transfer.state !== 'declined') offers.set(id, { contact: transfer.contact, accepted: transfer.state === 'accepted' });
      continue;
    }
    if (transfer.state === 'offered') continue;
    const { contact, lane, seq } = transfer;
    const give = amounts(transfer.give);
    for (const { of, amount } of give) away.set(of, (away.get(of) ?? 0n) + amount);
    onTheWay.push({ contact, lane, seq, give, take: amounts(transfer.take) });
  }
  const sums = new Map<string, Sums>();
  for (const [currency, { held, transit, writtenOff, sent, received, issued, redeemed }] of state.all('book')) {
    sums.set(currency, { exists: held + transit + writtenOff, issued: issued - redeemed });
    const balances = held + transit + writtenOff + sent + redeemed === issued + received && transit + writtenOff === (away.get(currency) ?? 0n);
    expectThat(balances, 'conservation', () => `${name}'s books of ${currency.slice(0, 8)} do not balance`);
  }
  const copies = [...state.all('licence')].flatMap(([id, { state: at }]) => (at === 'held' || at === 'borrowed' ? [id] : []));
  return { journal, n: journal.head.n, sums, copies, onTheWay, offers };
}
