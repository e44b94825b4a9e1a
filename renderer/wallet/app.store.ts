/** Whether there is a wallet, whether it runs, and who it is. */
import { defineStore } from 'pinia';
import { computed } from 'vue';
import { liveQuery } from './live-query.ts';
import { useWalletLink } from './link.ts';

export const useApp = defineStore('app', () => {
  const link = useWalletLink();
  const status = liveQuery(link, ['app'], () => link.client['app.status']({}));
  const identity = liveQuery(link, ['app', 'settings'], () => link.client['wallet.identity']({}));
  return {
    status: status.data,
    statusFailure: status.failure,
    identity: identity.data,
    phase: computed(() => status.data.value?.phase),
    reach: link.state,
    refresh: status.refresh,
    refreshIdentity: identity.refresh,
  };
});
