/** One transfer, live, whether or not it is on a loaded page. */
import { liveQuery } from './live-query.ts';
import { useWalletLink } from './link.ts';

export function useTransfer(id: string) {
  const link = useWalletLink();
  const transfer = liveQuery(link, ['transfers'], () => link.client['transfers.get']({ id }));
  void transfer.refresh();
  return transfer;
}
