/** After a change of screen: the window's title, and focus on the new heading, which screen readers then read out. */
import { nextTick, watch } from 'vue';
import { useRoute } from 'vue-router';
import { useWords } from '../../i18n/i18n.ts';

export function usePageFocus(): void {
  const route = useRoute();
  const { t, locale } = useWords();
  watch([() => route.path, locale], () => { document.title = `${t(route.meta.title)} · Tallystick`; }, { immediate: true });
  watch(() => route.path, async () => {
    await nextTick();
    document.querySelector<HTMLElement>('[data-page-title]')?.focus({ preventScroll: true });
  });
}
