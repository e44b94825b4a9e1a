/**
 * One package of a vault, from its inputs to its outputs, by the real driver and journal (enclave/runtime). The disk and the
 * register answer as they are told, so that every moment of design §5's order can be stood still at:
 *
 *   inputs ──▶ (asks to append) ──told──▶ (asks to advance) ──told──▶ at rest, or stopped
 *
 * What it says is noted with the moment at which it is said. A run depends on nothing but what it is given, so that each is
 * made once and remembered; some are made again to see that this is so.
 */
import { openArchived } from '../../../enclave/runtime/archive.ts';
import { Driver } from '../../../enclave/runtime/driver.ts';
import { Journal } from '../../../enclave/runtime/journal.ts';
import { encodeSnapshot } from '../../../enclave/runtime/packages.codec.ts';
import type { Finished } from '../../../enclave/vault/records.ts';
import type { Input } from '../../../enclave/vault/step.ts';
import { type ErrorCode, Refusal } from '../../../protocol/errors.ts';
import type { PackageStore, VaultMessage } from '../../../protocol/module-port.ts';
import { MEASUREMENT } from '../world/host.ts';
import { Violation } from '../world/violation.ts';
import { type Disk, packagesFrom } from './disk.ts';
import { intern } from './interned.ts';
import { aliveWith, type Life, type Wallet } from './life.ts';
import { lead } from './lineage.ts';
import { bytesFor } from './seeds.ts';

/** An input, its name (equal for equal inputs only), and what its random bytes are for (see seeds.ts). */
export interface Given { readonly input: Input; readonly name: string; readonly purpose: string }
export type Asked =
  | { readonly op: 'append'; readonly n: number; readonly sealed: Uint8Array }
  | { readonly op: 'advance'; readonly from: string; readonly to: string }
  | { readonly op: 'read' };
/** A register that is read says what it holds. */
export type Told = 'ok' | 'full' | 'failed' | `=${string}`;
export type Said = Extract<VaultMessage, { type: 'send' | 'hang-up' }>;

/** Where a run stands after it has been told so much. */
export interface Run {
  readonly id: number;
  /** Everything said until here. */
  readonly said: readonly Said[];
  readonly refused: ErrorCode | null;
  /** What it waits for; null at the end. */
  readonly asked: Asked | null;
  readonly after: Life | null;
  readonly stopped: ErrorCode | null;
}
export interface Beginning { readonly wallet: Wallet; readonly life: Life; readonly disk: Disk; readonly given: readonly Given[]; /** Differs after a restart that lost something. */ readonly losses: number }

const runs = new Map<string, Run>();
let remembered = 0;
let repeated = 0;
export const countRuns = (): { readonly made: number; readonly repeated: number } => ({ made: runs.size, repeated });
/** One in so many remembered runs is made again. */
const REPEAT_EVERY = 1009;

const hex = (bytes: Uint8Array | null): string => (bytes ? Buffer.from(bytes).toString('hex') : '');
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const keyOf = ({ wallet, life, disk, given, losses }: Beginning, told: readonly Told[]): string =>
  `${wallet.name}/${life.id}/${disk.id}/${losses}/${given.map(({ name }) => name).join('+')}/${told.join()}`;

/** @returns where the run stands after `told`; it is not told more */
export function runOf(beginning: Beginning, told: readonly Told[]): Run | Promise<Run> {
  const key = keyOf(beginning, told);
  const run = runs.get(key);
  if (run && ++remembered % REPEAT_EVERY > 0) return run;
  return make(beginning, told).then((made) => {
    if (run) expectSame(run, made);
    return run ?? made;
  });
}

function expectSame(first: Run, second: Run): void {
  repeated++;
  const plain = ({ said, asked, after, stopped, refused }: Run): string => JSON.stringify([said, asked, after?.id, stopped, refused], (_key, value) => (value instanceof Uint8Array ? hex(value) : value));
  if (plain(first) !== plain(second)) throw new Violation('other-bytes', 'the same state and input gave something else the second time');
}

