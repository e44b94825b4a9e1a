/**
 * What `serve` says as it happens (design §8). A notification carries a name and a note; what it is about, and the id to
 * answer with, are asked of the wallet, a few times a second for all that came meanwhile. Where the wallet no longer knows, the
 * words do without.
 */
import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import type { LicenceView } from '../protocol/contracts/library.views.ts';
import type { TransferView } from '../protocol/contracts/views.ts';
import type { Notification } from '../main/host/wallet-host.port.ts';
import { quoted, typed } from './invocation.ts';
import { amountWords, assetsWords, day } from './present.ts';
import { SHORT_ID_CHARS } from './resolve-id.ts';
import { shortLicenceId } from './resolve-licence.ts';
import { type Session, need } from './session.ts';

/** So many finished transfers are searched for those that have just ended. */
const LOOKED_THROUGH = 50;
/** So many are remembered as told; two of the same note at once are each told once. */
const MOST_TOLD = 1_000;
/** More of one kind from one person at once are one line. */
const MOST_APART = 5;
/** Between two looks into the wallet: it has better to do than to say, two thousand times a second, what came. */
const PAUSE_MS = 250;

/** Where words go, and how long is paused after each look. */
export interface NewsOptions { readonly say: (words: string) => void; readonly pauseMs?: number }

export interface News {
  /** What comes while others are told is told together, by kind and person. */
  tell(news: Notification): void;
  /** Tells what waits, at once. */
  end(): Promise<void>;
}

export function createNews({ client }: Pick<Session, 'client'>, { say, pauseMs = PAUSE_MS }: NewsOptions): News {
  const told = new Set<string>();
  const ending = new AbortController();
  let waiting: Notification[] = [];
  let telling: Promise<void> | null = null;
  async function tellAll(): Promise<void> {
    try {
      // What one package brought comes in one turn of the event loop.
      await setImmediate();
      while (waiting.length > 0) {
        const batch = waiting;
        waiting = [];
        await tellBatch(batch);
        await pause(pauseMs, undefined, { ref: false, signal: ending.signal }).catch(() => undefined);
      }
    } finally {
      telling = null;
    }
  }
  async function tellBatch(batch: readonly Notification[]): Promise<void> {
    const words = wordsAbout(lookInto(client), told);
    for (const alike of kindsIn(batch)) {
      const together = alike.length > MOST_APART ? inOneLine(alike[0], alike.length) : null;
      if (together !== null) say(together);
      for (const news of alike) {
        // Also where one line was said of all: what each is about has been told then, too.
        const apart = await words(news);
        if (together === null) say(apart);
      }
    }
  }
  return {
    tell(news) {
      waiting.push(news);
      telling ??= tellAll();
    },
    async end() {
      ending.abort();
      await telling;
    },
  };
}

/** The same from the same person, in the order in which the first of each came. */
function kindsIn(batch: readonly Notification[]): readonly (readonly [Notification, ...Notification[]])[] {
  const kinds = new Map<string, [Notification, ...Notification[]]>();
  for (const news of batch) {
    const kind = `${news.event} ${news.contact}`;
    const alike = kinds.get(kind);
    if (alike) alike.push(news);
    else kinds.set(kind, [news]);
  }
  return [...kinds.values()];
}

/** What the wallet is asked at most once for a batch, and only where something is about it. */
function lookInto(client: Session['client']) {
  const once = <T>(ask: () => Promise<T>): (() => Promise<T | undefined>) => {
    let asked: Promise<T | undefined> | null = null;
    return () => (asked ??= ifKnown(ask()));
  };
  return {
    pending: once(() => need(client['transfers.pending']({}))),
    ended: once(() => need(client['transfers.history']({ cursor: null, limit: LOOKED_THROUGH })).then(({ items }) => items)),
    requests: once(() => need(client['requests.list']({}))),
    shelf: once(() => need(client['books.shelf']({}))),
  };
}

function inOneLine({ event, name }: Notification, times: number): string | null {
  switch (event) {
    case 'offer': return `${name} makes you ${times} offers. See them: ${typed('transfers --pending')}`;
    case 'received': return `Received something from ${name} ${times} times. See it: ${typed('transfers')}`;
    case 'done': return `${name} has what you sent in ${times} transfers: done.`;
    case 'returned': return `${name} did not take what you sent in ${times} transfers; it is yours again.`;
    case 'request': return `${name} asks you for something ${times} times. See it: ${typed('transfers --pending')}`;
    default: return null;
  }
}

