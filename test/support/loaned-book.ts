/** A book on a pure vault's shelf that is lent for 14 days, by its publisher or to them, and its people: what tests of what the two settle about a loan begin with. */
import { hexToBytes } from '../../enclave/vault/bytes.ts';
import { DAY_MS } from '../../enclave/vault/library/terms.ts';
import type { Licence } from '../../enclave/vault/records.ts';
import type { LicenceId } from '../../protocol/identifiers.ts';
import type { PublicationTerms } from '../../protocol/licence.codec.ts';
import { MadeBook } from './made-books.ts';
import { PureLane } from './pure-lane.ts';
import { OPEN_TERMS } from './pure-library.ts';
import { PureNetwork, PureVault } from './pure-vault.ts';
import { inDays } from './reading-circle.ts';

export type Borrowed = Extract<Licence, { state: 'borrowed' }>;
export type Lent = Extract<Licence, { state: 'lent' }>;

export const due14 = inDays(14);
/** What the person is told of. */
export const notes = (outputs: readonly { type: string }[]) => outputs.filter(({ type }) => type === 'notify');

export class LoanedBook extends MadeBook {
  readonly #publisher: PureLane;

  constructor(publisher: PureLane, title: string, terms: Partial<PublicationTerms> = {}) {
    super(publisher, title, { terms: { ...OPEN_TERMS, ...terms } });
    this.#publisher = publisher;
  }

  /** From its publisher. */
  borrow(more: Partial<Borrowed> = {}, copy = 1): LicenceId {
    return this.shelve(this.#vault, { state: 'borrowed', contact: this.#publisher.instance, due: due14, deadline: this.#in14Days, over: false, recalled: false, asked: null, ...more }, copy);
  }

  /** To its publisher. */
  lend(more: Partial<Lent> = {}, copy = 1): LicenceId {
    return this.shelve(this.#vault, { state: 'lent', contact: this.#publisher.instance, due: due14, deadline: this.#in14Days, recalled: false, asked: null, answered: null, ...more }, copy);
  }

  licence<S extends Licence['state']>(copy = 1): Extract<Licence, { state: S }> {
    return this.#vault.state.get('licence', this.id(copy)) as Extract<Licence, { state: S }>;
  }

  /** How messages name the copy. */
  named(): { publication: Uint8Array; copy: number } {
    return { publication: hexToBytes(this.licence().publication), copy: 1 };
  }

  get #vault() {
    return this.#publisher.vault;
  }

  get #in14Days(): number {
    return this.#vault.time.now + 14 * DAY_MS;
  }
}

/** Ada; Ben, whom she has met, with a book of his; and Cleo, who has nothing to do with it. */
export function loanBetween(seed: string): { ada: PureVault; ben: PureLane; cleo: PureLane; emma: LoanedBook } {
  const ada = new PureVault('Ada', seed, new PureNetwork());
  const [ben, cleo] = [new PureLane(ada, 'Ben'), new PureLane(ada, 'Cleo')];
  ben.meet();
  return { ada, ben, cleo, emma: new LoanedBook(ben, 'Emma') };
}
