/**
 * What `serve` says as it happens (design §8). A notification carries a name and a note; what it is about, and the id to
 * answer with, are asked of the wallet. Where the wallet no longer knows, the words do without.
 */
import type { LicenceView } from '../protocol/contracts/library.views.ts';
import type { TransferView } from '../protocol/contracts/views.ts';
import type { Notification } from '../main/host/wallet-host.port.ts';
import { quoted, typed } from './invocation.ts';
import { amountWords, assetsWords, day } from './present.ts';
import { SHORT_ID_CHARS } from './resolve-id.ts';
import { shortLicenceId } from './resolve-licence.ts';
import { type Session, need } from './session.ts';

/** So many finished transfers are searched for the one that has just ended. */
const LOOKED_THROUGH = 50;
/** So many are remembered as told; two of the same note at once are each told once. */
const MOST_TOLD = 1_000;

/** @returns the words for a notification; never rejects. */
export function createNews({ client }: Pick<Session, 'client'>): (news: Notification) => Promise<string> {
  const told = new Set<string>();
  /** The newest that fits and was not told before. */
  function untold<T extends { readonly id: string }>(event: string, items: readonly T[], fits: (item: T) => boolean): T | undefined {
    const found = items.find((item) => fits(item) && !told.has(`${event} ${item.id}`));
    if (found) told.add(`${event} ${found.id}`);
    for (const oldest of told) if (told.size > MOST_TOLD) told.delete(oldest);
    return found;
  }

  async function transferOf({ event, contact, text }: Notification, direction: TransferView['direction'], state: TransferView['state']): Promise<TransferView | undefined> {
    const items = await ifKnown(event === 'offer' ? need(client['transfers.pending']({})) : need(client['transfers.history']({ cursor: null, limit: LOOKED_THROUGH })).then((page) => page.items));
    return untold(event, items ?? [], (one) => one.contact === contact && one.memo === text && one.direction === direction && one.state === state);
  }

  const copyOf = async ({ contact, text }: Notification, fits: (copy: LicenceView) => boolean): Promise<LicenceView | undefined> =>
    (await ifKnown(need(client['books.shelf']({}))))?.find((copy) => copy.contact === contact && copy.publication.title === text && fits(copy));

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
        const asked = untold(event, await ifKnown(need(client['requests.list']({}))) ?? [], (one) => one.contact === contact && one.memo === text && one.direction === 'in' && one.state === 'open');
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
