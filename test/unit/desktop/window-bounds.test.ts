/** Where the window opens on the screens that there are. */
import { describe, expect, it } from 'vitest';
import { MIN_HEIGHT_PX, MIN_WIDTH_PX, placeWindow } from '../../../main/desktop/window-bounds.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const second = { x: 1440, y: 0, width: 1920, height: 1080 };

describe('the window', () => {
  it('opens in the middle the first time, within a small screen', () => {
    expect(placeWindow(null, [laptop])).toEqual({ width: 1080, height: 760 });
    expect(placeWindow(null, [{ x: 0, y: 0, width: 800, height: 600 }])).toEqual({ width: 800, height: 600 });
  });
  it('opens where it was, on any screen', () => {
    for (const bounds of [{ x: 100, y: 100, width: 700, height: 600 }, { x: 1500, y: 10, width: 900, height: 900 }, { x: -200, y: 100, width: 700, height: 600 }]) {
      expect(placeWindow(bounds, [laptop, second])).toEqual(bounds);
    }
  });
  it('opens in the middle when its screen is gone or its title bar is out of reach', () => {
    for (const bounds of [{ x: 1500, y: 10, width: 900, height: 900 }, { x: -680, y: 100, width: 700, height: 600 }, { x: 0, y: -500, width: 700, height: 600 }, { x: 0, y: 890, width: 700, height: 600 }]) {
      expect(placeWindow(bounds, [laptop])).not.toHaveProperty('x');
    }
  });
  it('is never smaller than the interface can be', () => {
    expect(placeWindow({ x: 0, y: 30, width: 100, height: 100 }, [laptop])).toMatchObject({ width: MIN_WIDTH_PX, height: MIN_HEIGHT_PX });
  });
});
