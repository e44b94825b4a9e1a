/** Time left until a moment, as words. The vault decides whether it has come; this only shows it. */
import { computed, onScopeDispose, ref, watch } from 'vue';
import { useWords } from '../../i18n/i18n.ts';

export function useCountdown(until: () => number | null) {
  const { locale } = useWords();
  const now = ref(Date.now());
  let timer: ReturnType<typeof setInterval> | undefined;
  watch(until, (moment) => {
    clearInterval(timer);
    now.value = Date.now();
    if (moment !== null && moment > now.value) timer = setInterval(() => { now.value = Date.now(); }, 1000);
  }, { immediate: true });
  onScopeDispose(() => clearInterval(timer));
  /** Whole seconds. */
  const left = computed(() => Math.max(0, Math.ceil(((until() ?? 0) - now.value) / 1000)));
  const unit = (value: number, name: string): string => new Intl.NumberFormat(locale.value, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value);
  const text = computed(() => left.value < 90 ? unit(left.value, 'second') : unit(Math.ceil(left.value / 60), 'minute'));
  return { left, text };
}
