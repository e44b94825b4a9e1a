/**
 * The pages of an open book: laying it out, having them ready, and turning them. The place in the book is an opaque mark of
 * the reader's (`reading.position`) that another layout does not move; it is taken where a person stopped, never from the
 * page that a new layout happened to give, or every change of the window would carry them further back.
 */
import { computed, ref, shallowRef } from 'vue';
import type { BookDescription } from '../../../protocol/contracts/reader.contract.ts';
import type { ReadingSettings } from '../../../protocol/contracts/library-host.contract.ts';
import type { Failure } from '../../../protocol/errors.ts';
import type { WalletClient } from '../../wallet/link.ts';
import { BookColumn } from './book-column.ts';
import { PageCache } from './page-cache.ts';
import { usePageExtras } from './page-extras.ts';
import { type Geometry, type Stage, geometryOf, sameLayout } from './page-geometry.ts';
import { type PageImage, decodedImage, freeImage } from './page-image.ts';
import { wayBack } from './setting-steps.ts';
import { type Look, type ShownColumn, type ShownPage, isReady, sameShown } from './shown-pages.ts';
import { type Binding, nextSpread, pagesAround, previousSpread, spreadAt } from './spread.ts';

/** What is ready at once: two pages each of here, next, after next and before, and room for one turn of mind; of a column, what is near. */
const READY_PAGES = 10;
/** Who scrolls on does not need the words of what they pass. */
const WORDS_AFTER_MS = 120;
/** Places to go back to. */
const MAX_RETURNS = 20;
/** A place is taken when a person has stayed on it: taking it costs the reader time that the next pages need more. */
const STAYED_MS = 600;

interface Return { readonly page: number; readonly place: string | null; readonly share: number }

export interface BookPagesOptions {
  readonly client: WalletClient;
  readonly book: number;
  readonly description: BookDescription;
  readonly settings: () => ReadingSettings;
  /** Where to begin, how much of that page is above the window in a column, and how many times as large as the window. */
  readonly place: string | null;
  readonly share?: number;
  readonly zoom?: number;
  readonly onFailure: (failure: Failure) => void;
  /** The person is here now; for remembering. */
  readonly onPlace: (place: string, share: number) => void;
  readonly decode?: typeof decodedImage;
  readonly free?: typeof freeImage;
}

