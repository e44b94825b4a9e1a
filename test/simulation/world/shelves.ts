/**
 * Who has which book and who reads it, as somebody sees who stands in every room (design §7). A lent copy is at its
 * borrower, until the day that its lender agreed to, and both know of each other; it is opened only where it is held or
 * borrowed, in one place at a time, and not after that day by the clock that only rises; its reader is closed when it
 * leaves, and when its day has come. That there is one of each copy at all is in ledger.ts.
 *
 * The rising clock is counted here anew from what each host has told its vault, not read from the vault.
 */
import type { Journal } from '../../../enclave/runtime/journal.ts';
import type { Licence } from '../../../enclave/vault/records.ts';
import type { SimHost } from './host.ts';
import { expectThat } from './violation.ts';

type Borrowed = Extract<Licence, { state: 'borrowed' }>;
type Hosts = ReadonlyMap<string, SimHost>;
interface Seen { readonly journal: Journal; readonly n: number; readonly licences: ReadonlyMap<string, Licence> }
interface Agreed { readonly due: number | null; readonly lastsMs: number | null }

const short = (id: string): string => `${id.slice(0, 8)}${id.slice(64)}`;

export class Shelves {
  readonly #seen = new Map<SimHost, Seen>();
  /** When each borrowed copy closes at the latest, on the rising clock of its borrower. */
  readonly #closing = new Map<SimHost, Map<string, number>>();
  /** The copies that a reader has open. */
  readonly #open = new Map<SimHost, Set<string>>();
  /** Some journal has gone on since loans were looked at. */
  #changed = false;

  /** A vault has given a reader the key to a copy. Whether it is here is looked at later. @param asked the rising clock when it was asked @throws Violation `readable` */
  opened(host: SimHost, id: string, asked: number, byInstance: Hosts): void {
    let open = this.#open.get(host);
    if (!open) this.#open.set(host, (open = new Set()));
    open.add(id);
    // The answer comes before all is at rest. With a slow disk the lender's word that it may be kept longer was heard in the
    // same package, or in one of the same event, and check() has not seen it yet: what was known before is not the last word.
    if (asked >= (this.#closing.get(host)?.get(id) ?? Infinity)) this.#see(host, byInstance);
    const closing = this.#closing.get(host)?.get(id);
    expectThat(closing === undefined || asked < closing, 'readable', () => `${short(id)} was opened at ${host.name} ${asked - (closing ?? 0)} ms after its time`);
  }

  closed(host: SimHost, id: string): void {
    this.#open.get(host)?.delete(id);
  }

  /** The program has ended, and its readers with it. */
  ended(host: SimHost): void {
    this.#open.delete(host);
  }

  /** A vault that was told the time has closed what is over. @throws Violation `readable` */
  expectClosed(host: SimHost): void {
    for (const id of this.#open.get(host) ?? []) {
      const closing = this.#closing.get(host)?.get(id);
      expectThat(closing === undefined || host.time.now < closing, 'readable', () => `${short(id)} is still open at ${host.name} after its time`);
    }
  }

  /** Borrowed copies whose time is over, or will be when so much more has passed; with their lenders. */
  borrowed(host: SimHost): { id: string; lender: string; closing: number }[] {
    return [...(this.#closing.get(host) ?? [])].flatMap(([id, closing]) => {
      const licence = host.journal?.state.get('licence', id);
      return licence?.state === 'borrowed' ? [{ id, lender: licence.contact, closing }] : [];
    });
  }

  /** @throws Violation `readable`, `loan` */
  check(hosts: readonly SimHost[], byInstance: Hosts): void {
    for (const host of hosts) this.#see(host, byInstance);
    if (this.#changed) for (const [host, { licences }] of this.#seen) for (const [id, licence] of licences) this.#checkLoan(host, id, licence, byInstance);
    this.#changed = false;
    this.#checkReaders();
  }

  /** Looks at what a host has now, if its journal has gone on. */
  #see(host: SimHost, byInstance: Hosts): void {
    const { journal } = host;
    const before = this.#seen.get(host);
    if (!journal || (before?.journal === journal && before.n === journal.head.n)) return;
    this.#seen.set(host, { journal, n: journal.head.n, licences: new Map(journal.state.all('licence')) });
    this.#noteLoans(host, before, byInstance);
    this.#changed = true;
  }

  /** Once all has come to rest: a copy that was opened and left in one package was closed with it. */
  #checkReaders(): void {
    const readers = new Set<string>();
    for (const [host, open] of this.#open) {
      for (const id of open) {
        const state = host.journal?.state.get('licence', id)?.state ?? 'not there';
        expectThat(state === 'held' || state === 'borrowed', 'readable', () => `${short(id)} is open at ${host.name}, where it is ${state}`);
        expectThat(!readers.has(id), 'readable', () => `${short(id)} is open in two places`);
        readers.add(id);
      }
    }
  }

  /** What lender and borrower remember of a loan goes together. */
  #checkLoan(host: SimHost, id: string, licence: Licence, byInstance: Hosts): void {
    if (licence.state !== 'borrowed' && licence.state !== 'lent') return;
    const peer = byInstance.get(licence.contact);
    const there = peer && this.#seen.get(peer)?.licences.get(id);
    const known = there !== undefined && 'contact' in there && there.contact === host.instance;
    if (licence.state === 'lent') {
      const has = known && (there.state === 'borrowed' || (there.state === 'in-transit' && there.was.state === 'borrowed'));
      return expectThat(has, 'loan', () => `${host.name} has lent ${short(id)} to ${peer?.name ?? '?'}, where it is ${there?.state ?? 'not there'}`);
    }
    const lent = known && (there.state === 'lent' || (there.state === 'in-transit' && there.was.state === 'held'));
    expectThat(lent, 'loan', () => `${host.name} has borrowed ${short(id)} from ${peer?.name ?? '?'}, where it is ${there?.state ?? 'not there'}`);
    const { due } = agreed(peer, id, there) ?? licence;
    expectThat(due === null || (licence.due !== null && licence.due <= due), 'loan', () => `${host.name} has ${short(id)} until ${licence.due}, and ${peer?.name} agreed to ${due}`);
  }

