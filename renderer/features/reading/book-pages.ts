/**
 * The pages of an open book: laying it out, having them ready, and turning them. The place in the book is an opaque mark of
 * the reader's (`reading.position`) that another layout does not move; it is taken where a person stopped, never from the
 * page that a new layout happened to give, or every change of the window would carry them further back.
 */
import { computed, ref, shallowRef } from 'vue';
import type { BookDescription, LinkTarget, Rect } from '../../../protocol/contracts/reader.contract.ts';
import type { ReadingSettings } from '../../../protocol/contracts/library-host.contract.ts';
import type { Failure } from '../../../protocol/errors.ts';
import type { WalletClient } from '../../wallet/link.ts';
import { PageCache } from './page-cache.ts';
import { type Geometry, type Stage, geometryOf, sameLayout } from './page-geometry.ts';
import { type PageImage, decodedImage, freeImage } from './page-image.ts';
import { type Binding, nextSpread, pagesAround, previousSpread, spreadAt } from './spread.ts';

/** What is ready at once: two pages each of here, next, after next and before, and room for one turn of mind. */
const READY_PAGES = 10;
/** Places to go back to. */
const MAX_RETURNS = 20;
/** A place is taken when a person has stayed on it: taking it costs the reader time that the next pages need more. */
const STAYED_MS = 600;

export interface PageText { readonly text: string; readonly rect: Rect }
export interface PageLink { readonly rect: Rect; readonly target: LinkTarget }
/** What lies over a page's picture. */
export interface PageExtras { readonly links: readonly PageLink[]; readonly lines: readonly PageText[] }

export interface ShownPage { readonly number: number; readonly image: PageImage | undefined; readonly failure: Failure | undefined }
interface Return { readonly page: number; readonly place: string | null }

export interface BookPagesOptions {
  readonly client: WalletClient;
  readonly book: number;
  readonly description: BookDescription;
  readonly settings: () => ReadingSettings;
  /** Where to begin, and how many times as large as the window. */
  readonly place: string | null;
  readonly zoom?: number;
  readonly onFailure: (failure: Failure) => void;
  /** The person is here now; for remembering. */
  readonly onPlace: (place: string) => void;
  readonly decode?: typeof decodedImage;
  readonly free?: typeof freeImage;
}

