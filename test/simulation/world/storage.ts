/**
 * Disk and freshness register of a simulated computer, and how they answer its vault (design §3: both the adversary's, §5.2):
 * at once, or later while the disk is slow, and failing as they were told to. What a failure demands of the vault is noted
 * here; whether it is kept, and when the power goes, is the computer's life (host.ts).
 */
import { headAfter } from '../../../enclave/runtime/journal.ts';
import type { ErrorCode } from '../../../protocol/errors.ts';
import type { Ask } from '../../../protocol/module-port.ts';
import { Disk, type WriteOutcome } from './disk.ts';
import type { Surroundings } from './surroundings.ts';
import { Violation } from './violation.ts';

export const ZERO = new Uint8Array(32);

/** What changes the disk or the register. */
const WRITES: ReadonlySet<Ask['op']> = new Set(['store.append', 'store.putSnapshot', 'store.keep', 'store.release', 'register.advance']);
/** What a slow disk lets wait. */
const SLOW: ReadonlySet<Ask['op']> = new Set(['store.append', 'store.putSnapshot', 'register.advance']);

/** Questions in one event after which a vault will not come to rest; loading a long journal takes a few. */
const MOST_QUESTIONS = 2000;

type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: { readonly code: ErrorCode; readonly detail: string } };

export abstract class SimStorage {
  readonly name: string;
  protected readonly world: Surroundings;
  disk = new Disk();
  register: Uint8Array | null = null;
  full = false;
  slow = false;
  failNextWrite: WriteOutcome | null = null;
  failNextAdvance: 'before' | 'after' | null = null;
  /** Questions that a slow disk has not answered yet. */
  waiting: { readonly id: number; readonly ask: Ask }[] = [];
  /** Codes with which the vault may stop now, because of a fault it was dealt; and whether it has to. */
  mayStop: ReadonlySet<ErrorCode> = new Set();
  mustStop = false;
  /** Questions answered since the last event. */
  asked = 0;

  constructor(name: string, world: Surroundings) {
    [this.name, this.world] = [name, world];
  }

  /** The package at which the wallet that runs here stands, and the farthest that was seen of the true one. */
  protected abstract get standsAt(): number;
  protected abstract get farthest(): number;
  protected abstract tellVault(message: { readonly type: 'answer'; readonly id: number } & Answer): void;
  /** Counts a moment at which the power may go. @param outcome what happens to a write under way @returns true if it goes now */
  protected abstract powerGoes(during: 'reading' | 'writing', outcome?: (left: WriteOutcome) => void): boolean;

  /** The slow disk gets one thing done. */
  work(): void {
    const next = this.waiting.shift();
    if (next) this.#perform(next.id, next.ask);
  }

  protected beAsked(id: number, ask: Ask): void {
    if (this.slow && SLOW.has(ask.op)) this.waiting.push({ id, ask });
    else this.#perform(id, ask);
  }

  /** The process ends: what waited is done or not, as `outcome` says, and what was dealt to it is over. */
  protected endWith(outcome: WriteOutcome): void {
    for (const { ask } of this.waiting) {
      if (ask.op === 'store.append') this.#append(ask, outcome);
      if (ask.op === 'store.putSnapshot' && outcome === 'kept') this.disk.snapshot = { n: ask.n, sealed: ask.sealed };
      if (ask.op === 'register.advance' && outcome === 'kept') this.register = ask.to;
    }
    this.waiting = [];
    this.failNextWrite = this.failNextAdvance = null;
    this.mayStop = new Set();
    this.mustStop = false;
  }

  #append({ n, sealed, archive }: Extract<Ask, { op: 'store.append' }>, outcome: WriteOutcome): void {
    if (outcome !== 'kept') this.world.count(`${outcome}-write`);
    this.disk.append(n, sealed, archive, outcome);
  }

  #answer(id: number, value: unknown): void {
    this.tellVault({ type: 'answer', id, ok: true, value: value ?? null });
  }

  #fail(id: number, code: ErrorCode, failure: 'fatal' | 'harmless' = 'fatal'): void {
    if (failure === 'fatal' && code !== 'disk_full') {
      this.mayStop = new Set([code]);
      this.mustStop = true;
    } else if (this.farthest === 0) this.mayStop = new Set([code]); // a wallet that cannot be made
    this.tellVault({ type: 'answer', id, ok: false, failure: { code, detail: 'simulated' } });
  }

  #perform(id: number, ask: Ask): void {
    if (++this.asked > MOST_QUESTIONS) return this.world.onViolation(new Violation('endless', `${this.name} asks ${ask.op} again and again and does not come to rest`));
    if (!WRITES.has(ask.op) && this.powerGoes('reading')) return;
    switch (ask.op) {
      case 'store.latestSnapshot': return this.#answer(id, this.disk.snapshot);
      case 'store.packages': return this.#answer(id, this.disk.packagesFrom(ask.from, ask.limit));
      case 'store.archive': return this.#answer(id, this.disk.archiveBefore(ask.before, ask.transfers));
      case 'store.archived': return this.#answer(id, this.disk.archived(ask.id));
      case 'store.kept': return this.#answer(id, this.disk.keptAt(ask.kind, ask.n));
      case 'store.keep': return this.#write(id, (outcome) => this.disk.keep(ask.kind, ask.n, ask.bytes, outcome));
      case 'store.release': return this.#write(id, (outcome) => this.disk.release(ask.upTo, outcome), 'harmless');
      case 'register.read': return this.#answer(id, this.register);
      case 'store.append': return this.#write(id, (outcome) => this.#append(ask, outcome));
      case 'store.putSnapshot': return this.#write(id, (outcome) => {
        if (outcome === 'kept') this.disk.snapshot = { n: ask.n, sealed: ask.sealed };
      });
      case 'register.advance': return this.#advance(id, ask.from, ask.to);
    }
  }

  /** @param failure a write that fails stops the vault, unless nothing depends on it */
  #write(id: number, put: (outcome: WriteOutcome) => void, failure: 'fatal' | 'harmless' = 'fatal'): void {
    if (this.powerGoes('writing', put)) return;
    if (this.failNextWrite) {
      put(this.failNextWrite);
      this.failNextWrite = null;
      return this.#fail(id, 'store_failed', failure);
    }
    if (this.full) return this.#fail(id, 'disk_full');
    put('kept');
    if (this.powerGoes('writing')) return;
    this.#answer(id, null);
  }

  #advance(id: number, from: Uint8Array | null, to: Uint8Array): void {
    const failing = this.failNextAdvance;
    this.failNextAdvance = null;
    const same = from === null || this.register === null ? from === this.register : Buffer.compare(from, this.register) === 0;
    if (failing === 'before' || !same) return this.#fail(id, 'register_failed');
    const newest = this.disk.packages.get(this.standsAt + 1);
    // What the register names must be on the disk already: it is what a crash would leave the wallet with (design §5.2).
    const stored = newest !== undefined && Buffer.compare(headAfter(from ?? ZERO, newest), to) === 0;
    if (!stored) this.world.onViolation(new Violation('order', `${this.name}'s freshness register was advanced to a package that is not on the disk`));
    this.register = to;
    if (failing === 'after') return this.#fail(id, 'register_failed');
    if (this.powerGoes('writing')) return;
    this.#answer(id, null);
  }
}
