/**
 * The vault's own time (design §7: turning the clock back gains nothing). The host's clock is not trusted; the vault
 * counts how much it has advanced and ignores every step back. So its time never goes back and, after a clock that was
 * wrong for a while has been set right, goes on instead of standing still until the wrong date has come.
 *
 * Not guaranteed: a clock that jumps forward takes the vault's time with it.
 */
export interface Time {
  /** Milliseconds, the vault's own: for delays, locks and due dates. */
  readonly now: number;
  /** Milliseconds since 1970, as the host last said: for showing to people. */
  readonly clock: number;
}

/** Before the first input. */
export const NO_TIME: Time = { now: 0, clock: 0 };

/** Time after the host has said what its clock shows. */
export const advance = ({ now, clock }: Time, hostClock: number): Time => ({ now: now + Math.max(0, hostClock - clock), clock: hostClock });

/** An instant of the vault's time as the host's clock will show it. */
export const onClock = (time: Time, instant: number): number => Math.max(0, instant - time.now + time.clock);
