/**
 * One copy on its way to being read, and what ends it (design §7). The vault decides; this asks, and says what came of it.
 *
 *   opening ──▶ open ──lent, given, time over──▶ shut ──readable again──▶ (open again, if the person likes)
 *     │  ▲        └──its reader is gone──▶ opening
 *     │  └──all of it is here── coming (its contents are on their way)
 *     └──▶ failed ──try again──▶ opening
 */
import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import type { BookDescription } from '../../../protocol/contracts/reader.contract.ts';
import type { FetchView } from '../../../protocol/contracts/library-host.contract.ts';
import type { LicenceView } from '../../../protocol/contracts/library.views.ts';
import type { Failure } from '../../../protocol/errors.ts';
import type { LicenceId } from '../../../protocol/identifiers.ts';
import type { ContentId } from '../../../protocol/publication.codec.ts';
import { GATHER_MS } from '../../wallet/live-query.ts';
import type { WalletLink } from '../../wallet/link.ts';

export interface OpenedBook { readonly book: number; readonly content: ContentId; readonly closesAt: number | null; readonly description: BookDescription }

/** Why a copy cannot be read here. */
export type Shut = { readonly kind: 'lent' | 'in-transit'; readonly name: string } | { readonly kind: 'overdue' | 'gone' };

export type Reading =
  | { readonly stage: 'opening' }
  | { readonly stage: 'coming'; readonly fetch: FetchView | null }
  | { readonly stage: 'open'; readonly opened: OpenedBook }
  | { readonly stage: 'shut'; readonly why: Shut; /** It was open until now. */ readonly ended: boolean }
  | { readonly stage: 'failed'; readonly failure: Failure };

/** A timer cannot wait longer (2^31 ms); a loan may. */
const LONGEST_TIMER_MS = 2_000_000_000;
/** A reader that ends again so soon is ended by its book: it is not opened over and over. */
const REOPEN_AT_MOST_EVERY_MS = 20_000;

/** Failures after which the reader is not there any more, though the copy may be. */
const READER_GONE: readonly Failure['code'][] = ['session_closed', 'reader_failed', 'reader_timeout', 'book_too_large', 'licence_expired', 'wrong_state'];
const endsReader = ({ code }: Failure): boolean => READER_GONE.includes(code);

function whyShut(copy: LicenceView | null): Shut {
  if (!copy) return { kind: 'gone' };
  if (copy.state === 'lent' || copy.state === 'in-transit') return { kind: copy.state, name: copy.contactName ?? '' };
  return { kind: 'overdue' };
}

