/**
 * Scrolling of a column of pages. The window scrolls by itself, as everything in it does; here only what the model of the
 * column (page-column.ts) moved is moved after it, and keys go by steps that add up however quickly they come.
 */
import { type Ref, watch } from 'vue';
import { STILL_PX } from './page-column.ts';
import type { ShownColumn } from './shown-pages.ts';

export function useColumnScroll(frame: Readonly<Ref<HTMLElement | null>>, column: () => ShownColumn | null, scrolled: (top: number) => void) {
  /** Where the window stood when the model last heard of it. */
  let known = 0;
  /** Where the steps that are under way end. */
  let goal: number | null = null;
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)');

  // By the difference, not to the place: who is scrolling just now goes on from where they are.
  watch(column, (now) => {
    const box = frame.value;
    if (!now) [known, goal] = [0, null];
    if (!box || !now) return;
    if (Math.abs(now.top - known) >= STILL_PX) {
      goal = null;
      box.scrollTop += now.top - known;
    }
    known = box.scrollTop;
  }, { flush: 'post' });

  return {
    onScroll(): void {
      const top = frame.value?.scrollTop ?? 0;
      if (!column() || top === known) return;
      known = top;
      scrolled(top);
    },
    onRest: (): void => { goal = null; },
    /** @param windows shares of the window's height; down is positive */
    step(windows: number): void {
      const box = frame.value;
      if (!box) return;
      const most = box.scrollHeight - box.clientHeight;
      goal = Math.max(0, Math.min(most, (goal ?? box.scrollTop) + windows * box.clientHeight));
      box.scrollTo({ top: goal, behavior: calm.matches ? 'instant' : 'smooth' });
    },
  };
}
