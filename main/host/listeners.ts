/** Those who want to hear of something, for as long as they want to. What a listener throws is its own fault and reaches whoever tells. */
export class Listeners<T> {
  readonly #all = new Set<(told: T) => void>();

  /** @returns what ends it */
  readonly add = (listener: (told: T) => void): (() => void) => {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  };

  tell(told: T): void {
    for (const listener of this.#all) listener(told);
  }
}
