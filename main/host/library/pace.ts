/** How fast bytes have been coming in of late. Times are in milliseconds of a clock that nobody sets, or an hour that is put back would count for ever. */
const WINDOW_MS = 3_000;

export class Pace {
  #samples: { at: number; bytes: number }[] = [];

  add(now: number, bytes: number): void {
    this.#samples = this.#samples.filter(({ at }) => at > now - WINDOW_MS);
    this.#samples.push({ at: now, bytes });
  }

  /** Zero if nothing came within the last three seconds. */
  bytesPerSecond(now: number): number {
    const recent = this.#samples.filter(({ at }) => at > now - WINDOW_MS);
    const [first] = recent;
    if (!first) return 0;
    const span = Math.max(now - first.at, 250);
    return (recent.reduce((sum, { bytes }) => sum + bytes, 0) * 1000) / span;
  }
}
