/**
 * Two paired wallets that are served, and the two people who drive them by the command line: each command a process of its
 * own that asks whoever serves the wallet.
 */
import { expect } from 'vitest';
import { ensureBuilt } from './built.ts';
import type { CliRun } from './run-cli.ts';
import { type TwoWallets, pairedWallets } from './two-wallets.ts';
import { type WalletFolders, type WalletProcess, type Wallets, createWallets, meet, need, soon } from './wallet-process.ts';

type Line = Record<string, unknown>;

export class CliPerson {
  readonly #wallets: Wallets;
  readonly #wallet: WalletProcess;
  readonly #folders: WalletFolders;

  constructor(wallets: Wallets, wallet: WalletProcess, folders: WalletFolders) {
    [this.#wallets, this.#wallet, this.#folders] = [wallets, wallet, folders];
  }

  run(...args: string[]): Promise<CliRun> {
    return this.#wallets.run(this.#folders, ...args);
  }

  /** What a command that succeeds says last. */
  async done(...args: string[]): Promise<Line> {
    const { status, lines, err } = await this.run(...args);
    expect(status, err).toBe(0);
    return lines.at(-1) ?? {};
  }

  /** The exit status and the code of a command that does not. */
  async refused(...args: string[]): Promise<[status: number | null, code: unknown]> {
    const { status, lines } = await this.run(...args);
    return [status, lines.at(-1)?.['code']];
  }

  async shelf(): Promise<Line[]> {
    return ((await this.run('library')).lines[0] ?? []) as unknown as Line[];
  }

  /** Takes what is offered, when it is; only while the wallet of the beginning runs. */
  async takes(): Promise<void> {
    const { client } = this.#wallet;
    const id = await soon(this.#wallet, 'an offer', async () => (await need(client['transfers.pending']({}))).find(({ direction, state }) => direction === 'in' && state === 'offered')?.id ?? null);
    await this.done('accept', id, '--wait');
  }
}

export interface CliPair {
  readonly wallets: Wallets;
  readonly pair: TwoWallets;
  readonly ada: CliPerson;
  readonly ben: CliPerson;
}

/** They have met, too. The caller tears `wallets` down; where this throws, nothing is left running. */
export async function openCliPair(): Promise<CliPair> {
  await ensureBuilt('enclave');
  const wallets = await createWallets();
  try {
    const pair = await pairedWallets(wallets);
    await meet(pair.ada, pair.ben);
    return { wallets, pair, ada: new CliPerson(wallets, pair.ada, pair.folders.ada), ben: new CliPerson(wallets, pair.ben, pair.folders.ben) };
  } catch (error) {
    await wallets.tearDown();
    throw error;
  }
}
