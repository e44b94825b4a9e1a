/** What a person's PIN is asked for: amounts above the limit that they have set, books that leave, and another PIN (design §6). */
import type { State } from '../../../enclave/vault/state.ts';
import type { VaultMethod } from '../../../protocol/contracts/vault.contract.ts';
import { PIN } from './deeds/deed.ts';

export interface Given { readonly pin?: string; readonly current?: string; readonly currency?: string; readonly amount?: string; readonly id?: string }

/** What a command would take out of the wallet, or bring into being: of each currency, how much. */
function amountsOf(state: State, method: VaultMethod, { currency, amount, id }: Given): { currency: string; amount: bigint }[] {
  if (method === 'transfers.accept') return (state.get('transfer', id ?? '')?.take ?? []).flatMap((asset) => (asset.kind === 'credit' ? [asset] : []));
  const spends = method === 'transfers.send' || method === 'credits.issue' || method === 'credits.retire';
  return spends && currency !== undefined && amount !== undefined ? [{ currency, amount: BigInt(amount) }] : [];
}

/** Whether a copy of a book would leave, other than home to its lender. */
const handsOnBook = (state: State, method: VaultMethod, { id }: Given): boolean =>
  method === 'books.give' || method === 'books.sell' || method === 'books.lend' || (method === 'transfers.accept' && (state.get('transfer', id ?? '')?.take ?? []).some(({ kind }) => kind === 'licence'));

/** True if the wallet has to ask for the PIN, and was not given it. */
export function lacksPin(state: State, method: VaultMethod, given: Given): boolean {
  if (!state.get('self', 'self')?.pin || (method === 'safety.setPin' ? given.current : given.pin) === PIN) return false;
  return method === 'safety.setPin' || handsOnBook(state, method, given) || amountsOf(state, method, given).some(({ currency, amount }) => amount > (state.get('limit', currency)?.above ?? amount));
}
