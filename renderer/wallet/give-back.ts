/** Sends a borrowed copy home and shows the way it takes. Whether the person means it is asked before. */
import { useRouter } from 'vue-router';
import type { LicenceView } from '../../protocol/contracts/library.views.ts';
import type { useCommand } from './command.ts';
import { useLibrary } from './library.store.ts';
import { useWalletLink } from './link.ts';
import { useTransfers } from './transfers.store.ts';

/** @param run of the screen, which shows that it is busy, and why it failed. */
export function useGiveBack(run: ReturnType<typeof useCommand>['run']): (licence: LicenceView['id']) => Promise<void> {
  const { client } = useWalletLink();
  const router = useRouter();
  const library = useLibrary();
  const transfers = useTransfers();
  return async (licence) => {
    const sent = await run(() => client['books.return']({ licence }));
    if (!sent) return;
    void library.refresh();
    void transfers.refresh();
    await router.push(`/transfer/${sent.id}`);
  };
}
