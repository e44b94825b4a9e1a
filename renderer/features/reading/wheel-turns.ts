/**
 * One page for one gesture. A touchpad sends dozens of wheel events for a swipe and goes on after the fingers are gone; a
 * mouse wheel sends one for each notch. A turn is followed by deafness until the wheel is quiet, or is pushed anew.
 */

/** How far a gesture has to go, in pixels: less than a notch of any wheel, more than a finger that only rests. */
const ENOUGH = 30;
/** A wheel that says nothing for so long has ended its gesture. */
const QUIET_MS = 140;
/** However hard it is pushed, pages do not come faster. */
const SHORTEST_MS = 220;
/** Momentum only fades: an event so many times as strong as the one before is a new push. */
const NEW_PUSH = 1.6;

export class WheelTurns {
  #travelled = 0;
  #last = { at: -Infinity, strength: 0 };
  #turnedAt = -Infinity;
  #deaf = false;

  /** @param delta pixels, positive for onwards @param at milliseconds @returns 1 for onwards, -1 for back, 0 for nothing */
  turn(delta: number, at: number): -1 | 0 | 1 {
    const strength = Math.abs(delta);
    const quiet = at - this.#last.at > QUIET_MS;
    const pushed = strength > this.#last.strength * NEW_PUSH && strength > ENOUGH / 2;
    this.#last = { at, strength };
    if (quiet || (this.#deaf && pushed && at - this.#turnedAt > SHORTEST_MS)) {
      this.#deaf = false;
      this.#travelled = 0;
    }
    if (this.#deaf || delta === 0) return 0;
    this.#travelled += delta;
    if (Math.abs(this.#travelled) < ENOUGH || at - this.#turnedAt < SHORTEST_MS) return 0;
    this.#deaf = true;
    this.#turnedAt = at;
    return this.#travelled > 0 ? 1 : -1;
  }
}

/** Height of a line where a wheel counts in lines (Firefox on some systems). */
const LINE_PX = 24;
/** Pixels of a wheel event's stronger axis; to the right and down are positive. */
export function wheelPixels({ deltaX, deltaY, deltaMode }: Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode'>): { readonly pixels: number; readonly sideways: boolean } {
  const sideways = Math.abs(deltaX) > Math.abs(deltaY);
  const unit = deltaMode === 0 ? 1 : deltaMode === 1 ? LINE_PX : LINE_PX * 20;
  return { pixels: (sideways ? deltaX : deltaY) * unit, sideways };
}