export function useOpenBook(link: WalletLink, licence: LicenceId) {
  const reading = shallowRef<Reading>({ stage: 'opening' });
  const copy = shallowRef<LicenceView | null>(null);
  const { client } = link;
  let disposed = false;
  let reopenedAt = -Infinity;
  let turn = 0;

  /** What is still to be asked of the reader before it is closed. */
  let leaving: (() => Promise<void>) | null = null;
  const release = (): void => {
    if (reading.value.stage !== 'open') return;
    const { book } = reading.value.opened;
    const last = leaving?.() ?? Promise.resolve();
    leaving = null;
    void last.finally(() => void client['reading.close']({ book }));
  };
  const shut = (why: Shut): void => {
    const ended = reading.value.stage === 'open';
    release();
    reading.value = { stage: 'shut', why, ended };
  };

  /** @returns whether the copy may be read here; what it says is kept in `copy` */
  async function lookForCopy(): Promise<boolean | Failure> {
    const shelf = await client['books.shelf']({});
    if (!shelf.ok) return shelf.failure;
    copy.value = shelf.value.find(({ id }) => id === licence) ?? null;
    return copy.value?.readable ?? false;
  }

  async function fetchOf(content: string): Promise<FetchView | null> {
    const list = await client['contents.underWay']({});
    return list.ok ? list.value.find((view) => view.content === content) ?? null : null;
  }

  async function open(): Promise<void> {
    const mine = ++turn;
    const current = (): boolean => mine === turn && !disposed;
    release();
    reading.value = { stage: 'opening' };
    const readable = await lookForCopy();
    if (!current()) return;
    if (typeof readable === 'object') return void (reading.value = { stage: 'failed', failure: readable });
    const content = copy.value?.publication.content;
    if (!readable || content === undefined) return shut(whyShut(copy.value));
    const opened = await client['reading.open']({ licence });
    if (!current()) {
      if (opened.ok) void client['reading.close']({ book: opened.value.book });
      return;
    }
    if (opened.ok) reading.value = { stage: 'open', opened: opened.value };
    else if (opened.failure.code === 'chunk_damaged') await waitForContents(content);
    else reading.value = { stage: 'failed', failure: opened.failure };
  }

  async function waitForContents(content: string): Promise<void> {
    reading.value = { stage: 'coming', fetch: await fetchOf(content) };
  }

  /** Something about the shelf has changed, or the wallet is back. */
  async function lookAgain(): Promise<void> {
    const mine = turn;
    const readable = await lookForCopy();
    if (mine !== turn || disposed || typeof readable === 'object') return;
    const now = reading.value;
    if (!readable && now.stage !== 'failed') return now.stage === 'shut' ? void (reading.value = { ...now, why: whyShut(copy.value) }) : shut(whyShut(copy.value));
    await lookAtContents();
  }

  /** What is on its way has got further: the shelf, which may be long, is not asked for that. */
  async function lookAtContents(): Promise<void> {
    if (reading.value.stage !== 'coming' || !copy.value) return;
    const mine = turn;
    const fetch = await fetchOf(copy.value.publication.content);
    if (mine !== turn || disposed) return;
    // Not on its way any more: all of it is here, or opening it says what is the matter.
    if (fetch === null) await open();
    else reading.value = { stage: 'coming', fetch };
  }

  /** A call about the open book failed. */
  async function failed(failure: Failure): Promise<void> {
    if (reading.value.stage !== 'open' || !endsReader(failure)) return;
    // The wallet itself is out of reach: when it is back, `lookAgain` comes first and the next call finds the book closed.
    if (link.state.value !== 'open') return void (lostWallet = true);
    const mine = turn;
    const readable = await lookForCopy();
    if (mine !== turn || disposed || reading.value.stage !== 'open') return;
    if (readable === false || failure.code === 'licence_expired') return shut(failure.code === 'licence_expired' ? { kind: 'overdue' } : whyShut(copy.value));
    if (failure.code !== 'session_closed' || Date.now() - reopenedAt < REOPEN_AT_MOST_EVERY_MS) {
      release();
      reading.value = { stage: 'failed', failure };
      return;
    }
    reopenedAt = Date.now();
    await open();
  }
  let lostWallet = false;

  let gather: ReturnType<typeof setTimeout> | undefined;
  const stop = link.onTopics(['library', 'app'], () => {
    clearTimeout(gather);
    gather = setTimeout(() => {
      if (lostWallet && link.state.value === 'open') {
        lostWallet = false;
        void open();
      } else void lookAgain();
    }, GATHER_MS);
  });

  const stopContents = link.onTopics(['contents'], () => void lookAtContents());

  let closing: ReturnType<typeof setTimeout> | undefined;
  const closesAt = computed(() => reading.value.stage === 'open' ? reading.value.opened.closesAt : null);
  function waitForEnd(): void {
    clearTimeout(closing);
    const at = closesAt.value;
    if (at === null) return;
    const left = at - Date.now();
    if (left < 0) return shut({ kind: 'overdue' });
    closing = setTimeout(waitForEnd, Math.min(left + 1, LONGEST_TIMER_MS));
  }
  watch(closesAt, waitForEnd);

  onScopeDispose(() => {
    disposed = true;
    stop();
    stopContents();
    clearTimeout(gather);
    clearTimeout(closing);
    release();
  });
  void open();
  return { reading, copy, closesAt, retry: open, failed, atLeaving: (work: () => Promise<void>) => { leaving = work; } };
}
export type OpenBook = ReturnType<typeof useOpenBook>;
