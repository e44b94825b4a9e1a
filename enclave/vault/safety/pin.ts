/**
 * The PIN (design §6, consent): asked for above limits that the person sets, checked here with argon2id, with growing
 * delays after wrong ones. A wrong PIN never wipes anything. The delay counts by the vault's time, which on the
 * `software` tier the computer's owner can push forward.
 */
import { argon2id } from '@noble/hashes/argon2.js';
import { fail, refuse } from '../../../protocol/errors.ts';
import type { StoredAsset } from '../records.ts';
import { equalBytes } from '../bytes.ts';
import { must } from '../state.ts';
import { onClock } from '../time.ts';
import { totals } from '../transfers/assets.ts';
import { MarkedRefusal, type Turn } from '../turn.ts';

/** OWASP's second recommendation for argon2id: 19 MiB, two passes, one lane. */
const MEMORY_KIB = 19_456;
const PASSES = 2;

/** The first wrong PIN in a row that costs time: people mistype. */
const DELAY_FROM = 3;
const FIRST_DELAY_MS = 30_000;
/** The delay doubles up to an hour: then 10,000 PINs take more than a year. */
const LONGEST_DELAY_MS = 60 * 60_000;

const hashPin = (pin: string, salt: Uint8Array, memoryKiB: number, passes: number): Uint8Array => argon2id(pin, salt, { m: memoryKiB, t: passes, p: 1, dkLen: 32 });

/**
 * @throws Refusal `pin_required`, `pin_delayed`
 * @throws MarkedRefusal `pin_wrong`, with the failure counted
 */
export function requirePin(turn: Turn, given: string | undefined): void {
  const self = must(turn.state, 'self', 'self');
  const { pin } = self;
  if (!pin) return;
  if (turn.time.now < pin.retryAt) refuse('pin_delayed', 'Too many wrong PINs. Wait a little before the next try.', { retryAt: onClock(turn.time, pin.retryAt) });
  if (given === undefined) return refuse('pin_required', 'This needs your PIN.');
  if (equalBytes(hashPin(given, pin.salt, pin.memoryKiB, pin.passes), pin.hash)) {
    if (pin.failures > 0) turn.state.put('self', 'self', { ...self, pin: { ...pin, failures: 0, retryAt: 0 } });
    return;
  }
  const failures = pin.failures + 1;
  const delay = failures < DELAY_FROM ? 0 : Math.min(FIRST_DELAY_MS * 2 ** Math.min(failures - DELAY_FROM, 20), LONGEST_DELAY_MS);
  const retryAt = delay === 0 ? 0 : turn.time.now + delay;
  const { failure } = fail('pin_wrong', 'That was not the PIN.', { failures, ...(delay === 0 ? {} : { retryAt: onClock(turn.time, retryAt) }) });
  throw new MarkedRefusal(failure, { ...self, pin: { ...pin, failures, retryAt } });
}

/** Asks for the PIN if any of these amounts is above the limit of its currency. @throws as requirePin */
export function requirePinAbove(turn: Turn, assets: readonly StoredAsset[], given: string | undefined): void {
  const above = [...totals(assets)].some(([currency, amount]) => amount > (turn.state.get('limit', currency)?.above ?? amount));
  if (above) requirePin(turn, given);
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
