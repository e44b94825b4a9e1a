/** Contacts, strangers within reach, pairings under way, and whoever is proven to have run as two copies. */
import { defineStore } from 'pinia';
import { computed } from 'vue';
import { liveQuery } from './live-query.ts';
import { useWalletLink } from './link.ts';

export const usePeople = defineStore('people', () => {
  const link = useWalletLink();
  const contacts = liveQuery(link, ['people'], () => link.client['people.contacts']({}));
  const strangers = liveQuery(link, ['people', 'network'], () => link.client['people.strangers']({}));
  const pairings = liveQuery(link, ['people'], () => link.client['pairing.list']({}));
  const forks = liveQuery(link, ['people'], () => link.client['audit.forks']({}));
  const pairingStatus = liveQuery(link, ['people'], () => link.client['pairing.status']({}));
  return {
    contacts: computed(() => contacts.data.value ?? []),
    strangers: computed(() => strangers.data.value ?? []),
    pairings: computed(() => pairings.data.value ?? []),
    forks: computed(() => forks.data.value ?? []),
    pairingStatus: pairingStatus.data,
    loading: contacts.loading,
    failure: computed(() => contacts.failure.value ?? forks.failure.value),
    of: (instance: string) => contacts.data.value?.find((contact) => contact.instance === instance),
    forkOf: (instance: string) => forks.data.value?.find((fork) => fork.instance === instance),
    refresh: async () => void await Promise.all([contacts.refresh(), strangers.refresh(), pairings.refresh(), forks.refresh(), pairingStatus.refresh()]),
  };
});
