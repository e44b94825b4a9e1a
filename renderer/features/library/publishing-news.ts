/** Says in a toast that a book is published, from whatever screen, and clears away jobs of this window that are over. */
import { watch } from 'vue';
import { useWords } from '../../i18n/i18n.ts';
import { toast } from '../../ui/toasts.ts';
import { useLibrary } from '../../wallet/library.store.ts';
import { useWalletLink } from '../../wallet/link.ts';
import { usePublishing } from '../../wallet/publishing.store.ts';

export function usePublishingNews(): void {
  const library = useLibrary();
  const publishing = usePublishing();
  const { client } = useWalletLink();
  const { t } = useWords();
  const told = new Set<number>();
  watch([() => library.jobs, () => publishing.started], async ([jobs, started]) => {
    for (const { job, state, title, publication } of jobs) {
      if ((state !== 'done' && state !== 'cancelled') || !started.has(job) || told.has(job)) continue;
      told.add(job);
      if (state === 'done') toast(t('library.job.done', { title }), publication === null ? '/library' : `/library/${publication}/1`);
      // Of one that is over nothing is left to cancel: it is taken off the list.
      await client['publishing.cancel']({ job });
      await library.refresh();
    }
  }, { immediate: true });
}
