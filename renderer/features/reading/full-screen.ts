/** The whole screen for one book. Where the shell does not allow it, it is not offered. */
import { onScopeDispose, ref } from 'vue';

export function useFullScreen() {
  const on = ref(document.fullscreenElement !== null);
  const follow = (): void => { on.value = document.fullscreenElement !== null; };
  document.addEventListener('fullscreenchange', follow);
  /** @returns whether there was something to leave. The document knows; `on` hears of it a frame later. */
  const leave = (): boolean => {
    if (!document.fullscreenElement) return false;
    void document.exitFullscreen().catch(() => undefined);
    return true;
  };
  let over = false;
  onScopeDispose(() => {
    over = true;
    document.removeEventListener('fullscreenchange', follow);
    leave();
  });
  return {
    on, leave,
    possible: document.fullscreenEnabled,
    toggle: (): void => {
      if (!leave()) void document.documentElement.requestFullscreen().then(() => { if (over) leave(); }).catch(() => undefined);
    },
  };
}
