/** The whole screen for one book. Where the shell does not allow it, it is not offered. */
import { onScopeDispose, ref } from 'vue';

export function useFullScreen() {
  const on = ref(document.fullscreenElement !== null);
  const follow = (): void => { on.value = document.fullscreenElement !== null; };
  document.addEventListener('fullscreenchange', follow);
  const leave = (): void => { if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined); };
  onScopeDispose(() => {
    document.removeEventListener('fullscreenchange', follow);
    leave();
  });
  return {
    on, leave,
    possible: document.fullscreenEnabled,
    toggle: (): void => {
      if (document.fullscreenElement) leave();
      else void document.documentElement.requestFullscreen().catch(() => undefined);
    },
  };
}
