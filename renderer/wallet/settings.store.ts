/** How this person likes the interface, and how visible the wallet is to others. Kept by the host. */
import { defineStore } from 'pinia';
import type { Settings } from '../../protocol/contracts/host.contract.ts';
import { liveQuery } from './live-query.ts';
import { useWalletLink } from './link.ts';

export const useSettings = defineStore('settings', () => {
  const link = useWalletLink();
  const settings = liveQuery(link, ['settings'], () => link.client['settings.get']({}));
  /** Changes some settings; the answer shows at once. */
  const change = async (part: Partial<Settings>) => {
    const result = await link.client['settings.set'](part);
    if (result.ok) settings.data.value = result.value;
    return result;
  };
  return { settings: settings.data, failure: settings.failure, refresh: settings.refresh, change };
});
