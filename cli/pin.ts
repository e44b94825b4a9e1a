/** Calls that may need the wallet's PIN: first without it, then, only if the vault asks, with it. */
import type { Result } from '../protocol/errors.ts';
import { Refusal } from '../protocol/errors.ts';
import { askSecret, canAsk, readLine } from './prompt.ts';
import { need } from './session.ts';

export interface PinChoices {
  /** A script's PIN is the next line of stdin: an argument could be read by others in the list of processes. */
  readonly pinStdin?: boolean;
}

/** Makes the call; after `pin_required` gets the PIN from --pin-stdin, TALLYSTICK_PIN or the person, and makes it again. */
export async function withPin<T>(choices: PinChoices, call: (pin: { pin?: string }) => Promise<Result<T>>): Promise<T> {
  const first = await call({});
  if (first.ok || first.failure.code !== 'pin_required') return need(Promise.resolve(first));
  const pin = choices.pinStdin ? await readLine() : process.env['TALLYSTICK_PIN'] ?? (canAsk() ? await askSecret('PIN:') : null);
  if (pin === null || pin.trim() === '') throw new Refusal('pin_required', first.failure.detail, first.failure.params);
  return need(call({ pin: pin.trim() }));
}
