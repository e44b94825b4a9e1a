/**
 * Licences: the right to open one copy of one publication, in at most one place (design §7). Each function below is one
 * arrow; nothing else writes to these records.
 *
 *   publish ──▶ held ──commit──▶ in-transit ──ACK──▶ gone, or lent
 *   COMMIT of a gift or a sale ──▶ held   │ ──NACK──▶ as it was
 *   COMMIT of a loan ──▶ borrowed ──commit of the return──▶ in-transit
 *   lent ──COMMIT of the return──▶ held
 *
 * A copy can be opened only while it is held or borrowed. One that comes back while it is still in transit here proves
 * that it had arrived: its ACK was lost, and will change nothing when it comes.
 */
import { type Failure, fail } from '../../../protocol/errors.ts';
import type { InstanceId, LicenceId, PublicationId, TransferId } from '../../../protocol/identifiers.ts';
import { MAX_PUBLICATIONS } from '../../../protocol/limits.ts';
import type { Here, Licence, StoredLicence } from '../records.ts';
import { type State, must } from '../state.ts';
import { equalBytes } from '../bytes.ts';
import type { Turn } from '../turn.ts';
import { type Because, deadlineOf, termsForbid } from './terms.ts';
import { contentKeyHash, isOwnPublication, publicationIdOf } from './publications.ts';
import { closeReader } from './reading.ts';

const NOT_HERE: Record<'lent' | 'in-transit', string> = {
  lent: 'This copy is lent out. It is readable where it is, and comes back when it is returned.',
  'in-transit': 'This copy is on its way to someone already.',
};

/** Why this copy cannot leave in this sense, or null. */
export function whyNotMovable(state: State, { id, publication, move }: StoredLicence, to: InstanceId): Failure | null {
  const licence = state.get('licence', id);
  if (!licence) return fail('unknown_licence', 'There is no such copy in this wallet.').failure;
  if (licence.state === 'lent' || licence.state === 'in-transit') return fail('not_here', NOT_HERE[licence.state]).failure;
  if (move.as === 'return') return licence.state === 'borrowed' && licence.contact === to ? null : fail('wrong_state', 'Only a borrowed book can be returned, and only to its lender.').failure;
  if (licence.state === 'borrowed') return fail('terms_forbid', 'A borrowed book cannot be passed on. Return it instead.').failure;
  return termsForbid(publication, move, isOwnPublication(state, publication));
}

/** The source commits. The caller has checked `whyNotMovable`. */
export function sendOff(turn: Turn, { id }: StoredLicence, because: Because): void {
  const was = must(turn.state, 'licence', id) as Here;
  closeReader(turn, id);
  put(turn, id, { state: 'in-transit', publication: was.publication, copy: was.copy, since: turn.time.clock, opened: was.opened, ...because, was });
}

/** The source learns that it arrived. */
export function arrived(turn: Turn, { id, move }: StoredLicence, because: Because): void {
  const licence = inTransitBy(turn, id, because.transfer);
  if (!licence) return;
  if (move.as !== 'loan') return drop(turn, id, licence);
  const { publication, copy, opened } = licence;
  put(turn, id, { state: 'lent', publication, copy, opened, since: turn.time.clock, contact: because.contact, due: move.due, deadline: deadlineOf(turn, move), recalled: false, asked: null, answered: null });
}

/** The source learns that it was refused. */
export function cameBack(turn: Turn, { id }: StoredLicence, because: Because): void {
  const licence = inTransitBy(turn, id, because.transfer);
  if (licence) put(turn, id, licence.was);
}

const inTransitBy = (turn: Turn, id: LicenceId, transfer: TransferId) => {
  const licence = turn.state.get('licence', id);
  return licence?.state === 'in-transit' && licence.transfer === transfer ? licence : null;
};

/** Why this copy cannot come in, or null. `key` is its content key; a return needs none. */
export function whyNotReceivable(state: State, { id, publication, move }: StoredLicence, from: InstanceId): Failure['code'] | null {
  const licence = state.get('licence', id);
  if (move.as === 'return') return isLoanTo(licence, from) ? null : 'bad_input';
  // What is held, borrowed or lent from here cannot be anywhere else.
  if (licence && licence.state !== 'in-transit') return 'bad_input';
  if (!licence && !state.get('publication', publicationIdOf(publication)) && [...state.all('publication')].length >= MAX_PUBLICATIONS) return 'too_many';
  return null;
}

/** True if this is a loan to `contact`, noted as such already or still waiting for its ACK. */
export const isLoanTo = (licence: Licence | undefined, contact: InstanceId): boolean =>
  (licence?.state === 'lent' || (licence?.state === 'in-transit' && licence.was.state === 'held')) && licence.contact === contact;

/** It comes in. The caller has checked `whyNotReceivable` and the key. */
export function comeIn(turn: Turn, { id, publication: descriptor, copy, move }: StoredLicence, contentKey: Uint8Array | null, from: InstanceId): void {
  const publication = publicationIdOf(descriptor);
  const known = turn.state.get('publication', publication);
  if (!turn.state.get('licence', id)) {
    if (!contentKey) throw new Error(`invariant: ${id} came without its key`);
    turn.state.put('publication', publication, known ? { ...known, licences: known.licences + 1 } : { descriptor, contentKey, licences: 1 });
  }
  const base = { publication, copy, since: turn.time.clock, opened: false };
  if (move.as !== 'loan') return put(turn, id, { ...base, state: 'held' });
  put(turn, id, { ...base, state: 'borrowed', contact: from, due: move.due, deadline: deadlineOf(turn, move), over: false, recalled: false, asked: null });
}

/** The destination's side of a sale: it leaves in the same package that brings the price. */
export const handOver = (turn: Turn, { id }: StoredLicence): void => drop(turn, id, must(turn.state, 'licence', id));

/** The key that goes with a copy; a return needs none. */
export const keyFor = (state: State, { id, move }: StoredLicence): Uint8Array | null =>
  move.as === 'return' ? null : must(state, 'publication', must(state, 'licence', id).publication).contentKey;

export const fits = (contentKey: Uint8Array | undefined, { publication }: StoredLicence): boolean => contentKey !== undefined && equalBytes(contentKeyHash(contentKey), publication.keyHash);

const put = (turn: Turn, id: LicenceId, licence: Licence): void => turn.state.put('licence', id, licence);

function drop(turn: Turn, id: LicenceId, { publication }: Licence): void {
  closeReader(turn, id);
  turn.state.remove('licence', id);
  turn.state.remove('readUntil', id);
  const known = must(turn.state, 'publication', publication);
  if (known.licences > 1) turn.state.put('publication', publication, { ...known, licences: known.licences - 1 });
  else turn.state.remove('publication', publication);
}

/** Checks the shelf against itself and against what is in flight; run when a state is loaded. @throws Error */
export function assertLibrary(state: State): void {
  const counts = new Map<PublicationId, number>();
  for (const [id, licence] of state.all('licence')) {
    counts.set(licence.publication, (counts.get(licence.publication) ?? 0) + 1);
    if (licence.state !== 'in-transit') continue;
    const transfer = state.get('transfer', licence.transfer);
    const carried = transfer?.direction === 'out' && transfer.state !== 'offered' && transfer.give.some((asset) => asset.kind === 'licence' && asset.id === id);
    if (!carried) throw new Error(`invariant: ${id} is in transit by no transfer`);
  }
  for (const [id, { licences }] of state.all('publication')) if (counts.get(id as PublicationId) !== licences) throw new Error(`invariant: the copies of ${id} are not counted right`);
  for (const id of counts.keys()) must(state, 'publication', id);
}
