/**
 * Says things to the other end of an open session. Lane frames wait for the end of the package under way and leave
 * together: when many transfers are under way, sealing, framing and checking each by itself would cost more than they do.
 * Whatever else is said on a session is said after what already waits there, so that the order stays.
 */
import type { InstanceId } from '../../../protocol/identifiers.ts';
import { MAX_LANE_FRAMES, MAX_PLAINTEXT_BYTES } from '../../../protocol/limits.ts';
import { type Message, encodeMessage } from '../../../protocol/messages.codec.ts';
import { encryptWithAd } from '../noise/cipher-state.ts';
import type { Draft } from '../state.ts';
import type { Output, Turn } from '../turn.ts';
import { type OpenSession, type Session, openSessionWith } from './session.ts';

/** Says `message` to `instance`. @returns false if there is no open session; what matters is sent again at the next one. */
export function tell(turn: Turn, instance: InstanceId, message: Message): boolean {
  const session = openSessionWith(turn.state, instance);
  return session !== undefined && tellOn(turn, session.connection, message);
}

/** Says `message` on one open session; for what belongs to it, where two may stand and each side prefers another. */
export function tellOn(turn: Turn, connection: number, message: Message): boolean {
  const session = turn.state.get('session', String(connection));
  if (session?.phase !== 'open') return false;
  sendOn(turn, sayUnsaid(turn, session), message);
  turn.said.push({ to: session.instance, message });
  return true;
}

/** Says a COMMIT, ACK or NACK to `instance`, when the package ends or as many wait as one message carries. @returns false as in `tell` */
export function tellLaneFrame(turn: Turn, instance: InstanceId, frame: Uint8Array): boolean {
  let session = openSessionWith(turn.state, instance);
  if (!session) return false;
  if (!fits(session.unsaid, frame)) session = sayUnsaid(turn, session);
  turn.state.put('session', String(session.connection), { ...session, unsaid: [...session.unsaid, frame] });
  turn.said.push({ to: instance, message: { type: 'lane-frames', frames: [frame] } });
  return true;
}

/** The end of a package: says what waits on any session that `draft` touches. To be called before the draft is applied. */
export function sayAllUnsaid(state: Draft): Output[] {
  const turn: Speaking = { state, outputs: [] };
  for (const { table, value } of [...state.changes()]) {
    const session = table === 'session' ? value as Session | undefined : undefined;
    if (session?.phase === 'open') sayUnsaid(turn, session);
  }
  return turn.outputs;
}

type Speaking = Pick<Turn, 'state' | 'outputs'>;

/** Seals and sends one message on one session whose handshake is finished. */
export function sendOn<S extends Extract<Session, { send: object }>>(turn: Speaking, session: S, message: Message): S {
  const { state, ciphertext } = encryptWithAd(session.send, new Uint8Array(), encodeMessage(message));
  const next = { ...session, send: state };
  turn.state.put('session', String(session.connection), next);
  turn.outputs.push({ type: 'send', connection: session.connection, frame: ciphertext });
  return next;
}

function sayUnsaid(turn: Speaking, session: OpenSession): OpenSession {
  if (session.unsaid.length === 0) return session;
  return sendOn(turn, { ...session, unsaid: [] }, { type: 'lane-frames', frames: [...session.unsaid] });
}

/** The map and the array around the frames, and the head of each, as CBOR writes them where they are longest. */
const ENVELOPE_BYTES = 27;
const HEAD_BYTES = 3;

/** A first one always fits: MAX_LANE_FRAME_BYTES is less than a plaintext. */
function fits(waiting: readonly Uint8Array[], frame: Uint8Array): boolean {
  const bytes = waiting.reduce((sum, { length }) => sum + length + HEAD_BYTES, ENVELOPE_BYTES + HEAD_BYTES + frame.length);
  return waiting.length < MAX_LANE_FRAMES && bytes <= MAX_PLAINTEXT_BYTES;
}
