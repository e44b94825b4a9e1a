/**
 * The PIN (design §6, consent): asked for above limits that the person sets and for copies of books, checked here with argon2id, with growing
 * delays after wrong ones. A wrong PIN never wipes anything. The delay counts by the vault's time, which on the
 * `software` tier the computer's owner can push forward.
 *
 *   call with a PIN ──▶ one more try counted, stored, fresh ──▶ PIN looked at ──right──▶ count cleared, call goes on
 *                            └─disk full: refused, not looked at       └──wrong──▶ refused, the count stands
 *
 * Counted first, because everything that is stored after looking could be kept from being stored: by a full disk, by
 * cutting the power, or by a host that sees from the size of a package what is about to be counted.
 */
import { argon2id } from '@noble/hashes/argon2.js';
import { refuse } from '../../../protocol/errors.ts';
import type { Pin, StoredAsset } from '../records.ts';
import { equalBytes } from '../bytes.ts';
import { must } from '../state.ts';
import { type Time, onClock } from '../time.ts';
import { totals } from '../transfers/assets.ts';
import { type Turn, TryToCount } from '../turn.ts';

/** OWASP's second recommendation for argon2id: 19 MiB, two passes, one lane. */
const MEMORY_KIB = 19_456;
const PASSES = 2;

/** The first try in a row that costs time unless it is right: people mistype. */
const DELAY_FROM = 3;
const FIRST_DELAY_MS = 30_000;
/** The delay doubles up to an hour: then 10,000 PINs take more than a year. */
const LONGEST_DELAY_MS = 60 * 60_000;

const hashPin = (pin: string, salt: Uint8Array, memoryKiB: number, passes: number): Uint8Array => argon2id(pin, salt, { m: memoryKiB, t: passes, p: 1, dkLen: 32 });

/**
 * @throws Refusal `pin_required`, `pin_delayed`, and `pin_wrong` with the tries in a row
 * @throws TryToCount where the try has not been counted yet
 */
export function requirePin(turn: Turn, given: string | undefined): void {
  const self = must(turn.state, 'self', 'self');
  const { pin } = self;
  if (!pin) return;
  const { failures, retryAt } = pin;
  // The delay that this very try brought on is for the next one.
  if (!turn.tryCounted && turn.time.now < retryAt) refuse('pin_delayed', 'Too many wrong PINs. Wait a little before the next try.', { retryAt: onClock(turn.time, retryAt) });
  if (given === undefined) return refuse('pin_required', 'This needs your PIN.');
  if (!turn.tryCounted) throw new TryToCount({ ...self, pin: withOneMoreTry(pin, turn.time) });
  if (!equalBytes(hashPin(given, pin.salt, pin.memoryKiB, pin.passes), pin.hash)) {
    refuse('pin_wrong', 'That was not the PIN.', { failures, ...(retryAt === 0 ? {} : { retryAt: onClock(turn.time, retryAt) }) });
  }
  const cleared = { ...self, pin: { ...pin, failures: 0, retryAt: 0 } };
  turn.state.put('self', 'self', cleared);
  turn.kept.push({ table: 'self', key: 'self', value: cleared });
}

function withOneMoreTry(pin: Pin, { now }: Time): Pin {
  const failures = pin.failures + 1;
  const delay = failures < DELAY_FROM ? 0 : Math.min(FIRST_DELAY_MS * 2 ** Math.min(failures - DELAY_FROM, 20), LONGEST_DELAY_MS);
  return { ...pin, failures, retryAt: delay === 0 ? 0 : now + delay };
}

/**
 * Asks for the PIN if any of these amounts is above the limit of its currency, or a copy of a book is among them: a copy has
 * no amount for which there could be a limit. @throws as requirePin
 */
export function requirePinAbove(turn: Turn, assets: readonly StoredAsset[], given: string | undefined): void {
  const above = [...totals(assets)].some(([currency, amount]) => amount > (turn.state.get('limit', currency)?.above ?? amount));
  const copies = assets.some(({ kind }) => kind === 'licence');
  if (above || copies) requirePin(turn, given);
}

/** Sets, changes or removes the PIN. @throws as requirePin */
export function setPin(turn: Turn, current: string | undefined, next: string | null): void {
  requirePin(turn, current);
  const self = must(turn.state, 'self', 'self');
  if (next === null) return turn.state.put('self', 'self', { ...self, pin: null });
  const salt = turn.entropy.take(16);
  const hash = hashPin(next, salt, MEMORY_KIB, PASSES);
  turn.state.put('self', 'self', { ...self, pin: { salt, hash, memoryKiB: MEMORY_KIB, passes: PASSES, failures: 0, retryAt: 0 } });
}
