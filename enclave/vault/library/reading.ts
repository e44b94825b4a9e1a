/**
 * Opening and closing books. To open one, the vault notes durably that it was opened, and seals its key and what the
 * reader may do with it for the reader module (design §4). While a borrowed book is open the vault's time is noted now
 * and then, so that a crash does not give reading time back; when its time is over, or it is handed on, it is closed.
 * Time that passes unread is noted too, more rarely, and that a loan is over: it stays over for whoever starts the
 * program again with another date.
 *
 * Not guaranteed on the `software` tier: that a host gives up a reader that holds a key. It runs on its owner's computer.
 */
import { refuse } from '../../../protocol/errors.ts';
import type { LicenceId } from '../../../protocol/identifiers.ts';
import { coverKeyOf } from '../../grants/cover-cipher.ts';
import { type OpeningGrant, sealCoverGrant, sealGrant } from '../../grants/grants.codec.ts';
import { bytesToHex, hexToBytes } from '../bytes.ts';
import { type State, must } from '../state.ts';
import { type Time, onClock } from '../time.ts';
import type { Turn } from '../turn.ts';
import { isOver } from './terms.ts';

/** How much of a loan's reading time a crash may give back. */
const NOTED_EVERY_MS = 60_000;
/** How much of a loan's time a start with an earlier date may give back, of what passed while the program ran: a package an hour is no burden. */
const NOTED_UNREAD_EVERY_MS = 60 * 60_000;

/** @throws Refusal `unknown_licence`, `not_here`, `licence_expired`, `bad_input` */
export function open(turn: Turn, id: LicenceId, reader: string): { grant: string; content: string; closesAt: number | null } {
  const licence = turn.state.get('licence', id) ?? refuse('unknown_licence', 'There is no such copy in this wallet.');
  if (licence.state === 'lent') return refuse('not_here', 'This copy is lent out. It can be read where it is, and here again when it is returned.');
  if (licence.state === 'in-transit') return refuse('not_here', 'This copy is on its way to someone and can be read only where it arrives.');
  if (isOver(licence, turn.time)) return refuse('licence_expired', 'The time of this loan is over. It goes home when you next meet its lender.');
  if (!licence.opened) turn.state.put('licence', id, { ...licence, opened: true });
  turn.state.put('reading', id, { openedAt: turn.time.now });
  const { descriptor, contentKey } = must(turn.state, 'publication', licence.publication);
  const deadline = licence.state === 'borrowed' ? licence.deadline : null;
  const closesAt = deadline === null ? null : onClock(turn.time, deadline);
  const grant: OpeningGrant = { version: 1, content: descriptor.content, key: contentKey, at: turn.time.clock, terms: { text: descriptor.terms.text, until: closesAt } };
  return { grant: bytesToHex(sealedTo(turn, reader, sealGrant, grant)), content: bytesToHex(descriptor.content), closesAt };
}

/**
 * Lets a reader show the cover, also of a copy that cannot be opened here: lent, overdue, on its way. It is no opening and
 * leaves no note, so that a book may go home unopened though its cover was on the shelf: the key in the grant does not
 * open the book, whoever has it (docs/decisions/0022-covers-have-a-key-of-their-own.md).
 * @throws Refusal `unknown_licence`, `bad_input`
 */
export function showCover(turn: Turn, id: LicenceId, reader: string): string {
  const { publication } = turn.state.get('licence', id) ?? refuse('unknown_licence', 'There is no such copy in this wallet.');
  const { descriptor, contentKey } = must(turn.state, 'publication', publication);
  return bytesToHex(sealedTo(turn, reader, sealCoverGrant, { version: 1, content: descriptor.content, coverKey: coverKeyOf(contentKey) }));
}

function sealedTo<G>(turn: Turn, reader: string, seal: (reader: Uint8Array, grant: G, random: Uint8Array) => Uint8Array, grant: G): Uint8Array {
  const random = turn.entropy.take(32);
  try {
    return seal(hexToBytes(reader), grant, random);
  } catch {
    return refuse('bad_input', 'That is no reader.');
  }
}

export const close = (turn: Turn, id: LicenceId): void => turn.state.remove('reading', id);

/**
 * Closes what is overdue, and notes the time for what is borrowed and open.
 * @returns false if something was closed: what is to be kept waits for the next tick then, so that a full disk keeps no book open
 */
export function watchReading(turn: Turn): boolean {
  const open = [...turn.state.all('reading')].map(([id]) => id as LicenceId);
  const over = open.filter((id) => isOver(must(turn.state, 'licence', id), turn.time));
  for (const id of over) closeReader(turn, id);
  if (over.length > 0) return false;
  for (const id of open) {
    const licence = must(turn.state, 'licence', id);
    if (licence.state === 'borrowed' && licence.deadline !== null && turn.time.now >= (turn.state.get('readUntil', id) ?? 0) + NOTED_EVERY_MS) turn.state.put('readUntil', id, turn.time.now);
  }
  return true;
}

/** Notes the time for what is borrowed until a day: now and then, and when that day has come. */
export function noteLoanTime(turn: Turn): void {
  const { now } = turn.time;
  for (const [id, licence] of [...turn.state.all('licence')]) {
    if (licence.state !== 'borrowed' || licence.deadline === null) continue;
    const noted = turn.state.get('readUntil', id) ?? 0;
    if (noted < licence.deadline && (now >= licence.deadline || now >= noted + NOTED_UNREAD_EVERY_MS)) turn.state.put('readUntil', id, now);
  }
}

/** The host is told to close the reader of a copy that may not be read here any more. */
export function closeReader(turn: Turn, id: LicenceId): void {
  if (!turn.state.get('reading', id)) return;
  turn.state.remove('reading', id);
  turn.outputs.push({ type: 'close-book', licence: id });
}

/** True if the copy can be opened here and now. */
export function isReadable(state: State, id: LicenceId, time: Time): boolean {
  const licence = state.get('licence', id);
  return (licence?.state === 'held' || licence?.state === 'borrowed') && !isOver(licence, time);
}
