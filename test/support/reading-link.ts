/** A wallet link for tests of the reader's screen, without a window: the pretend wallet behind the real contract. */
import { ref } from 'vue';
import { createClient } from '../../protocol/contracts/client.ts';
import { NoticeSchema, type Topic } from '../../protocol/contracts/contract.ts';
import { walletContract } from '../../protocol/contracts/wallet.contract.ts';
import type { CarrierState } from '../../renderer/wallet/carrier.ts';
import type { WalletLink } from '../../renderer/wallet/link.ts';
import { type DoubleReading, pretendReading } from './renderer-double/double-reading.ts';
import { emptyState } from './renderer-double/double-state.ts';
import { type DoubleWallet, createDoubleWallet } from './renderer-double/double-wallet.ts';

export interface ReadingLink {
  readonly link: WalletLink;
  readonly wallet: DoubleWallet;
  readonly reading: DoubleReading;
  /** As if the wallet had gone away or come back. */
  reach(state: CarrierState): void;
}

export function readingLink(part: Parameters<typeof pretendReading>[0] = {}): ReadingLink {
  const state = emptyState();
  const reading = pretendReading(part);
  state.reading = reading;
  const wallet = createDoubleWallet(state);
  const reached = ref<CarrierState>('open');
  const listeners = new Set<{ topics: readonly Topic[]; listener: () => void }>();
  wallet.onNotice((raw) => { for (const { topics, listener } of listeners) if (NoticeSchema.parse(raw).changed.some((topic) => topics.includes(topic))) listener(); });
  const carry = (call: { id: number; method: string; input: unknown }) => reached.value === 'open' ? wallet.serve(call) : Promise.reject(new Error('the connection ended'));
  return {
    wallet, reading,
    link: { client: createClient(walletContract, carry), state: reached, onTopics: (topics, listener) => { const entry = { topics, listener }; listeners.add(entry); return () => void listeners.delete(entry); } },
    reach(next) {
      reached.value = next;
      if (next === 'open') for (const { listener } of listeners) listener();
    },
  };
}
