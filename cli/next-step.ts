/** What a person at a terminal can do about a failure, beyond what its detail says. */
import type { ErrorCode } from '../protocol/errors.ts';
import { hasDataFolder, typed, typedElsewhere } from './invocation.ts';

const STEPS: Partial<Record<ErrorCode, () => string>> = {
  no_wallet: () => `Make one: ${typed('init --name NAME')}${hasDataFolder() ? '' : '   (or name its folder: --data DIR)'}`,
  wallet_exists: () => `Look at it: ${typed('status')}   (or choose another folder: --data DIR)`,
  unknown_contact: () => `Whom you know: ${typed('contacts')}   ·   who is near: ${typed('peers')}`,
  not_paired: () => `Pair first: ${typed('pair NAME-OR-ADDRESS')}`,
  unknown_currency: () => `What it knows: ${typed('currency')}   ·   make one: ${typed('currency new CODE')}   ·   somebody else's: let them send you the smallest amount of it, or ask you for it: ${typedElsewhere('request YOU AMOUNT CODE')}`,
  unknown_transfer: () => `What there is: ${typed('transfers')}`,
  unknown_request: () => `What there is: ${typed('transfers')}`,
  unknown_pairing: () => `Pairings under way: ${typed('pairings')}`,
  peer_unreachable: () => `Are both on the same network, and is \`${typedElsewhere('serve')}\` running there? Their address: ${typedElsewhere('status')}, on their computer.`,
  pin_required: () => 'At a terminal you are asked for it; scripts give it with --pin-stdin, or in TALLYSTICK_PIN.',
  rollback_detected: () => `Put the newest data folder back. Never run an older copy: what it holds may have been spent. What was found: ${typed('audit')}`,
  fork_proven: () => `The proof, and what to do: ${typed('audit')}`,
  already_committed: () => 'It is on its way and completes by itself when the two wallets meet.',
};

export const nextStep = (code: ErrorCode): string | null => STEPS[code]?.() ?? null;
