/**
 * The one link between the interface and its wallet: a checked client, and who wants to hear about which topic.
 * Notices are hints to ask again; nothing in them is believed.
 */
import { type InjectionKey, inject, ref, type Ref } from 'vue';
import { createClient } from '../../protocol/contracts/client.ts';
import { type Client, NoticeSchema, type Topic } from '../../protocol/contracts/contract.ts';
import { type WalletContract, walletContract } from '../../protocol/contracts/wallet.contract.ts';
import type { Carrier, CarrierState } from './carrier.ts';

export type WalletClient = Client<WalletContract>;

export interface WalletLink {
  readonly client: WalletClient;
  readonly state: Ref<CarrierState>;
  /** Calls `listener` whenever one of `topics` changed, and when the wallet is reachable again; @returns how to stop. */
  onTopics(topics: readonly Topic[], listener: () => void): () => void;
}

export const WALLET_LINK: InjectionKey<WalletLink> = Symbol('wallet link');

/** @returns a link over `carrier`; malformed notices are dropped. */
export function createWalletLink(carrier: Carrier): WalletLink {
  const listeners = new Set<{ topics: readonly Topic[]; listener: () => void }>();
  const state = ref<CarrierState>('connecting');
  let wasLost = false;
  carrier.onNotice((raw) => {
    const notice = NoticeSchema.safeParse(raw);
    if (!notice.success) return;
    for (const { topics, listener } of listeners) if (topics.some((topic) => notice.data.changed.includes(topic))) listener();
  });
  carrier.onState((next) => {
    state.value = next;
    if (next === 'open' && wasLost) for (const { listener } of listeners) listener();
    wasLost = next === 'lost';
  });
  return {
    client: createClient(walletContract, (call) => carrier.carry(call)),
    state,
    onTopics: (topics, listener) => {
      const entry = { topics, listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}

/** The link of this app. */
export function useWalletLink(): WalletLink {
  const link = inject(WALLET_LINK);
  if (!link) throw new Error('no wallet link was provided');
  return link;
}
