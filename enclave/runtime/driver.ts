/**
 * The driver: takes inputs in order, lets many that wait share one package (group commit, design §5.6), and lets their
 * outputs out together once it is durable and fresh. A lone input waits for nobody.
 *
 *   idle ──input──▶ stepping ──▶ storing ──▶ releasing ──queue empty──▶ idle
 *                      ▲  any inputs that came meanwhile  │
 *                      └──────────────────────────────────┘
 *   any fault ──▶ stopped, for good
 */
import { type Failure, Refusal, isFailStop } from '../../protocol/errors.ts';
import { MAX_INPUTS_PER_PACKAGE } from '../../protocol/limits.ts';
import type { Topic } from '../../protocol/contracts/contract.ts';
import type { VaultMessage } from '../../protocol/module-port.ts';
import { type TableName, VOLATILE } from '../vault/records.ts';
import type { Session } from '../vault/sessions/session.ts';
import { sayAllUnsaid } from '../vault/sessions/speaking.ts';
import { type Change, Draft, type State } from '../vault/state.ts';
import { advance, type Time } from '../vault/time.ts';
import { type Input, type StepResult, step } from '../vault/step.ts';
import type { Attested, Output } from '../vault/turn.ts';
import { InputQueue } from './input-queue.ts';
import type { Entry, Journal } from './journal.ts';
import { saidInJournal } from './packages.codec.ts';

/** A package stays well below what the host stores at once, and below the room it keeps in reserve. */
const MAX_GROUP_BYTES = 2 * 1024 * 1024;
/** Transfers that end in one package; the last input may end as many more as one message has answers to, and all must find a place in the archive (archive.ts). */
const MAX_ARCHIVED_PER_GROUP = 1024;

/** Half of what waits, so that whoever hears of it has something to do while the other half is taken; but never fewer than these, since a package costs as much as some inputs do. */
const FEW_INPUTS = 32;
const shareOf = (waiting: number): number => Math.min(MAX_INPUTS_PER_PACKAGE, Math.max(FEW_INPUTS, Math.ceil(waiting / 2)));

export interface DriverOptions {
  readonly journal: Journal;
  readonly attested: Attested;
  readonly random: (length: number) => Uint8Array;
  /** Where outputs go once they may. */
  readonly emit: (message: VaultMessage) => void;
}

const TOPIC_OF: Partial<Record<TableName, Topic>> = {
  self: 'app', contact: 'people', currency: 'credits', book: 'credits', limit: 'credits', transfer: 'transfers', request: 'transfers', publication: 'library', licence: 'library',
  compacted: 'app', session: 'people', presence: 'people', pairing: 'people', trouble: 'people', forkProof: 'people',
};

