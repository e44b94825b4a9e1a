/**
 * The bars around the pages fade when nobody wants anything of them, and are back with the first movement. They never
 * leave: a keyboard or a screen reader finds them where they are, and what has the focus is seen.
 */
import { computed, onScopeDispose, ref } from 'vue';

/** Time to read a title and to decide. */
const AWAKE_MS = 3_000;

export function useRestingControls(held: () => boolean) {
  const awake = ref(true);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rest = (): void => { awake.value = false; };
  const wake = (): void => {
    awake.value = true;
    clearTimeout(timer);
    timer = setTimeout(rest, AWAKE_MS);
  };
  const onMove = (event: PointerEvent): void => { if (event.pointerType === 'mouse') wake(); };
  window.addEventListener('pointermove', onMove);
  wake();
  onScopeDispose(() => {
    clearTimeout(timer);
    window.removeEventListener('pointermove', onMove);
  });
  return {
    shown: computed(() => awake.value || held()),
    wake,
    /** A tap on the page: in comes what was away, and away goes what was there. */
    toggle: (): void => {
      if (!awake.value) return wake();
      clearTimeout(timer);
      rest();
    },
    /** Turning pages is reading: nothing else is wanted. */
    rest,
  };
}
