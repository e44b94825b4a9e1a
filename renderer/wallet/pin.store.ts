/**
 * Asks for the wallet's PIN when the vault wants it. The PIN is checked in the vault, handed over once and not kept
 * here. One dialog at a time; it belongs to the shell.
 */
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { type Failure, type Result, fail } from '../../protocol/errors.ts';
import { useSafety } from './safety.store.ts';

const ABOUT_PIN: ReadonlySet<string> = new Set(['pin_required', 'pin_wrong', 'pin_delayed']);

/** The part of a call's input that carries the PIN. */
export type WithPin = { pin?: string };

export const usePin = defineStore('pin', () => {
  const safety = useSafety();
  const asking = ref(false);
  const failure = ref<Failure | null>(null);
  const busy = ref(false);
  let answer: ((pin: string | null) => void) | null = null;

  /** One dialog after the other: who wants the PIN while it is asked for something else waits for that. */
  let turn: Promise<unknown> = Promise.resolve();

  const next = (): Promise<string | null> => new Promise((resolve) => { answer = resolve; });

  /** Makes the call; if the vault asks for the PIN, asks the person until it is right or they give up. */
  const withPin = async <T>(call: (pin: WithPin) => Promise<Result<T>>): Promise<Result<T>> => {
    const tried = await call({});
    if (tried.ok || !ABOUT_PIN.has(tried.failure.code)) return tried;
    const asked = turn.then(() => askFor(call, tried.failure));
    turn = asked.catch(() => undefined);
    return await asked;
  };

  const askFor = async <T>(call: (pin: WithPin) => Promise<Result<T>>, why: Failure): Promise<Result<T>> => {
    failure.value = why.code === 'pin_required' ? null : why;
    asking.value = true;
    try {
      await safety.refresh();
      for (;;) {
        const pin = await next();
        if (pin === null) return fail('pin_required', 'Without the PIN nothing was changed.');
        [busy.value, failure.value] = [true, null];
        const result = await call({ pin });
        if (result.ok || !ABOUT_PIN.has(result.failure.code)) return result;
        // What went wrong and how long to wait are said together.
        await safety.refresh();
        [busy.value, failure.value] = [false, result.failure];
      }
    } finally {
      asking.value = false;
      busy.value = false;
    }
  };

  return { asking, failure, busy, withPin, submit: (pin: string) => answer?.(pin), cancel: () => answer?.(null) };
});
