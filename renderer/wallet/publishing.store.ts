/** Files that wait for their person to say what they are; the first of them is looked at in a dialog, one after the other. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Failure } from '../../protocol/errors.ts';
import { type ChosenFile, askForFiles, fromPerson } from './book-files.ts';
import { useWalletLink } from './link.ts';

export const usePublishing = defineStore('publishing', () => {
  const { client } = useWalletLink();
  const waiting = shallowRef<readonly ChosenFile[]>([]);
  const failure = ref<Failure | null>(null);
  /** How many came together, for "2 of 3". */
  const total = ref(0);
  const started = shallowRef<ReadonlySet<number>>(new Set());

  const add = (files: readonly ChosenFile[]): void => {
    total.value = (waiting.value.length === 0 ? 0 : total.value) + files.length;
    waiting.value = [...waiting.value, ...files];
  };
  return {
    current: computed<ChosenFile | null>(() => waiting.value[0] ?? null),
    number: computed(() => total.value - waiting.value.length + 1),
    total, failure,
    /** Jobs that this window began. Others, such as a command, wait for the end of theirs, which must stay on the list for them. */
    started,
    start: (job: number) => { started.value = new Set([...started.value, job]); },
    drop: (files: readonly File[]) => { add(files.map((file) => fromPerson(file))); },
    choose: async () => {
      failure.value = null;
      const chosen = await askForFiles(client);
      if (chosen.ok) add(chosen.value);
      else failure.value = chosen.failure;
    },
    /** Done with the first one, whatever became of it. */
    next: () => { waiting.value = waiting.value.slice(1); },
  };
});
