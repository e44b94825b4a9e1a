/**
 * Small conveniences remembered on this computer (last currency, a folded section). Nothing of value, nothing that the
 * wallet relies on; where storage is refused they last as long as the window.
 */
import { ref, watch, type Ref } from 'vue';

/** A string that comes back with the next window. */
export function remembered(name: string, initial: string): Ref<string> {
  const key = `tallystick.${name}`;
  let stored: string | null = null;
  try { stored = localStorage.getItem(key); } catch { /* storage refused */ }
  const value = ref(stored ?? initial);
  watch(value, (next) => { try { localStorage.setItem(key, next); } catch { /* storage refused */ } });
  return value;
}
