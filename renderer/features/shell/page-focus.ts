/** After a change of screen: the window's title, and focus where the new screen begins. */
import { nextTick, watch } from 'vue';
import { useRoute } from 'vue-router';
import { useWords } from '../../i18n/i18n.ts';
import { focusScreen } from '../../ui/screen-focus.ts';

export function usePageFocus(): void {
  const route = useRoute();
  const { t, locale } = useWords();
  watch([() => route.path, locale], () => { document.title = `${t(route.meta.title)} · Tallystick`; }, { immediate: true });
  watch(() => route.path, async () => {
    await nextTick();
    focusScreen();
  });
}
