/**
 * What the opening grant allows (design §7; assurance rows 45, 48). The host says what time it is, but it can only ever be
 * later than the grant and than what it said before.
 */
import { Refusal } from '../../protocol/errors.ts';

export interface Terms {
  readonly text: boolean;
  readonly until: number | null;
}

export class TermsClock {
  readonly terms: Terms;
  #time: number;

  /** @param at the vault's time when it granted this */
  constructor(terms: Terms, at: number) {
    this.terms = terms;
    this.#time = at;
  }

  /** @param now the host's clock @throws Refusal `licence_expired` */
  mayRead(now: number): void {
    this.#time = Math.max(this.#time, now);
    if (this.terms.until !== null && this.#time > this.terms.until) throw new Refusal('licence_expired', 'The time for which this book was lent is over.');
  }

  /** @throws Refusal `forbidden` */
  mayTakeText(): void {
    if (!this.terms.text) throw new Refusal('forbidden', 'The terms of this book keep its text inside: there are pages to look at, and nothing to copy or to read aloud.');
  }
}
