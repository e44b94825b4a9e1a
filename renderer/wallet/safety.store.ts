/** Whether a PIN is set, and when it may be tried again. */
import { defineStore } from 'pinia';
import { liveQuery } from './live-query.ts';
import { useWalletLink } from './link.ts';

export const useSafety = defineStore('safety', () => {
  const link = useWalletLink();
  const status = liveQuery(link, ['settings', 'app'], () => link.client['safety.status']({}));
  return { status: status.data, refresh: status.refresh };
});
