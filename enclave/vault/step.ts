/**
 * The vault as a pure function (design §4): a state and an input in, a state and outputs out. No clock, no randomness
 * and no I/O of its own: time and entropy arrive in the input, and what comes of a step takes effect only once the
 * journal has made it durable and fresh (design §5.2).
 *
 * A refused input leaves the state exactly as it was. A broken invariant throws: the module stops (fail-stop).
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { Refusal } from '../../protocol/errors.ts';
import type { Message } from '../../protocol/messages.codec.ts';
import type { HostMessage } from '../../protocol/module-port.ts';
import { malformedInput } from '../../protocol/contracts/malformed-input.ts';
import { vaultContract } from '../../protocol/contracts/vault.contract.ts';
import { COMMANDS, type CommandName, commands } from './calls.ts';
import { type Entropy, entropyFrom } from './entropy.ts';
import { connected, disconnected, endSlowMeetings } from './sessions/meeting.ts';
import { received } from './sessions/dispatch.ts';
import { bringHomeOverdue } from './library/loans.ts';
import { noteLoanTime, watchReading } from './library/reading.ts';
import type { Compacted } from './records.ts';
import { Draft, type State } from './state.ts';
import type { Time } from './time.ts';
import { type Attested, type Head, type Turn, TryToCount } from './turn.ts';

type Call = Extract<HostMessage, { type: 'call' }>;

/**
 * What can happen to a vault. Calls that are queries do not come here. `now` is what the host's clock showed; null for what
 * the vault does of its own accord. An old reading would turn the clock back, and the next one forward again: the vault's
 * time, which ignores steps back (time.ts), would count those moments twice.
 */
export type Input =
  | Extract<HostMessage, { type: 'call' | 'connected' | 'received' | 'tick' }>
  | { readonly type: 'disconnected'; readonly now: number | null; readonly connection: number }
  /** A call once more, after its try at the PIN has been counted durably. Comes from a step, never from the host. */
  | { readonly type: 'counted'; readonly now: number; readonly call: Call }
  | { readonly type: 'create'; readonly now: number; readonly name: string }
  /** The packages up to here may go: what is kept of them is durable (runtime/compaction.ts). Never from the host. */
  | { readonly type: 'compacted'; readonly now: null } & Omit<Compacted, 'at'>;

export interface StepContext {
  /** 32 bytes that were never used before. */
  readonly seed: Uint8Array;
  readonly time: Time;
  readonly head: Head;
  readonly attested: Attested;
}

export interface StepResult extends Pick<Turn, 'outputs' | 'events' | 'archive' | 'said' | 'checks'> {
  /** The state after the step; the one before is untouched. */
  readonly state: Draft;
  /** What happened, in the clear and without secrets, for the journal. */
  readonly journal: unknown;
  /** Must be the next input, as soon as what this step did is durable and fresh. */
  readonly next?: Input;
}

export function step(state: State, input: Input, context: StepContext): StepResult {
  const fresh = (entropy: Entropy): Turn => ({
    state: new Draft(state), time: context.time, entropy, attested: context.attested, head: context.head, outputs: [], events: [], archive: [], said: [], checks: [], kept: [],
    tryCounted: input.type === 'counted',
  });
  const turn = fresh(entropyFrom(context.seed));
  switch (input.type) {
    case 'create':
      create(turn, input.name);
      return { ...turn, journal: { input: 'create', name: input.name } };
    case 'call':
      return call(turn, input, fresh);
    case 'counted':
      return call(turn, input.call, fresh);
    case 'connected':
      connected(turn, input);
      return { ...turn, journal: null };
    case 'received': {
      const session = state.get('session', String(input.connection));
      const message = received(turn, input.connection, input.frame);
      return { ...turn, journal: message && { input: 'message', from: session?.phase === 'open' ? session.instance : null, message: forJournal(message) } };
    }
    case 'disconnected':
      disconnected(turn, input.connection);
      return { ...turn, journal: null };
    case 'compacted':
      letGo(turn, input);
      return { ...turn, journal: { input: 'compacted', upTo: input.upTo } };
    case 'tick':
      endSlowMeetings(turn);
      if (watchReading(turn)) {
        noteLoanTime(turn);
        bringHomeOverdue(turn);
      }
      return { ...turn, journal: null };
  }
}

/** Evidence is session setup, not a deed; everything else is kept as it was said. */
const forJournal = (message: Message): unknown => (message.type === 'evidence' ? { type: 'evidence' } : message);

function create(turn: Turn, name: string): void {
  if (turn.state.get('self', 'self')) throw new Error('invariant: the vault exists already');
  const secretKey = turn.entropy.take(32);
  turn.state.put('self', 'self', {
    name: name.normalize('NFC'), createdAt: turn.time.clock, secretKey, publicKey: ed25519.getPublicKey(secretKey), pin: null, pairingFailures: 0, pairingLockedUntil: 0,
  });
}

function letGo(turn: Turn, { upTo, head, joints }: Extract<Input, { type: 'compacted' }>): void {
  const before = turn.state.get('compacted', 'self')?.upTo ?? 0;
  if (upTo <= before || upTo > turn.head.n) throw new Error('invariant: only what is past, and has not been let go of, can be');
  turn.state.put('compacted', 'self', { upTo, head, joints, at: turn.time.clock });
}

const isCommand = (method: string): method is CommandName => (COMMANDS as readonly string[]).includes(method);

function call(turn: Turn, input: Call, fresh: (entropy: Entropy) => Turn): StepResult {
  const { id, method } = input;
  const refused = (from: Turn, failure: Refusal['failure']): StepResult => ({ ...from, outputs: [{ type: 'reply', id, ok: false, failure }], journal: { input: 'call', method, refused: failure.code } });
  const untouched = () => fresh(entropyFrom(new Uint8Array(32)));
  if (!isCommand(method)) return refused(untouched(), { code: 'unknown_method', detail: `There is no command ${method}.` });
  const parsed = vaultContract[method].input.safeParse(input.input);
  if (!parsed.success) return refused(untouched(), malformedInput(parsed.error));
  try {
    const value = (commands[method] as (turn: Turn, input: unknown) => unknown)(turn, parsed.data);
    turn.outputs.push({ type: 'reply', id, ok: true, value });
    return { ...turn, journal: { input: 'call', method, arguments: withoutSecrets(parsed.data) } };
  } catch (error) {
    const left = untouched();
    if (error instanceof TryToCount) {
      left.state.put('self', 'self', error.self);
      return { ...left, next: { type: 'counted', now: input.now, call: input }, journal: { input: 'try', method } };
    }
    if (!(error instanceof Refusal)) throw error;
    left.state.lay(turn.kept);
    return refused(left, error.failure);
  }
}

const withoutSecrets = (value: object): object => Object.fromEntries(Object.entries(value).filter(([key, part]) => !['pin', 'current', 'next', 'sealedKey', 'reader'].includes(key) && part !== undefined));
