/**
 * A session between two vaults over one carrier connection (design §6). Volatile: after a crash sessions are made anew
 * and whatever is unfinished is sent again.
 *
 *   connected ──▶ noise ──three messages──▶ evidence ──both verified──▶ open
 *                   └──────────any fault: hang up, nothing kept──────────┘
 */
import type { Failure } from '../../../protocol/errors.ts';
import type { CurrencyId, InstanceId } from '../../../protocol/identifiers.ts';
import type { Tier } from '../../../protocol/contracts/views.ts';
import type { CipherState } from '../noise/cipher-state.ts';
import type { Handshake, HandshakeRole } from '../noise/handshake-xx.ts';
import { type State, must } from '../state.ts';
import type { Turn } from '../turn.ts';

interface SessionBase {
  readonly connection: number;
  readonly role: HandshakeRole;
  readonly startedAt: number;
}

/** What is being set up: whom we mean to meet, and whether strangers may learn who we are. */
interface Meeting {
  readonly expect: InstanceId | null;
  readonly strangersWelcome: boolean;
  readonly ownNonce: Uint8Array;
}

export type Session =
  | (SessionBase & Meeting & { readonly phase: 'noise'; readonly handshake: Handshake; readonly peerNonce: Uint8Array | null })
  | (SessionBase & Meeting & {
      readonly phase: 'evidence'; readonly send: CipherState; readonly receive: CipherState;
      readonly handshakeHash: Uint8Array; readonly peerNonce: Uint8Array;
    })
  | OpenSession;

export type OpenSession = SessionBase & {
  readonly phase: 'open';
  readonly send: CipherState;
  readonly receive: CipherState;
  readonly handshakeHash: Uint8Array;
  readonly instance: InstanceId;
  readonly name: string;
  readonly tier: Tier;
  readonly measurement: Uint8Array;
  /** They have said `resume` in this session: to them we are a contact, and what they remember of us has been looked at. */
  readonly resumed: boolean;
  /** Pairing requests they made in this session. */
  readonly pairRequests: number;
  /** What they announced that they accept from us without asking. */
  readonly theirRule: readonly { readonly currency: CurrencyId; readonly upTo: bigint }[];
  /** Lane frames of the package under way, to be said together; none once it is done. */
  readonly unsaid: readonly Uint8Array[];
};

/** The connection on which to speak to `instance`: the newest open one, if any. */
export function openSessionWith(state: State, instance: InstanceId): OpenSession | undefined {
  const connection = state.get('presence', instance)?.at(-1);
  if (connection === undefined) return undefined;
  const session = must(state, 'session', String(connection));
  return session.phase === 'open' ? session : undefined;
}

/** True if `instance` has said `resume` in a session that stands. */
export const isHere = (state: State, instance: InstanceId): boolean =>
  (state.get('presence', instance) ?? []).some((connection) => {
    const session = must(state, 'session', String(connection));
    return session.phase === 'open' && session.resumed;
  });

/** Forgets a session without a word; see hangUp. @returns the instance it was open with */
export function dropSession(turn: Turn, connection: number): InstanceId | null {
  const key = String(connection);
  const session = turn.state.get('session', key);
  if (!session) return null;
  turn.state.remove('session', key);
  if (session.phase !== 'open') return null;
  const rest = (turn.state.get('presence', session.instance) ?? []).filter((other) => other !== connection);
  if (rest.length === 0) {
    turn.state.remove('presence', session.instance);
    turn.state.remove('ended', session.instance);
  } else turn.state.put('presence', session.instance, rest);
  endPairing(turn, session.instance, connection);
  return session.instance;
}

/** The words are bound to the session in which pairing began; what only we had confirmed by then is undone. */
function endPairing(turn: Turn, instance: InstanceId, connection: number): void {
  const pairing = turn.state.get('pairing', instance);
  if (pairing?.connection !== connection) return;
  turn.state.remove('pairing', instance);
  if (pairing.state === 'confirmed' && turn.state.get('contact', instance)?.mutual === false) turn.state.remove('contact', instance);
}

/** Ends a session and tells the host to close the connection. */
export function hangUp(turn: Turn, connection: number, failure: Failure | null): void {
  const session = turn.state.get('session', String(connection));
  if (session?.phase === 'open' && failure && turn.state.get('contact', session.instance)) turn.state.put('trouble', session.instance, failure.code);
  dropSession(turn, connection);
  turn.outputs.push({ type: 'hang-up', connection, failure });
}
