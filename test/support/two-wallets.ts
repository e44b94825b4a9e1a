/** Two wallets as real processes, paired, each with a currency of its own, accepting from each other by rule. */
import { type Pair, find, pair, send } from '../../cli/demo/story.ts';
import type { CurrencyId } from '../../protocol/identifiers.ts';
import { type WalletFolders, type WalletProcess, type Wallets, acceptByRule, meet, need } from './wallet-process.ts';

export interface TwoWallets extends Pair {
  readonly folders: { readonly ada: WalletFolders; readonly ben: WalletFolders };
  /** Ada's currency and Ben's. */
  readonly currencies: readonly [CurrencyId, CurrencyId];
}

export interface TwoWalletsOptions {
  /** Of each currency, issued by its owner. */
  readonly issued?: bigint;
  /** What each takes from the other without asking. */
  readonly upTo?: bigint;
}

/** @throws Error or DemoTrouble naming what did not happen */
export async function pairedWallets(wallets: Wallets, { issued = 1000n, upTo = 1000n }: TwoWalletsOptions = {}): Promise<TwoWallets> {
  const [adaAt, benAt] = await Promise.all([wallets.make('Ada'), wallets.make('Ben')]);
  const [ada, ben] = await Promise.all([wallets.start(adaAt), wallets.start(benAt)]);
  await find({ ada, ben }, false);
  await pair({ ada, ben });
  const currencies = [await mint(ada, 'ADA', issued), await mint(ben, 'BEN', issued)] as const;
  await meet(ada, ben);
  // A rule can only name a currency that has been seen, so each hands one unit over first.
  await send(ada, ben, currencies[0], 1n);
  await send(ben, ada, currencies[1], 1n);
  await acceptByRule(ada, ben, currencies, String(upTo));
  return { ada, ben, folders: { ada: adaAt, ben: benAt }, currencies };
}

async function mint(wallet: WalletProcess, code: string, amount: bigint): Promise<CurrencyId> {
  const { id } = await need(wallet.client['credits.createCurrency']({ code, decimals: 0, name: code }));
  await need(wallet.client['credits.issue']({ currency: id, amount: String(amount) }));
  return id;
}