export class Driver {
  readonly #options: DriverOptions;
  readonly #queue = new InputQueue();
  /** Ends of sessions that found the disk full: tried again with the next input, not at once and for ever. */
  #deferred: Input[] = [];
  #running: Promise<void> | null = null;
  #stopped: Failure | null = null;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** Takes an input. Answers `busy` if too many wait; says nothing once stopped. */
  push(input: Input): void {
    if (this.#stopped) return;
    for (const end of this.#deferred.splice(0)) this.#queue.insist(end);
    if (!this.#queue.push(input)) return this.#turnAway(input);
    this.#running ??= this.#run();
  }

  /** True once it has stopped; nothing may be said any more. */
  get stopped(): boolean {
    return this.#stopped !== null;
  }

  /** Stops, for something that failed beside the queue and after which nothing may go on. */
  fail(error: unknown): void {
    if (!this.#stopped) this.#stop(error);
  }

  /** Resolves when nothing waits. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  #turnAway(input: Input): void {
    const failure: Failure = { code: 'busy', detail: 'The wallet has more to do than it can take. Try again shortly.' };
    if (input.type === 'call') this.#options.emit({ type: 'reply', id: input.id, ok: false, failure });
    else if (input.type === 'received' || input.type === 'connected') this.#options.emit({ type: 'hang-up', connection: input.connection, failure });
    else if (input.type === 'disconnected' && this.#endsSomething(input.connection)) this.#queue.insist(input);
  }

  /** True once for each connection that stands, or will when what waits has been done: such an end must not be lost. */
  #endsSomething(connection: number): boolean {
    const waits = this.#queue.newest((input) => (input.type === 'connected' || input.type === 'disconnected') && input.connection === connection);
    return waits ? waits.type === 'connected' : this.#options.journal.state.get('session', String(connection)) !== undefined;
  }

  async #run(): Promise<void> {
    // Yields once, so that everything that arrives in the same turn of the event loop shares a package.
    await Promise.resolve();
    while (this.#queue.length > 0 && !this.#stopped) {
      const inputs = this.#queue.take(shareOf(this.#queue.length));
      try {
        await this.#group(inputs);
        await this.#options.journal.snapshotIfDue().catch(ignoreFullDisk);
      } catch (error) {
        this.#stop(error);
      }
    }
    // In the same turn as the last look at the queue: an input that came in between would wait for the next one.
    this.#running = null;
  }

  /** Takes as many of the waiting inputs as make one package of sensible size; the others go back to the queue. */
  async #group(waiting: readonly Input[]): Promise<void> {
    const { journal, attested, random } = this.#options;
    const group = new Draft(journal.state);
    const results: StepResult[] = [];
    let time = journal.time;
    let weight = 0;
    let archived = 0;
    for (const input of waiting) {
      if (weight > MAX_GROUP_BYTES || archived > MAX_ARCHIVED_PER_GROUP) break;
      if (input.now !== null) time = advance(time, input.now);
      const result = step(group, input, { seed: random(32), time, head: journal.head, attested });
      group.absorb(result.state);
      results.push(result);
      weight += weightOf(input, result);
      archived += result.archive.length;
      if (result.next) break;
    }
    const inputs = waiting.slice(0, results.length);
    this.#queue.putBack(waiting.slice(results.length));
    const outputs = [...results.flatMap((result) => result.outputs), ...sayAllUnsaid(group)];
    for (const { position, shownBy } of results.flatMap(({ checks }) => checks)) await journal.checkPast(position, shownBy);
    const changes = [...group.changes()];
    const topics = topicsOf(changes, journal.state);
    // What changed nothing is not kept: otherwise anyone who may speak could fill the disk with nothing.
    const deeds = results.filter(({ state }) => isDurable(state.changes()));
    const entry: Entry = {
      time, changes,
      inputs: deeds.map(({ journal: input }) => input).filter((input) => input !== null),
      said: saidInJournal(deeds.flatMap(({ said }) => said)), events: deeds.flatMap(({ events }) => events), archive: deeds.flatMap(({ archive }) => archive),
    };
    if (isDurable(changes)) {
      try {
        await journal.commit(entry);
      } catch (error) {
        if (error instanceof Refusal && error.failure.code === 'disk_full') return this.#undo(inputs, outputs, time, error.failure);
        throw error;
      }
    } else {
      journal.applyVolatile(changes);
      journal.passTime(time);
    }
    const next = results.at(-1)?.next;
    if (next) this.#queue.putBack([next]);
    for (const output of outputs) this.#options.emit(output);
    if (topics.size > 0) this.#options.emit({ type: 'changed', topics: [...topics] });
  }

  /** The disk was full and nothing was kept but the time: callers hear of it, and sessions whose state ran ahead are ended. */
  #undo(inputs: readonly Input[], outputs: readonly Output[], time: Time, failure: Failure): void {
    const { emit, journal } = this.#options;
    journal.passTime(time);
    for (const input of inputs) {
      if (input.type === 'call') emit({ type: 'reply', id: input.id, ok: false, failure });
      if (input.type === 'counted') emit({ type: 'reply', id: input.call.id, ok: false, failure });
      // A wallet that could not be made is no wallet; nobody else would say so.
      if (input.type === 'create') emit({ type: 'fault', failure });
    }
    const onlyEnds = inputs.every(({ type }) => type === 'disconnected');
    const touched = new Set<number>(inputs.flatMap((input) => ('connection' in input ? [input.connection] : [])));
    for (const output of outputs) if ('connection' in output) touched.add(output.connection);
    for (const connection of touched) {
      emit({ type: 'hang-up', connection, failure });
      const end: Input = { type: 'disconnected', now: null, connection };
      if (onlyEnds) this.#deferred.push(end);
      else this.#queue.insist(end);
    }
  }

  #stop(error: unknown): void {
    const failure: Failure = error instanceof Refusal && (isFailStop(error.failure.code) || error.failure.code === 'module_crashed')
      ? error.failure
      : { code: 'invariant_broken', detail: `The vault found itself in a state that must not be, and stopped. (${error instanceof Error ? error.message : String(error)})` };
    this.#stopped = failure;
    this.#queue.clear();
    this.#options.emit({ type: 'fault', failure });
  }
}

/** What is shown has changed. A session counts messages with every one of them, which nobody sees: whoever lists contacts would do so for each. */
function topicsOf(changes: readonly Change[], before: State): Set<Topic> {
  const seen = changes.filter(({ table, key, value }) => table !== 'session' || shownOf(value as Session | undefined) !== shownOf(before.get('session', key)));
  return new Set(seen.map(({ table }) => TOPIC_OF[table]).filter((topic) => topic !== undefined));
}

const shownOf = (session: Session | undefined): string => (session?.phase === 'open' && session.resumed ? 'resumed' : (session?.phase ?? 'none'));

function isDurable(changes: Iterable<Change>): boolean {
  for (const { table } of changes) if (!VOLATILE.has(table)) return true;
  return false;
}

/** About how many bytes an input and what came of it add to a package. */
function weightOf(input: Input, { outputs, said }: StepResult): number {
  const sent = outputs.reduce((sum, output) => sum + (output.type === 'send' ? output.frame.length : 0), 0);
  const waiting = said.reduce((sum, { message }) => sum + (message.type === 'lane-frames' ? message.frames.reduce((bytes, frame) => bytes + frame.length, 0) : 0), 0);
  return (input.type === 'received' ? input.frame.length : 0) + sent + waiting;
}

function ignoreFullDisk(error: unknown): void {
  if (!(error instanceof Refusal && error.failure.code === 'disk_full')) throw error;
}
