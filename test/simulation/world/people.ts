/**
 * The people in front of the simulated wallets. Each event is one of them doing one thing that the wallet offers at that
 * moment, wisely or not: they also try what must be refused.
 */
import type { TransferId } from '../../../protocol/identifiers.ts';
import { forget, pair, rename, setRule } from './deeds/acquaintance.ts';
import { bringBack, handOn, lookAfterLoans, publish, read } from './deeds/books.ts';
import { compact, guess, setLimit, setPin } from './deeds/caution.ts';
import { type Deed, PIN, transfersOf } from './deeds/deed.ts';
import { answer, answerRequest, cancel, createCurrency, exchange, issue, request, send, writeOff } from './deeds/paying.ts';
import type { SimHost } from './host.ts';
import type { Seeded } from './seeded.ts';

/** How often each is tried; what is not possible makes room for the next. */
const DEEDS: readonly (readonly [weight: number, deed: Deed])[] = [
  [12, pair], [2, createCurrency], [4, issue], [26, send], [8, exchange], [30, answer], [3, cancel], [1, writeOff], [5, request], [5, answerRequest], [6, setRule], [0.4, forget], [1, rename],
  [0.3, setPin], [1, setLimit], [0.15, guess], [3, publish], [10, handOn], [4, bringBack], [4, lookAfterLoans], [6, read], [0.5, compact],
];
const ALL = DEEDS.reduce((sum, [weight]) => sum + weight, 0);

/** One person does one thing. @returns what, or null if there was nothing to do */
export function act(host: SimHost, dice: Seeded): string | null {
  const state = host.journal?.state;
  if (!state) return null;
  for (let attempt = 0; attempt < 4; attempt++) {
    let at = (dice.next() / 2 ** 32) * ALL;
    const [, deed] = DEEDS.find(([weight]) => (at -= weight) < 0) ?? [0, pair];
    const done = deed(host, state, dice);
    if (done) return done;
  }
  return null;
}

/** What a person does who wants everything finished. @returns how many things there were to do */
export function finishUp(host: SimHost, round: number): number {
  const state = host.journal?.state;
  if (!state) return 0;
  let done = 0;
  const call = (method: Parameters<SimHost['call']>[0], input: object): void => {
    host.call(method, input);
    done++;
  };
  const accept = (id: TransferId): void => call('transfers.accept', { id, ...(state.get('self', 'self')?.pin ? { pin: PIN } : {}) });
  // What could not be accepted (there is not enough for it here, or the PIN has to wait) is declined.
  for (const { id } of transfersOf(state, ({ direction, state: at }) => direction === 'in' && at === 'offered')) if (round === 0) accept(id); else call('transfers.decline', { id });
  // What waits for a person who never answers is taken back.
  if (round > 1) for (const { id } of transfersOf(state, ({ direction, state: at }) => direction === 'out' && at === 'offered')) call('transfers.cancel', { id });
  // A book that is wanted back, and has no day on which it goes by itself.
  if (round === 0) for (const [licence, one] of state.all('licence')) if (one.state === 'borrowed' && one.recalled) call('books.return', { licence });
  for (const [id, asked] of state.all('request')) if (asked.state === 'open') call(asked.direction === 'in' ? 'requests.decline' : 'requests.cancel', { id });
  for (const [instance, pairing] of state.all('pairing')) if (pairing.state === 'compare') call('pairing.confirm', { instance, matches: true });
  return done;
}