/** The journal as it is in memory: loaded from a snapshot of its head, without records, which are then put in. */
async function journalOf({ wallet, life, disk }: Beginning, ask: (asked: Asked) => Promise<string>, sealing: (length: number) => Uint8Array, finished: Finished[]): Promise<Journal> {
  const { durable } = life;
  const head = durable ? fromHex(durable.head) : null;
  const at = durable?.time ?? { now: 0, clock: 0 };
  const snapshot = durable && head ? { n: durable.n, sealed: wallet.sealer.seal('snapshot', durable.n, bytesFor('snapshot', 24), encodeSnapshot({ version: 1, n: durable.n, head, at: at.now, clock: at.clock, records: [] })) } : null;
  let loading = true;
  const none = (): never => {
    throw new Error('not asked for while exploring');
  };
  const store: PackageStore = {
    latestSnapshot: async () => snapshot,
    packages: async (from, limit) => (loading ? [] : packagesFrom(disk, from, limit)),
    append: async ({ n, sealed, archive }) => {
      finished.splice(0, finished.length, ...archive.flatMap((record) => openArchived(wallet.sealer, record)));
      await ask({ op: 'append', n, sealed });
    },
    putSnapshot: none, archive: none, archived: none, keep: none, kept: none, release: none,
  };
  const register = {
    read: async () => (!loading ? fromHex(await ask({ op: 'read' })) : head ? fromHex(life.registered) : null),
    advance: async (from: Uint8Array | null, to: Uint8Array) => void (await ask({ op: 'advance', from: hex(from), to: hex(to) })),
  };
  const journal = await Journal.load({ store, register, sealer: wallet.sealer, random: sealing });
  loading = false;
  if (durable) journal.applyVolatile([...durable.base.records(), ...life.volatile]);
  return journal;
}

/** Lets everything happen that needs nothing from outside. */
const atRest = async (): Promise<void> => await new Promise((resolve) => void setImmediate(resolve));

async function make(beginning: Beginning, told: readonly Told[]): Promise<Run> {
  const { wallet, life, given, losses } = beginning;
  const purpose = `${wallet.name}/${losses}`;
  const waiting: { asked: Asked; resolve: (read: string) => void; reject: (error: Refusal) => void }[] = [];
  const said: Said[] = [];
  const end: { refused: ErrorCode | null; stopped: ErrorCode | null } = { refused: null, stopped: null };
  const finished: Finished[] = [];
  let [seeded, sealed] = [0, 0];
  const journal = await journalOf(
    beginning,
    async (asked) => await new Promise<string>((resolve, reject) => void waiting.push({ asked, resolve, reject })),
    (length) => bytesFor(`${purpose}/${life.durable?.head}/${given.map((one) => one.purpose).join('+')}/${sealed++}`, length),
    finished,
  );
  const driver = new Driver({
    journal, attested: { measurement: MEASUREMENT, tier: 'software', referenceValues: [MEASUREMENT] },
    random: (length) => bytesFor(`${purpose}/${given[seeded++]?.purpose ?? `more ${seeded}`}`, length),
    emit: (message) => {
      if (message.type === 'send' || message.type === 'hang-up') said.push(message);
      if (message.type === 'reply') end.refused = message.ok ? null : message.failure.code;
      if (message.type === 'fault') end.stopped = message.failure.code;
    },
  });
  for (const { input } of given) driver.push(input);
  let found: Run | undefined;
  for (let count = 0; ; count++) {
    await atRest();
    const next = waiting.shift();
    const at = [...told.slice(0, count), ...Array<Told>(Math.max(0, count - told.length)).fill('ok')];
    const run = keep(keyOf(beginning, at), { said: [...said], ...end, asked: next?.asked ?? null, after: next || end.stopped ? null : lifeAfter(beginning, journal, finished) });
    if (count === told.length) found = run;
    if (!next) break;
    const answer = told[count] ?? 'ok';
    if (answer === 'ok' || answer.startsWith('=')) next.resolve(answer === 'ok' ? life.registered : answer.slice(1));
    else next.reject(new Refusal(answer === 'full' ? 'disk_full' : next.asked.op === 'append' ? 'store_failed' : 'register_failed', 'simulated'));
  }
  lifeAfter(beginning, journal, finished);
  if (!found) throw new Error('the run was told more than it asked for');
  return found;
}

function keep(key: string, run: Omit<Run, 'id'>): Run {
  const known = runs.get(key) ?? { ...run, id: intern('run', key) };
  runs.set(key, known);
  return known;
}

function lifeAfter({ life }: Beginning, journal: Journal, finished: readonly Finished[]): Life {
  const { n, hash } = journal.head;
  if (n === (life.durable?.n ?? 0)) return aliveWith(life.durable, life.registered, journal.state);
  if (n !== (life.durable?.n ?? 0) + 1) throw new Error('more than one package in one run');
  return aliveWith(lead(life.durable, { n, head: hex(hash) }, journal.state, journal.time, finished), hex(hash), journal.state);
}