export function useBookPages({ client, book, description, settings, place: begin, share: beginShare = 0, zoom: larger = 1, onFailure, onPlace, decode = decodedImage, free = freeImage }: BookPagesOptions) {
  const pages = ref(description.pages ?? 0);
  const page = ref(0);
  const laying = ref(true);
  const zoom = ref(larger);
  const geometry = shallowRef<Geometry | null>(null);
  const returns = shallowRef<readonly Return[]>([]);
  /** Rises with each layout that may have moved pages. */
  const layouts = ref(0);
  let stage: Stage | null = null;
  let place = begin;
  let laid: Geometry['layout'] = null;
  /** The look of the last layout that there was, and whether there was none for the one that is wished now. */
  let good: ReadingSettings | null = null;
  const refused = shallowRef<{ readonly back: Partial<ReadingSettings> | null } | null>(null);
  let everPlaced = false;
  let disposed = false;
  let theme = settings().theme;

  const binding = computed((): Binding => ({ pages: Math.max(1, pages.value), paired: geometry.value?.paired ?? false, coverAlone: description.kind !== 'flowing' }));
  const spread = computed(() => pages.value === 0 ? [] : spreadAt(page.value, binding.value));
  const cache = new PageCache<PageImage>({
    limit: READY_PAGES,
    free,
    changed() {
      // A page that is lower than it was thought brings others into sight.
      if (inColumn()) wantColumn();
      display();
    },
    async load(wanted) {
      const { image } = geometry.value as Geometry;
      const result = await client['reading.page']({ book, page: wanted, ...image, theme });
      if (!result.ok) return report(result);
      column.learn(wanted, result.value);
      return decode(result.value);
    },
  });
  const over = usePageExtras({ client, book, text: description.terms.text, limit: READY_PAGES });
  const column = new BookColumn(description.kind);
  const inColumn = (): boolean => geometry.value?.column ?? false;
  const fitColumn = (): void => { if (geometry.value && stage) column.fit(geometry.value, zoom.value, stage.height, pages.value); };
  function report<R extends { ok: false; failure: Failure }>(result: R): R {
    if (!disposed) onFailure(result.failure);
    return result;
  }

  /**
   * What is in sight. The pages before stay until all of those that follow are ready: a turn is one change, never a blank. Of a
   * column that is scrolled, what is not there yet is blank; of one that is gone into anew, what was before stays as well.
   */
  const shown = shallowRef<readonly ShownPage[]>([]);
  const scrolling = shallowRef<ShownColumn | null>(null);
  const look = shallowRef<Look | null>(null);
  const takeLook = (): void => { if (geometry.value) look.value = { geometry: geometry.value, zoom: zoom.value }; };
  const waiting = ref(true);
  let anew = true;
  const pageNow = (number: number): ShownPage => ({ number, image: cache.get(number), failure: cache.failure(number) });
  const inSight = (): readonly number[] => inColumn() ? column.inSight : spread.value;
  function display(): void {
    if (inColumn()) fitColumn();
    const seen = inSight().map(pageNow);
    waiting.value = laying.value || seen.length === 0 || !seen.every(isReady);
    if (waiting.value && (laying.value || anew || !inColumn())) return;
    anew = false;
    const slots = inColumn() ? column.atHand : [];
    const next = inColumn() ? slots.map(({ number }) => pageNow(number)) : seen;
    if (!sameShown(next, shown.value)) shown.value = next;
    scrolling.value = inColumn() ? { height: column.height, top: column.top, slots, trim: column.trim } : null;
    takeLook();
  }
  function wantColumn(): void {
    fitColumn();
    cache.want(column.wanted);
  }

  let [staying, wording]: (ReturnType<typeof setTimeout> | undefined)[] = [];
  /** Asks for what is to be seen next, then for what lies over it, and at last for the place. */
  function prepare(): void {
    if (!geometry.value || pages.value === 0) return;
    if (inColumn()) wantColumn();
    else cache.want(pagesAround(page.value, binding.value));
    display();
    clearTimeout(wording);
    if (inColumn()) wording = setTimeout(() => void fillExtras(), WORDS_AFTER_MS);
    else void fillExtras();
    clearTimeout(staying);
    staying = setTimeout(() => void stayed(), STAYED_MS);
  }

  function fillExtras(): Promise<void> {
    const at = page.value;
    return over.fill(inSight(), () => !disposed && at === page.value);
  }

  /** True while `page` is where the person went, and `place` is not yet its mark. */
  let moved = false;
  async function stayed(): Promise<void> {
    await cache.settled();
    if (!disposed) await takePlace();
  }
  async function takePlace(): Promise<void> {
    if (!moved || laying.value) return;
    const [age, at, share] = [layouts.value, page.value, inColumn() ? column.share : 0];
    const taken = await client['reading.position']({ book, page: at });
    if (!taken.ok || age !== layouts.value || at !== page.value) return;
    place = taken.value.position;
    moved = false;
    onPlace(place, share);
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
    const wished = settings();
    const moves = good === null || refused.value !== null || !sameLayout(next.layout, laid);
    if (moves) {
      // The old pages stay in sight until the new ones are there.
      if (good) await takePlace();
      laying.value = true;
      const { width, height, fontSize, margin, lineSpacing, typeface } = next.layout ?? { width: 600, height: 800, fontSize: 12, margin: 0, lineSpacing: null, typeface: 'book' as const };
      const result = await client['reading.layout']({ book, width, height, fontSize, margin, lineSpacing, typeface });
      if (disposed) return;
      if (!result.ok) {
        // Too many pages: the reader waits for another look. Those before stay in sight, but there are none to turn to.
        if (result.failure.params?.['pages'] === undefined) return void report(result);
        return void (refused.value = { back: wayBack(good, wished) });
      }
      [good, refused.value] = [wished, null];
      layouts.value += 1;
      over.forget();
      laid = next.layout;
      await findPlaces(result.value.pages);
      if (disposed) return;
    }
    const share = !everPlaced ? beginShare : moves || !inColumn() ? 0 : column.share;
    everPlaced = true;
    const looks = moves || theme !== settings().theme || JSON.stringify(geometry.value?.image) !== JSON.stringify(next.image);
    geometry.value = next;
    theme = settings().theme;
    if (looks) cache.clear();
    if (looks || inColumn() !== (scrolling.value !== null)) anew = true;
    // A page that fills the window fills it at once, drawn anew or not; in a column the others would not be where they belong.
    if (!inColumn() && scrolling.value === null) takeLook();
    if (inColumn()) goInColumn(page.value, share);
    laying.value = false;
    prepare();
  }

  async function findPlaces(count: number): Promise<void> {
    const found = place === null ? null : await client['reading.locate']({ book, position: place });
    const kept: Return[] = [];
    for (const { place: mark, share } of returns.value) {
      const located = mark === null ? null : await client['reading.locate']({ book, position: mark });
      if (located?.ok) kept.push({ page: located.value.page, place: mark, share });
    }
    if (disposed) return;
    returns.value = kept;
    pages.value = count;
    page.value = Math.min(found?.ok ? found.value.page : Math.min(page.value, count - 1), count - 1);
    moved = place === null;
  }

  function goInColumn(to: number, share: number): void {
    fitColumn();
    column.goTo(to, share);
  }

  function show(to: number, share = 0): void {
    if (laying.value || pages.value === 0) return;
    if (inColumn()) {
      goInColumn(to, share);
      anew = true;
      page.value = column.page;
      moved = true;
      return prepare();
    }
    const first = spreadAt(to, binding.value)[0] ?? 0;
    if (first === (spread.value[0] ?? -1)) return;
    page.value = first;
    moved = true;
    prepare();
  }

  return {
    pages, page, spread, shown, scrolling, waiting, refused, laying, zoom, look, extras: over.extras, returns, layouts,
    next: () => { const to = nextSpread(page.value, binding.value); if (to !== null) show(to); return to !== null; },
    previous: () => { const to = previousSpread(page.value, binding.value); if (to !== null) show(to); return to !== null; },
    first: () => show(0),
    last: () => show(pages.value - 1, 1),
    /** The column was scrolled so far. What a new layout or a jump is about to replace is not a place any more. */
    scrolled(top: number): void {
      if (!inColumn() || laying.value || anew || !column.scrolled(top)) return;
      page.value = column.page;
      moved = true;
      prepare();
    },
    /** Turns to a page from which one may want to come back; in a column, to so much of it. */
    async jump(to: number, share = 0): Promise<void> {
      const [from, above] = [page.value, inColumn() ? column.share : 0];
      if (laying.value) return;
      if (spread.value.includes(to)) return inColumn() ? show(to, share) : undefined;
      returns.value = [...returns.value, { page: from, place: moved ? null : place, share: above }].slice(-MAX_RETURNS);
      const age = layouts.value;
      show(to, share);
      if (returns.value.at(-1)?.place !== null) return;
      await cache.settled();
      const taken = await client['reading.position']({ book, page: from });
      if (!taken.ok || age !== layouts.value) return;
      returns.value = returns.value.map((one) => one.page === from && one.place === null ? { ...one, place: taken.value.position } : one);
    },
    /** Back to where one was before the last jump. */
    comeBack(): void {
      const back = returns.value.at(-1);
      returns.value = returns.value.slice(0, -1);
      if (back) show(back.page, back.share);
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
      clearTimeout(wording);
      cache.clear();
    },
  };
}
export type BookPages = ReturnType<typeof useBookPages>;
