/** Which pages are seen together, what turns them, and in which direction. */
import { describe, expect, it } from 'vitest';
import { shownSize, sideOf, swiped } from '../../../renderer/features/reading/page-gestures.ts';
import { actionOf } from '../../../renderer/features/reading/reader-keys.ts';
import { type Binding, nextSpread, pagesAround, previousSpread, spreadAt } from '../../../renderer/features/reading/spread.ts';
import { WheelTurns, wheelPixels } from '../../../renderer/features/reading/wheel-turns.ts';

const single: Binding = { pages: 5, paired: false, coverAlone: false };
const paired: Binding = { pages: 5, paired: true, coverAlone: false };
const comic: Binding = { pages: 6, paired: true, coverAlone: true };
/** Every spread from the first to the last, by turning. */
function through(binding: Binding): readonly (readonly number[])[] {
  const seen = [spreadAt(0, binding)];
  for (let page = nextSpread(0, binding); page !== null; page = nextSpread(page, binding)) seen.push(spreadAt(page, binding));
  return seen;
}

describe('spreads', () => {
  it('are one page, or two from the first on, or two behind a cover', () => {
    expect(through(single)).toEqual([[0], [1], [2], [3], [4]]);
    expect(through(paired)).toEqual([[0, 1], [2, 3], [4]]);
    expect(through(comic)).toEqual([[0], [1, 2], [3, 4], [5]]);
  });

  it('are the same on the way back', () => {
    for (const binding of [single, paired, comic]) {
      const back = [spreadAt(binding.pages - 1, binding)];
      for (let page = previousSpread(binding.pages - 1, binding); page !== null; page = previousSpread(page, binding)) back.unshift(spreadAt(page, binding));
      expect(back).toEqual(through(binding));
    }
  });

  it('hold every page exactly once, whichever page is asked for', () => {
    for (const binding of [single, paired, comic]) for (let page = 0; page < binding.pages; page++) expect(spreadAt(page, binding)).toContain(page);
    expect(spreadAt(-3, comic)).toEqual([0]);
    expect(spreadAt(99, paired)).toEqual([4]);
  });

  it('come with their neighbours, most urgent first', () => {
    expect(pagesAround(2, single)).toEqual([2, 3, 1, 4]);
    expect(pagesAround(1, comic)).toEqual([1, 2, 3, 4, 0, 5]);
    expect(pagesAround(4, single)).toEqual([4, 3]);
  });
});

describe('keys', () => {
  const setting = { direction: 'ltr', letters: true, zoomed: false } as const;
  const press = (key: string, part: Partial<KeyboardEvent> = {}) => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...part });

  it('turn the other way in a book that is read from right to left', () => {
    expect(actionOf(press('ArrowRight'), setting)).toBe('next');
    expect(actionOf(press('ArrowLeft'), setting)).toBe('previous');
    expect(actionOf(press('ArrowRight'), { ...setting, direction: 'rtl' })).toBe('previous');
    expect(actionOf(press('ArrowLeft'), { ...setting, direction: 'rtl' })).toBe('next');
    expect(actionOf(press('PageDown'), { ...setting, direction: 'rtl' })).toBe('next');
  });

  it('turn with the space bar, and back with shift', () => {
    expect(actionOf(press(' '), setting)).toBe('next');
    expect(actionOf(press(' ', { shiftKey: true }), setting)).toBe('previous');
  });

  it('move over a page that is larger than the window instead of turning it', () => {
    expect(actionOf(press('ArrowRight'), { ...setting, zoomed: true })).toBeNull();
    expect(actionOf(press('PageDown'), { ...setting, zoomed: true })).toBe('next');
  });

  it('do nothing as single letters where these are switched off; moves and Escape stay', () => {
    const off = { ...setting, letters: false };
    expect(actionOf(press('b'), setting)).toBe('mark');
    for (const letter of ['b', 'c', '/', '?', '+', 'f']) expect(actionOf(press(letter), off), letter).toBeNull();
    expect(actionOf(press('Escape'), off)).toBe('escape');
    expect(actionOf(press('f', { ctrlKey: true }), off)).toBe('search');
  });

  it('leave the keys of browser and system alone', () => {
    for (const key of ['t', 'c', '+', 'ArrowLeft']) expect(actionOf(press(key, { ctrlKey: true }), setting), key).toBeNull();
    expect(actionOf(press('ArrowLeft', { altKey: true }), setting)).toBeNull();
  });
});

describe('the wheel', () => {
  it('turns one page for one swipe on a touchpad, however long its momentum lasts', () => {
    const wheel = new WheelTurns();
    const swipe = [4, 12, 30, 60, 80, 70, 60, 50, 41, 33, 26, 20, 15, 11, 8, 6, 4, 3, 2, 1, 1, 1];
    expect(swipe.map((delta, step) => wheel.turn(delta, step * 16)).filter((turn) => turn !== 0)).toEqual([1]);
  });

  it('turns again for a second swipe, even while the first is running out', () => {
    const wheel = new WheelTurns();
    const first = [10, 40, 80, 60, 40, 25, 15, 10, 7, 5, 4, 3, 3, 2, 2, 2, 1, 1];
    const turns = [...first, 30, 70, 50, 30, 20, 10].map((delta, step) => wheel.turn(delta, step * 16));
    expect(turns.filter((turn) => turn === 1)).toHaveLength(2);
  });

  it('turns one page for each notch of a mouse wheel, forwards and back', () => {
    const wheel = new WheelTurns();
    expect([120, 120, -120, 120].map((delta, notch) => wheel.turn(delta, notch * 300))).toEqual([1, 1, -1, 1]);
  });

  it('does not turn for a finger that only rests', () => {
    const wheel = new WheelTurns();
    expect([1, -1, 2, 0, -1].map((delta, step) => wheel.turn(delta, step * 16))).toEqual([0, 0, 0, 0, 0]);
  });

  it('counts lines and pages as pixels, along the stronger axis', () => {
    expect(wheelPixels({ deltaX: 0, deltaY: 3, deltaMode: 1 })).toEqual({ pixels: 72, sideways: false });
    expect(wheelPixels({ deltaX: -40, deltaY: 9, deltaMode: 0 })).toEqual({ pixels: -40, sideways: true });
  });
});

describe('a finger', () => {
  it('swipes sideways, not up and not slowly', () => {
    expect(swiped({ x: -80, y: 10, ms: 200 })).toBe('left');
    expect(swiped({ x: 80, y: -10, ms: 200 })).toBe('right');
    expect(swiped({ x: 80, y: 70, ms: 200 })).toBeNull();
    expect(swiped({ x: 20, y: 0, ms: 100 })).toBeNull();
    expect(swiped({ x: 200, y: 0, ms: 2000 })).toBeNull();
  });

  it('turns at the edges and asks for the bars in the middle', () => {
    expect([0.05, 0.5, 0.95].map(sideOf)).toEqual(['left', 'middle', 'right']);
  });
});

describe('a picture', () => {
  const geometry = { paired: false, column: false, width: 600, height: 700, layout: null, image: { width: 1200, height: 1400 } };

  it('is shown pixel for pixel where it fits', () => {
    expect(shownSize({ width: 1000, height: 1400 }, geometry, 1, 2)).toEqual({ width: 500, height: 700 });
  });

  it('is stretched where it was drawn smaller than its place', () => {
    expect(shownSize({ width: 300, height: 350 }, geometry, 1, 1)).toEqual({ width: 600, height: 700 });
  });

  it('grows with the zoom', () => {
    expect(shownSize({ width: 1200, height: 1400 }, geometry, 2, 1)).toEqual({ width: 1200, height: 1400 });
  });
});
