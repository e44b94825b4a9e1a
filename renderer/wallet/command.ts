/** Runs one command at a time for a form: whether it is under way, and why it failed, if it did. */
import { ref } from 'vue';
import type { Failure, Result } from '../../protocol/errors.ts';

export function useCommand() {
  const busy = ref(false);
  const failure = ref<Failure | null>(null);
  /** @returns the value, or undefined if it failed (see `failure`) or another run is under way. */
  const run = async <T>(ask: () => Promise<Result<T>>): Promise<T | undefined> => {
    if (busy.value) return undefined;
    busy.value = true;
    failure.value = null;
    try {
      const result = await ask();
      if (result.ok) return result.value;
      failure.value = result.failure;
      return undefined;
    } finally {
      busy.value = false;
    }
  };
  return { busy, failure, run };
}
