/** Single-key shortcuts, silent while someone types or a dialog is open; they can be switched off (WCAG 2.2, 2.1.4). */
import { onScopeDispose } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { shortcutsOn } from '../../ui/shortcut-setting.ts';

const PLACES: Readonly<Record<string, string>> = { n: '/send', r: '/request', h: '/', p: '/people', b: '/library', a: '/activity', c: '/currencies', s: '/settings' };

export function useShortcuts(help: () => void): void {
  const router = useRouter();
  const route = useRoute();
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || route.meta.whole || shortcutsOn.value === 'off') return;
    const target = event.target as HTMLElement;
    if (target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="alertdialog"]')) return;
    const place = PLACES[event.key.toLowerCase()];
    if (event.key === '?') help();
    else if (place) void router.push(place);
    else return;
    event.preventDefault();
  };
  window.addEventListener('keydown', onKey);
  onScopeDispose(() => window.removeEventListener('keydown', onKey));
}