  #noteLoans(host: SimHost, before: Seen | undefined, byInstance: Hosts): void {
    let closing = this.#closing.get(host);
    if (!closing) this.#closing.set(host, (closing = new Map()));
    const { licences } = this.#seen.get(host) as Seen;
    for (const id of closing.keys()) if (licences.get(id)?.state !== 'borrowed') closing.delete(id);
    for (const [id, licence] of licences) {
      if (licence.state !== 'borrowed') continue;
      const earlier = before?.licences.get(id);
      const goesOn = earlier?.state === 'borrowed' && earlier.since === licence.since;
      if (goesOn && earlier.due === licence.due && closing.has(id)) continue;
      if (licence.due === null) closing.delete(id);
      else closing.set(id, host.time.now + this.#lasts(host, id, licence, goesOn, byInstance));
    }
  }

  /** How long a loan may last that has just begun or been renewed. What is asked of the clock now is asked no earlier than the vault did: never too short. */
  #lasts(host: SimHost, id: string, { contact, due }: Borrowed, renewed: boolean, byInstance: Hosts): number {
    const lender = byInstance.get(contact);
    const lastsMs = (renewed ? null : agreed(lender, id, lender?.journal?.state.get('licence', id))?.lastsMs) ?? Infinity;
    return Math.max(0, Math.min((due ?? Infinity) - host.time.clock, lastsMs));
  }
}

/** What the lender has agreed to. */
function agreed(lender: SimHost | undefined, id: string, licence: Licence | undefined): Agreed | null {
  if (licence?.state === 'lent') return { due: licence.due, lastsMs: null };
  if (licence?.state !== 'in-transit') return null;
  const loan = lender?.journal?.state.get('transfer', licence.transfer)?.give.find((asset) => asset.kind === 'licence' && asset.id === id);
  return loan?.kind === 'licence' && loan.move.as === 'loan' ? loan.move : null;
}
