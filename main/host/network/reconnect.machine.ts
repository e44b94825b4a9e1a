/**
 * When to dial a contact again. Pure: the time (milliseconds) and randomness (0 ≤ r < 1) arrive with the event.
 *
 *   waiting ──due──▶ dialling ──linked──▶ linked ──closed──▶ waiting
 *      ▲                │ failed: later, with jitter            │
 *      └────────────────┴──────── nudged: soon ◀── news ────────┘ (ignored while linked)
 *
 * So that both sides do not dial each other at once, the lower PeerId dials immediately and the other after a grace;
 * it does dial then, since only one of the two may be able to reach the other.
 */

/** First pause after a failure; doubles up to the longest. */
export const FIRST_PAUSE_MS = 1_000;

/** Longest pause: a contact who comes back without any news of it is met within a minute. */
export const LONGEST_PAUSE_MS = 60_000;

/** Head start of the lower PeerId: more than a dial on a local network takes. */
export const GRACE_MS = 1_500;

/** News about a contact that is being dialled in vain counts at most this often: anybody can send hints. */
export const NUDGE_INTERVAL_MS = 3_000;

export type ContactState =
  | { readonly phase: 'waiting'; readonly dueAt: number; readonly failures: number; readonly nudgedAt: number }
  | { readonly phase: 'dialling'; readonly failures: number; readonly nudgedAt: number }
  | { readonly phase: 'linked'; readonly nudgedAt: number };

export type ContactEvent =
  /** There is reason to think that it works now: a sighting, another network, waking up. */
  | { readonly type: 'nudged' }
  | { readonly type: 'due' }
  | { readonly type: 'failed'; readonly random: number }
  | { readonly type: 'linked' }
  | { readonly type: 'closed'; readonly random: number };

/** True if this side dials first. */
export const dialsFirst = (localPeer: string, remotePeer: string): boolean => localPeer < remotePeer;

/** The pause after `failures` failures in a row: doubling, between half and all of it by chance. */
export const pauseMs = (failures: number, random: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 16)) * (0.5 + random / 2);

/** A contact that is wanted from now on. */
export const wantedContact = (first: boolean, now: number): ContactState => ({ phase: 'waiting', dueAt: now + (first ? 0 : GRACE_MS), failures: 0, nudgedAt: now });

/** @param first whether this side dials first */
export function nextContactState(state: ContactState, event: ContactEvent, first: boolean, now: number): ContactState {
  switch (event.type) {
    case 'linked':
      return { phase: 'linked', nudgedAt: state.nudgedAt };
    case 'nudged': {
      if (state.phase !== 'waiting') return state;
      if (state.failures > 0 && now - state.nudgedAt < NUDGE_INTERVAL_MS) return state;
      return { phase: 'waiting', dueAt: Math.min(state.dueAt, now + (first ? 0 : GRACE_MS)), failures: 0, nudgedAt: now };
    }
    case 'due':
      return state.phase === 'waiting' ? { phase: 'dialling', failures: state.failures, nudgedAt: state.nudgedAt } : state;
    case 'failed':
      if (state.phase !== 'dialling') return state;
      return { phase: 'waiting', dueAt: now + pauseMs(state.failures, event.random), failures: state.failures + 1, nudgedAt: state.nudgedAt };
    case 'closed':
      // A moment's pause even for the first one: a peer that hangs up at once must not be dialled in a tight loop.
      if (state.phase !== 'linked') return state;
      return { phase: 'waiting', dueAt: now + (first ? 0 : GRACE_MS) + pauseMs(0, event.random), failures: 1, nudgedAt: state.nudgedAt };
  }
}
