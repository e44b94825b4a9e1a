/**
 * Why a dial failed, in words that help: libp2p's errors as codes of our own.
 */
import { Refusal } from '../../../protocol/errors.ts';

const NOBODY = 'Nobody answered there. Check that the other wallet is open and on the same network.';
const OTHER_APP = 'Something answered there, but it is not a Tallystick wallet.';
const OTHER_PEER = 'Another wallet answered there. The address is out of date: ask for a new one.';

const namesOf = (error: unknown): string[] =>
  error instanceof Error ? [error.name, error.message, ...(error instanceof AggregateError ? error.errors.flatMap(namesOf) : [])] : [];

/** A Refusal stays what it is; anything else becomes `peer_unreachable` or `peer_protocol`. */
export function dialRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const names = namesOf(error).join(' ');
  if (names.includes('UnsupportedProtocolError')) return new Refusal('peer_protocol', OTHER_APP, undefined, error);
  if (/UnexpectedPeer|does not match expected remote/.test(names)) return new Refusal('peer_unreachable', OTHER_PEER, undefined, error);
  return new Refusal('peer_unreachable', NOBODY, undefined, error);
}
