/** Short news at the edge of the window. They repeat what a screen shows as well, and go by themselves. */
import { shallowRef } from 'vue';

export interface Toast { readonly id: number; readonly text: string; readonly to: string | null }

/** Long enough to read fourteen words twice. */
const SHOWN_MS = 7_000;
/** More would cover what they are about. */
const AT_ONCE = 3;

let lastId = 0;
export const toasts = shallowRef<readonly Toast[]>([]);

export const dropToast = (id: number): void => { toasts.value = toasts.value.filter((toast) => toast.id !== id); };

/** @param to route that shows more, if any. */
export function toast(text: string, to: string | null = null): void {
  const id = ++lastId;
  toasts.value = [...toasts.value.slice(1 - AT_ONCE), { id, text, to }];
  setTimeout(() => dropToast(id), SHOWN_MS);
}
