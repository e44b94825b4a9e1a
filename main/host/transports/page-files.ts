/**
 * Files that a browser's pages sent, and what becomes of those whose page does not come back: a tab that crashed can let go
 * of nothing, and its files would lie on the disk, and keep others out, until the next start. A page bears a random name in
 * its WebSocket's address and in that of each file. It is no secret and gives no right: whoever has the session may end
 * what waits for any page of it.
 *
 *   connected ──last connection ends──▶ missed ──PAGE_GRACE_MS──▶ its files are let go
 *                     ◀──comes back────────┘                      (those that are being published stay until they are)
 */

/** Live pages try again every eight seconds, but one in the background may be woken only once a minute. */
export const PAGE_GRACE_MS = 90_000;

/** Far more than may wait at once (offered-files.ts); of those before them all but a few were published. */
const MAX_NAMES = 64;

interface Page {
  connections: number;
  files: string[];
  timer: ReturnType<typeof setTimeout> | null;
}

export class PageFiles {
  readonly #letGo: (file: string) => void;
  readonly #graceMs: number;
  readonly #pages = new Map<string, Page>();

  /** @param letGo forgets a file that waits to be published; does nothing for any other */
  constructor(letGo: (file: string) => void, graceMs = PAGE_GRACE_MS) {
    this.#letGo = letGo;
    this.#graceMs = graceMs;
  }

  /** @param page as it calls itself; none says nothing, and is missed from the start. @returns what is to be called when the connection ends, once */
  connected(page: string | null): () => void {
    if (page === null) return () => undefined;
    const known = this.#page(page);
    known.connections += 1;
    if (known.timer) clearTimeout(known.timer);
    known.timer = null;
    return () => {
      known.connections -= 1;
      this.#miss(page, known);
    };
  }

  /** A file of that page has arrived. */
  sent(page: string | null, file: string): void {
    const name = page ?? '';
    const known = this.#page(name);
    known.files = [...known.files, file].slice(-MAX_NAMES);
    this.#miss(name, known);
  }

  close(): void {
    for (const { timer } of this.#pages.values()) if (timer) clearTimeout(timer);
    this.#pages.clear();
  }

  #page(name: string): Page {
    const known = this.#pages.get(name) ?? { connections: 0, files: [], timer: null };
    this.#pages.set(name, known);
    return known;
  }

  #miss(name: string, page: Page): void {
    if (page.connections > 0 || this.#pages.get(name) !== page) return;
    if (page.files.length === 0) return void this.#pages.delete(name);
    if (page.timer) clearTimeout(page.timer);
    page.timer = setTimeout(() => {
      this.#pages.delete(name);
      page.files.forEach((file) => this.#letGo(file));
    }, this.#graceMs);
    page.timer.unref();
  }
}

/** The name in a request's query; null for none, or one that no page of ours gives itself. */
export const pageNameIn = (query: URLSearchParams): string | null => /^[0-9a-f]{32}$/.exec(query.get('page') ?? '')?.[0] ?? null;
