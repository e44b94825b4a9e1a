/** The current time for "5 min. ago", one timer for all. */
import { onScopeDispose, readonly, ref, type Ref } from 'vue';

/** Words such as "5 min. ago" change once a minute; half of that is never visibly late. */
const STEP_MS = 30_000;

const now = ref(Date.now());
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Milliseconds since 1970, moving while someone looks. */
export function useNow(): Readonly<Ref<number>> {
  now.value = Date.now();
  if (users++ === 0) timer = setInterval(() => { now.value = Date.now(); }, STEP_MS);
  onScopeDispose(() => { if (--users === 0) clearInterval(timer); });
  return readonly(now);
}
