/** What a person at a terminal can do about a failure, beyond what its detail says. */
import type { ErrorCode } from '../protocol/errors.ts';

const STEPS: Partial<Record<ErrorCode, string>> = {
  no_wallet: 'Make one: tallystick init --name NAME   (or name its folder: --data DIR)',
  wallet_exists: 'Look at it: tallystick status   (or choose another folder: --data DIR)',
  unknown_contact: 'Whom you know: tallystick contacts   ·   who is near: tallystick peers',
  not_paired: 'Pair first: tallystick pair NAME-OR-ADDRESS',
  unknown_currency: 'What you hold: tallystick status   ·   make one: tallystick currency new CODE',
  unknown_transfer: 'What there is: tallystick transfers',
  unknown_request: 'What there is: tallystick transfers',
  unknown_pairing: 'Pairings under way: tallystick pairings',
  peer_unreachable: 'Are both on the same network, and is `tallystick serve` running there? Their address: tallystick status, on their computer.',
  pin_required: 'At a terminal you are asked for it; scripts give it with --pin-stdin, or in TALLYSTICK_PIN.',
  rollback_detected: 'Put the newest data folder back. Never run an older copy: what it holds may have been spent.',
  already_committed: 'It is on its way and completes by itself when the two wallets meet.',
};

export const nextStep = (code: ErrorCode): string | null => STEPS[code] ?? null;
