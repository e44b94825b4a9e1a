/**
 * What the terms of a publication and of a loan allow, and when a loan is over (design §7). Due dates are agreed on the
 * hosts' clocks but kept as an instant of the vault's own time, which never goes back: turning the clock back gains
 * nothing but the time during which the program was not running.
 */
import { type Failure, fail } from '../../../protocol/errors.ts';
import type { InstanceId, TransferId } from '../../../protocol/identifiers.ts';
import type { LicenceMove, PublicationDescriptor } from '../../../protocol/licence.codec.ts';
import type { Licence } from '../records.ts';
import type { Time } from '../time.ts';
import type { Turn } from '../turn.ts';

export interface Because { readonly contact: InstanceId; readonly transfer: TransferId }

export const DAY_MS = 24 * 60 * 60 * 1000;

/** Why these terms do not let a copy leave in this sense, or null. The publisher may always give and lend. */
export function termsForbid({ terms, title }: PublicationDescriptor, move: LicenceMove, publisher: boolean): Failure | null {
  if (move.as === 'own' && !terms.give && !publisher) return fail('terms_forbid', `The publisher of ${title} does not allow copies to be passed on.`, { title }).failure;
  if (move.as !== 'loan') return null;
  if (!terms.lend && !publisher) return fail('terms_forbid', `The publisher of ${title} does not allow lending.`, { title }).failure;
  const longest = terms.maxLoanDays;
  if (longest !== null && (move.due === null || move.lastsMs === null || move.lastsMs > longest * DAY_MS)) return fail('terms_forbid', `${title} may be lent for ${longest} days at most. Set a date.`, { title, days: longest }).failure;
  return null;
}

/** When a loan that begins now is over, in the vault's own time; null for one without a date. */
export function deadlineOf({ time }: Pick<Turn, 'time'>, { due, lastsMs }: { due: number | null; lastsMs: number | null }): number | null {
  if (due === null) return null;
  return time.now + Math.max(0, Math.min(due - time.clock, lastsMs ?? Number.POSITIVE_INFINITY));
}

export const isOver = (licence: Licence, { now }: Time): boolean =>
  (licence.state === 'borrowed' && licence.over) || ((licence.state === 'borrowed' || licence.state === 'lent') && licence.deadline !== null && now >= licence.deadline);