/** @param told what has been told of, by event and id @returns the words for a notification; never rejects */
function wordsAbout(wallet: ReturnType<typeof lookInto>, told: Set<string>): (news: Notification) => Promise<string> {
  /** The newest that fits and was not told before. */
  function untold<T extends { readonly id: string }>(event: string, items: readonly T[], fits: (item: T) => boolean): T | undefined {
    const found = items.find((item) => fits(item) && !told.has(`${event} ${item.id}`));
    if (found) told.add(`${event} ${found.id}`);
    for (const oldest of told) if (told.size > MOST_TOLD) told.delete(oldest);
    return found;
  }

  async function transferOf({ event, contact, text }: Notification, direction: TransferView['direction'], state: TransferView['state']): Promise<TransferView | undefined> {
    const items = await (event === 'offer' ? wallet.pending() : wallet.ended());
    return untold(event, items ?? [], (one) => one.contact === contact && one.memo === text && one.direction === direction && one.state === state);
  }

  const copyOf = async ({ contact, text }: Notification, fits: (copy: LicenceView) => boolean): Promise<LicenceView | undefined> =>
    (await wallet.shelf())?.find((copy) => copy.contact === contact && copy.publication.title === text && fits(copy));

  async function words(news: Notification): Promise<string> {
    const { event, name, text, contact } = news;
    const note = text ? `: "${text}"` : '.';
    switch (event) {
      case 'offer': {
        const offer = await transferOf(news, 'in', 'offered');
        return `${name} offers you ${whatOf(offer, 'something')}${note} ${answerWords(offer)}`;
      }
      case 'received': {
        const came = await transferOf(news, 'in', 'done');
        return `Received ${came ? `${whatOf(came, '')} ` : ''}from ${name}${note}`;
      }
      case 'done': return `${name} has ${whatOf(await transferOf(news, 'out', 'done'), 'it')}: done.`;
      case 'returned': return `${name} did not take ${whatOf(await transferOf(news, 'out', 'returned'), 'it')}; it is yours again.`;
      case 'request': {
        const asked = untold(event, await wallet.requests() ?? [], (one) => one.contact === contact && one.memo === text && one.direction === 'in' && one.state === 'open');
        return `${name} asks you for ${asked ? amountWords(asked.currency, asked.amount) : 'something'}${note} ${answerWords(asked)}`;
      }
      case 'pairing': return `${name} wants to pair. Compare three words: ${typed(`pair --accept ${quoted(name, process.platform)}`)}`;
      case 'paired': return `${name} is a contact now.`;
      case 'recalled': {
        const copy = await copyOf(news, ({ state, recalled }) => state === 'borrowed' && recalled);
        return `${name} would like "${text}" back. Return it: ${typed(`return ${licenceOf(copy)}`)}`;
      }
      case 'renewed': {
        const copy = await copyOf(news, ({ state }) => state === 'borrowed');
        return `You may keep "${text}" longer${copy?.due ? `, until ${day(copy.due)}` : ''}, says ${name}.`;
      }
      case 'renew-asked': {
        const copy = await copyOf(news, ({ state, asked }) => state === 'lent' && asked !== null);
        return `${name} asks to keep "${text}" longer${copy?.asked ? `, until ${day(copy.asked)}` : ''}. Answer: ${typed(`renew ${licenceOf(copy)} --agree`)}, or --refuse`;
      }
    }
  }

  return words;
}

/** What a wallet that is closing or starting again does not answer is left out. */
const ifKnown = <T>(asked: Promise<T>): Promise<T | undefined> => asked.catch(() => undefined);

const whatOf = (transfer: TransferView | undefined, otherwise: string): string =>
  transfer ? `${assetsWords(transfer.give)}${transfer.take.length > 0 ? ` for ${assetsWords(transfer.take)}` : ''}` : otherwise;

const answerWords = (asked: { readonly id: string } | undefined): string =>
  `Answer: ${asked ? ['accept', 'decline'].map((verb) => typed(`${verb} ${asked.id.slice(0, SHORT_ID_CHARS)}`)).join('   or   ') : typed('transfers --pending')}`;

const licenceOf = (copy: LicenceView | undefined): string => (copy ? shortLicenceId(copy.id) : 'LICENCE');
