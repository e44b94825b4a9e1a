/**
 * What is being put together before it is sent or asked for, and the steps through it:
 *
 *   person ─▶ amount ─▶ review ─▶ (sent)
 *
 * A draft may come prefilled from a link or a request; it never sends itself (design §8).
 */
import { computed, reactive, ref } from 'vue';
import type { LocationQuery } from 'vue-router';
import { MinorSchema } from '../../../protocol/contracts/plain.ts';
import { RequestIdSchema } from '../../../protocol/identifiers.ts';
import { MAX_MEMO_CHARS } from '../../../protocol/limits.ts';
import { remembered } from '../../wallet/remembered.ts';

export const SEND_STEPS = ['person', 'amount', 'review'] as const;
export type SendStep = (typeof SEND_STEPS)[number];

const textOf = (value: LocationQuery[string] | undefined): string => typeof value === 'string' ? value : '';

export function useSendDraft(query: LocationQuery) {
  const lastCurrency = remembered('last-currency', '');
  const amount = MinorSchema.safeParse(textOf(query['amount']));
  const request = RequestIdSchema.safeParse(textOf(query['request']));
  const draft = reactive({
    contact: textOf(query['to']),
    currency: textOf(query['currency']) || lastCurrency.value,
    amount: amount.success && amount.data !== '0' ? amount.data : null as string | null,
    memo: textOf(query['memo']).slice(0, MAX_MEMO_CHARS),
    purpose: textOf(query['purpose']) === 'redemption' ? 'redemption' as const : 'payment' as 'payment' | 'redemption',
  });
  const first: SendStep = draft.contact === '' ? 'person' : draft.amount === null ? 'amount' : 'review';
  const step = ref<SendStep>(first);
  return {
    draft,
    step,
    /** The request that this answers, if any: then person, currency and amount are what was asked for. */
    request: request.success ? request.data : null,
    index: computed(() => SEND_STEPS.indexOf(step.value)),
    remember: () => { lastCurrency.value = draft.currency; },
  };
}
