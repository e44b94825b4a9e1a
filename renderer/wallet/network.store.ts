/** Who is within reach, by which address this wallet is, and what is wrong with finding each other, if anything. */
import { defineStore } from 'pinia';
import { liveQuery } from './live-query.ts';
import { useWalletLink } from './link.ts';

export const useNetwork = defineStore('network', () => {
  const link = useWalletLink();
  const status = liveQuery(link, ['network', 'people'], () => link.client['network.status']({}));
  return { status: status.data, loading: status.loading, failure: status.failure, refresh: status.refresh };
});
