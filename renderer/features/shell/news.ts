/** Says in a toast what happened elsewhere: something arrived, was delivered, came back, is offered or asked for, or a loan needs a word. */
import { watch } from 'vue';
import { useRoute } from 'vue-router';
import type { LicenceView } from '../../../protocol/contracts/library.views.ts';
import type { TransferView } from '../../../protocol/contracts/views.ts';
import { useWords } from '../../i18n/i18n.ts';
import { displayAmount } from '../../i18n/number-format.ts';
import { dayText } from '../../i18n/time-format.ts';
import { assetWords } from '../../ui/asset-words.ts';
import { toast } from '../../ui/toasts.ts';
import { useLibrary } from '../../wallet/library.store.ts';
import { useTransfers } from '../../wallet/transfers.store.ts';

/** What a change of one transfer is worth telling; null for nothing. */
export function newsOf(transfer: TransferView, before: TransferView | undefined): 'offered' | 'arrived' | 'delivered' | 'returned' | 'offeredBack' | 'givenBack' | 'redeemed' | null {
  if (before?.state === transfer.state) return null;
  if (transfer.state === 'offered' && transfer.direction === 'in') return transfer.purpose === 'redemption' ? 'offeredBack' : 'offered';
  // What goes back to whoever made it arrives nowhere: it ceases to exist.
  if (transfer.state === 'done' && transfer.purpose === 'redemption') return transfer.direction === 'in' ? 'givenBack' : 'redeemed';
  if (transfer.state === 'done') return transfer.direction === 'in' ? 'arrived' : 'delivered';
  return transfer.state === 'returned' ? 'returned' : null;
}

/** What the other side of a loan has said since; null for nothing. */
export function loanNewsOf(copy: LicenceView, before: LicenceView | undefined): 'asksLonger' | 'wantsBack' | 'over' | 'longer' | null {
  if (!before || before.state !== copy.state) return null;
  if (copy.state === 'lent') return copy.asked !== null && copy.asked !== before.asked ? 'asksLonger' : null;
  if (copy.state !== 'borrowed') return null;
  if (copy.overdue && !before.overdue) return 'over';
  if (copy.recalled && !before.recalled) return 'wantsBack';
  return copy.due !== null && before.due !== null && copy.due > before.due ? 'longer' : null;
}

export function useNews(): void {
  const transfers = useTransfers();
  const { t, locale } = useWords();
  const route = useRoute();
  /** In front of the person already, where it is read out as well. */
  const isShown = (news: string, id: string): boolean => route.path === `/transfer/${id}` || ((news === 'offered' || news === 'offeredBack') && route.path === '/');
  const known = new Map<string, TransferView>();
  let begun = false;
  watch([() => transfers.pending, () => transfers.history], ([pending, history]) => {
    if (transfers.loading) return;
    for (const transfer of [...history, ...pending]) {
      const news = newsOf(transfer, known.get(transfer.id));
      known.set(transfer.id, transfer);
      const asset = transfer.give[0];
      // What was there when the window opened is no news.
      if (begun && news && asset && !isShown(news, transfer.id)) toast(t(`shell.${news}`, { name: transfer.contactName, amount: assetWords(asset, locale.value) }), `/transfer/${transfer.id}`);
    }
    begun = true;
  }, { immediate: true });

  const asked = new Set<string>();
  let first = true;
  watch(() => transfers.requestsForMe, (requests) => {
    for (const request of requests) {
      if (!first && !asked.has(request.id) && route.path !== '/') toast(t('shell.asked', { name: request.contactName, amount: `${displayAmount(request.amount, request.currency.decimals, locale.value)} ${request.currency.code}` }), '/');
      asked.add(request.id);
    }
    if (transfers.requestsKnown) first = false;
  }, { immediate: true });

  const library = useLibrary();
  const copies = new Map<string, LicenceView>();
  watch(() => library.copies, (shelf) => {
    for (const copy of shelf) {
      const news = loanNewsOf(copy, copies.get(copy.id));
      copies.set(copy.id, copy);
      if (!news || route.path === `/library/${copy.id}` || ((news === 'asksLonger' || news === 'wantsBack') && route.path === '/')) continue;
      toast(t(`shell.loan.${news}`, { name: copy.contactName ?? '', title: copy.publication.title, date: dayText(copy.due ?? 0, locale.value) }), `/library/${copy.id}`);
    }
  }, { immediate: true });
}
