/** Where the window opens: where it was, if that place still exists; otherwise the middle of the screen. */
import type { Rectangle } from 'electron';

/** Below this width the interface is not laid out. */
export const MIN_WIDTH_PX = 360;
export const MIN_HEIGHT_PX = 480;
const DEFAULT_WIDTH_PX = 1080;
const DEFAULT_HEIGHT_PX = 760;
/** So much of a remembered window must be on a screen that a person can take hold of it. */
const GRIP_PX = 64;

/**
 * @param remembered the last place, if any
 * @param workAreas the screens' usable areas, the main one first
 */
export function placeWindow(remembered: Rectangle | null, workAreas: readonly Rectangle[]): Partial<Rectangle> & { width: number; height: number } {
  if (remembered && workAreas.some((area) => hasGrip(remembered, area))) {
    return { ...remembered, width: Math.max(remembered.width, MIN_WIDTH_PX), height: Math.max(remembered.height, MIN_HEIGHT_PX) };
  }
  const area = workAreas[0];
  return {
    width: Math.max(MIN_WIDTH_PX, Math.min(DEFAULT_WIDTH_PX, area?.width ?? DEFAULT_WIDTH_PX)),
    height: Math.max(MIN_HEIGHT_PX, Math.min(DEFAULT_HEIGHT_PX, area?.height ?? DEFAULT_HEIGHT_PX)),
  };
}

/** True if the window's title bar can be reached on this screen. */
function hasGrip(window: Rectangle, area: Rectangle): boolean {
  const across = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  return across >= GRIP_PX && window.y >= area.y - GRIP_PX / 4 && window.y + GRIP_PX <= area.y + area.height;
}
