/**
 * Pages that are ready to be seen. What is wanted is fetched one page after the other, the most urgent first; what is in
 * reach but not wanted any more makes room, the one asked for longest ago first. Whatever is let go is freed.
 */
import type { Failure, Result } from '../../../protocol/errors.ts';

export interface PageCacheOptions<T> {
  readonly load: (page: number) => Promise<Result<T>>;
  readonly free: (made: T) => void;
  /** Something became ready, failed, or was let go. */
  readonly changed: () => void;
  /** Most pages held at once; what is wanted is cut to it. */
  readonly limit: number;
}

export class PageCache<T> {
  readonly #options: PageCacheOptions<T>;
  readonly #held = new Map<number, T>();
  readonly #failed = new Map<number, Failure>();
  #wanted: readonly number[] = [];
  /** Counts the layouts: what was fetched for an older one fits no more. */
  #age = 0;
  #filling = false;
  #settled: (() => void)[] = [];

  constructor(options: PageCacheOptions<T>) {
    this.#options = options;
  }

  get(page: number): T | undefined {
    return this.#held.get(page);
  }

  failure(page: number): Failure | undefined {
    return this.#failed.get(page);
  }

  get size(): number {
    return this.#held.size;
  }

  /** @param pages most urgent first; replaces what was wanted before */
  want(pages: readonly number[]): void {
    this.#wanted = [...new Set(pages)].slice(0, this.#options.limit);
    // The order of the map is the order of eviction.
    for (const page of this.#wanted.toReversed()) {
      const held = this.#held.get(page);
      if (held === undefined) continue;
      this.#held.delete(page);
      this.#held.set(page, held);
    }
    void this.#fill();
  }

  /** Lets everything go: another layout, another theme, the end. */
  clear(): void {
    this.#age += 1;
    this.#wanted = [];
    for (const made of this.#held.values()) this.#options.free(made);
    this.#held.clear();
    this.#failed.clear();
  }

  /** Resolves when all that is wanted is here or has failed. */
  settled(): Promise<void> {
    return this.#filling ? new Promise((resolve) => this.#settled.push(resolve)) : Promise.resolve();
  }

  async #fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    for (let page = this.#missing(); page !== undefined; page = this.#missing()) {
      const age = this.#age;
      const result = await this.#options.load(page);
      if (age !== this.#age) {
        if (result.ok) this.#options.free(result.value);
        continue;
      }
      if (result.ok) this.#hold(page, result.value);
      else this.#failed.set(page, result.failure);
      this.#options.changed();
    }
    this.#filling = false;
    for (const resolve of this.#settled.splice(0)) resolve();
  }

  #missing(): number | undefined {
    return this.#wanted.find((page) => !this.#held.has(page) && !this.#failed.has(page));
  }

  #hold(page: number, made: T): void {
    this.#held.set(page, made);
    for (const [oldest, old] of this.#held) {
      if (this.#held.size <= this.#options.limit) break;
      if (this.#wanted.includes(oldest)) continue;
      this.#held.delete(oldest);
      this.#options.free(old);
    }
  }
}