export function useBookPages({ client, book, description, settings, place: begin, zoom: larger = 1, onFailure, onPlace, decode = decodedImage, free = freeImage }: BookPagesOptions) {
  const pages = ref(description.pages ?? 0);
  const page = ref(0);
  const laying = ref(true);
  const zoom = ref(larger);
  const geometry = shallowRef<Geometry | null>(null);
  const extras = shallowRef<ReadonlyMap<number, PageExtras>>(new Map());
  const returns = shallowRef<readonly Return[]>([]);
  /** Rises with each layout that may have moved pages. */
  const layouts = ref(0);
  let stage: Stage | null = null;
  let place = begin;
  let laid: Geometry['layout'] = null;
  let everLaid = false;
  let disposed = false;
  let theme = settings().theme;

  const binding = computed((): Binding => ({ pages: Math.max(1, pages.value), paired: geometry.value?.paired ?? false, coverAlone: description.kind !== 'flowing' }));
  const spread = computed(() => pages.value === 0 ? [] : spreadAt(page.value, binding.value));
  const cache = new PageCache<PageImage>({
    limit: READY_PAGES,
    free,
    changed: display,
    async load(wanted) {
      const { image } = geometry.value as Geometry;
      const result = await client['reading.page']({ book, page: wanted, ...image, theme });
      return result.ok ? decode(result.value) : report(result);
    },
  });
  function report<R extends { ok: false; failure: Failure }>(result: R): R {
    if (!disposed) onFailure(result.failure);
    return result;
  }

  /** What is in sight. The pages before stay until all of those that follow are ready: a turn is one change, never a blank. */
  const shown = shallowRef<readonly ShownPage[]>([]);
  const waiting = ref(true);
  function display(): void {
    const next = spread.value.map((number): ShownPage => ({ number, image: cache.get(number), failure: cache.failure(number) }));
    waiting.value = laying.value || next.length === 0 || !next.every(({ image, failure }) => image || failure);
    const same = next.length === shown.value.length && next.every(({ number, image, failure }, at) => number === shown.value[at]?.number && image === shown.value[at]?.image && failure === shown.value[at]?.failure);
    if (!waiting.value && !same) shown.value = next;
  }

  let staying: ReturnType<typeof setTimeout> | undefined;
  /** Asks for what is to be seen next, then for what lies over it, and at last for the place. */
  function prepare(): void {
    if (!geometry.value || pages.value === 0) return;
    cache.want(pagesAround(page.value, binding.value));
    display();
    void fillExtras();
    clearTimeout(staying);
    staying = setTimeout(() => void stayed(), STAYED_MS);
  }

  async function fillExtras(): Promise<void> {
    const [age, at] = [layouts.value, page.value];
    for (const number of spread.value) {
      if (extras.value.has(number)) continue;
      const links = await client['reading.links']({ book, page: number });
      const lines = description.terms.text ? await client['reading.text']({ book, page: number }) : null;
      if (disposed || age !== layouts.value) return;
      const known = [...extras.value].slice(1 - READY_PAGES);
      extras.value = new Map([...known, [number, { links: links.ok ? links.value : [], lines: lines?.ok ? lines.value : [] }]]);
      if (at !== page.value) return;
    }
  }

  /** True while `page` is where the person went, and `place` is not yet its mark. */
  let moved = false;
  async function stayed(): Promise<void> {
    await cache.settled();
    if (!disposed) await takePlace();
  }
  async function takePlace(): Promise<void> {
    if (!moved || laying.value) return;
    const [age, at] = [layouts.value, page.value];
    const taken = await client['reading.position']({ book, page: at });
    if (!taken.ok || age !== layouts.value || at !== page.value) return;
    place = taken.value.position;
    moved = false;
    onPlace(place);
  }

  /** One layout after the other; the last wish counts. */
  let underWay: Promise<void> | null = null;
  let again = false;
  function relayout(): void {
    if (underWay) return void (again = true);
    underWay = lay().finally(() => {
      underWay = null;
      if (!again || disposed) return;
      again = false;
      relayout();
    });
  }

  async function lay(): Promise<void> {
    if (!stage || disposed) return;
    const next = geometryOf(stage, description.kind, settings(), zoom.value);
    const moves = !everLaid || !sameLayout(next.layout, laid);
    if (moves) {
      // The old pages stay in sight until the new ones are there.
      if (everLaid) await takePlace();
      laying.value = true;
      const { width, height, fontSize, margin, lineSpacing, typeface } = next.layout ?? { width: 600, height: 800, fontSize: 12, margin: 0, lineSpacing: null, typeface: 'book' as const };
      const result = await client['reading.layout']({ book, width, height, fontSize, margin, lineSpacing, typeface });
      if (disposed) return;
      if (!result.ok) return void report(result);
      layouts.value += 1;
      extras.value = new Map();
      laid = next.layout;
      await findPlaces(result.value.pages);
      if (disposed) return;
      everLaid = true;
    }
    const looks = moves || theme !== settings().theme || JSON.stringify(geometry.value?.image) !== JSON.stringify(next.image);
    geometry.value = next;
    theme = settings().theme;
    if (looks) cache.clear();
    laying.value = false;
    prepare();
  }

  async function findPlaces(count: number): Promise<void> {
    const found = place === null ? null : await client['reading.locate']({ book, position: place });
    const kept: Return[] = [];
    for (const { place: mark } of everLaid ? returns.value : []) {
      const located = mark === null ? null : await client['reading.locate']({ book, position: mark });
      if (located?.ok) kept.push({ page: located.value.page, place: mark });
    }
    if (disposed) return;
    returns.value = kept;
    pages.value = count;
    page.value = Math.min(found?.ok ? found.value.page : Math.min(page.value, count - 1), count - 1);
    moved = place === null;
  }

  function show(to: number): void {
    if (laying.value || pages.value === 0) return;
    const first = spreadAt(to, binding.value)[0] ?? 0;
    if (first === (spread.value[0] ?? -1)) return;
    page.value = first;
    moved = true;
    prepare();
  }

  return {
    pages, page, spread, shown, waiting, laying, zoom, geometry, extras, returns, layouts,
    next: () => { const to = nextSpread(page.value, binding.value); if (to !== null) show(to); return to !== null; },
    previous: () => { const to = previousSpread(page.value, binding.value); if (to !== null) show(to); return to !== null; },
    first: () => show(0),
    last: () => show(pages.value - 1),
    /** Turns to a page from which one may want to come back. */
    async jump(to: number): Promise<void> {
      const from = page.value;
      if (laying.value || spread.value.includes(to)) return;
      returns.value = [...returns.value, { page: from, place: moved ? null : place }].slice(-MAX_RETURNS);
      const age = layouts.value;
      show(to);
      if (returns.value.at(-1)?.place !== null) return;
      await cache.settled();
      const taken = await client['reading.position']({ book, page: from });
      if (!taken.ok || age !== layouts.value) return;
      returns.value = returns.value.map((one) => one.page === from && one.place === null ? { page: from, place: taken.value.position } : one);
    },
    /** Back to where one was before the last jump. */
    comeBack(): void {
      const back = returns.value.at(-1);
      returns.value = returns.value.slice(0, -1);
      if (back) show(back.page);
    },
    /** The window or a setting has changed. */
    fit(next: Stage): void { stage = next; relayout(); },
    refresh: relayout,
    setZoom(to: number): void { zoom.value = to; relayout(); },
    /** The mark of the page now in sight; null if the book does not say. */
    async placeHere(): Promise<string | null> {
      if (moved) await takePlace();
      return moved ? null : place;
    },
    async pageOf(mark: string): Promise<number | null> {
      const found = await client['reading.locate']({ book, position: mark });
      return found.ok ? found.value.page : null;
    },
    settled: () => cache.settled(),
    /** Takes the place before the book is closed. */
    leave: takePlace,
    dispose(): void {
      disposed = true;
      clearTimeout(staying);
      cache.clear();
    },
  };
}
export type BookPages = ReturnType<typeof useBookPages>;
