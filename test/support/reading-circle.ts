/** Three people with books: what tests of lending, giving and selling begin with. */
import type { LicenceId, TransferId } from '../../protocol/identifiers.ts';
import { DAY_MS } from '../../enclave/vault/library/terms.ts';
import { BEGINNING } from './memory-host.ts';
import { onShelf } from './pure-library.ts';
import { PureNetwork, PureVault, pairUp } from './pure-vault.ts';

export class ReadingCircle {
  readonly network = new PureNetwork();
  readonly ada: PureVault;
  readonly ben: PureVault;
  readonly cleo: PureVault;

  /** All three are paired, and sit together. */
  constructor(seed: string) {
    [this.ada, this.ben, this.cleo] = [new PureVault('Ada', seed, this.network), new PureVault('Ben', seed, this.network), new PureVault('Cleo', seed, this.network)];
    for (const [a, b] of [[this.ada, this.ben], [this.ada, this.cleo], [this.ben, this.cleo]] as const) pairUp(this.network, a, b);
  }

  /** Whoever was offered something takes it, until nothing is left to take. */
  settle(): void {
    for (let taken = true; taken; ) {
      this.network.settle();
      taken = false;
      for (const vault of this.network.vaults) {
        for (const [id, transfer] of [...vault.state.all('transfer')]) {
          if (transfer.direction === 'in' && transfer.state === 'offered') taken = vault.call('transfers.accept', { id: id as TransferId }).ok || taken;
        }
      }
    }
  }

  give(from: PureVault, to: PureVault, licence: LicenceId): void {
    from.must('books.give', { licence, contact: to.instance });
    this.settle();
  }

  lend(from: PureVault, to: PureVault, licence: LicenceId, due: number | null): void {
    from.must('books.lend', { licence, contact: to.instance, due });
    this.settle();
  }

  /** Everybody goes home. */
  part(): void {
    for (const line of [...this.network.lines.keys()]) this.network.cut(line);
  }

  meet(a: PureVault, b: PureVault): void {
    this.network.connect(a, b);
    this.settle();
  }

  /** Ada and Ben's line. */
  line(): number {
    const line = [...this.network.lines].find(([, { a, b }]) => a === this.ada && b === this.ben);
    if (!line) throw new Error('they are apart');
    return line[0];
  }

  later(days: number): void {
    for (const vault of this.network.vaults) vault.elapsedMs += days * DAY_MS;
  }

  tick(): void {
    for (const vault of this.network.vaults) vault.input({ type: 'tick', now: BEGINNING });
    this.settle();
  }

  /** Where a copy can be opened. */
  readableAt(licence: LicenceId): string[] {
    return this.network.vaults.filter((vault) => onShelf(vault, licence)?.readable).map(({ name }) => name);
  }
}

export const inDays = (days: number): number => BEGINNING + days * DAY_MS;
