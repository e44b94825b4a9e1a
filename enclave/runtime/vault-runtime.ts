/**
 * A vault behind its port: boots, loads the journal, then serves calls and carries frames. Knows no process and no
 * Electron, so that the simulator can host it as well (design §4).
 *
 *   (waiting) ──boot──▶ loading ──ready──▶ serving ──fault──▶ stopped
 *       │                  └──────fault──────────────────────▶ stopped
 *       └──inspect──▶ inspecting: answers INSPECTIONS, runs and writes nothing
 */
import { type Failure, Refusal, fail } from '../../protocol/errors.ts';
import { type HostMessage, HostMessageSchema, type VaultMessage } from '../../protocol/module-port.ts';
import { malformedInput } from '../../protocol/contracts/malformed-input.ts';
import { INSPECTIONS, type Inspection, vaultContract, type VaultMethod } from '../../protocol/contracts/vault.contract.ts';
import { type InstanceId, instanceIdOf } from '../../protocol/identifiers.ts';
import { NameSchema } from '../../protocol/contracts/plain.ts';
import { pageOfForks } from '../vault/people/forks.ts';
import { advance } from '../vault/time.ts';
import { queries } from '../vault/queries.ts';
import { must } from '../vault/state.ts';
import { auditJournal } from './audit.ts';
import { compactJournal, finishCompaction } from './compaction.ts';
import { Driver } from './driver.ts';
import { explain, pageOfHistory, transferById } from './history.ts';
import { linkToHost } from './host-link.ts';
import { Journal } from './journal.ts';
import { type Sealer, sealerFrom } from './sealing.ts';

type Boot = Extract<HostMessage, { type: 'boot' }>;
type Call = Extract<HostMessage, { type: 'call' }>;

export interface VaultRuntime {
  /** Takes anything the host sends; malformed messages are dropped, they cannot be answered. */
  handle(raw: unknown): void;
  /** Resolves when nothing waits (for tests and the simulator). */
  settled(): Promise<void>;
}

interface Serving { readonly journal: Journal; readonly driver: Driver; readonly sealer: Sealer; readonly boot: Boot }

export function createVaultRuntime(emit: (message: VaultMessage) => void, random: (length: number) => Uint8Array): VaultRuntime {
  const link = linkToHost(emit);
  let booting: Promise<void> | null = null;
  let serving: Serving | null = null;
  let inspecting: Sealer | null = null;
  const asking = new Set<Promise<void>>();
  /** Whoever reads the trace from end to end and whoever lets go of a part of it, one after the other. */
  let tracing: Promise<unknown> = Promise.resolve();

  async function start(boot: Boot): Promise<void> {
    const sealer = sealerFrom(boot.rootSecret);
    const journal = await Journal.load({ store: link.store, register: link.register, sealer, random });
    const attested = { measurement: boot.measurement, tier: boot.tier, referenceValues: [boot.measurement] };
    const driver = new Driver({ journal, attested, random, emit });
    const created = journal.head.n === 0;
    if (created) {
      if (!boot.create) throw new Refusal('no_wallet', 'There is no wallet in this folder yet.');
      driver.push({ type: 'create', now: boot.now, name: NameSchema.parse(boot.create.name) });
      await driver.settled();
      if (journal.head.n === 0) return; // the driver has said why
    }
    serving = { journal, driver, sealer, boot };
    emit({ type: 'ready', instance: instanceIdOf(must(journal.state, 'self', 'self').publicKey), n: journal.head.n, created });
    const served = serving;
    answer(inTrace(async () => void (await finishCompaction(compacting(served)))));
  }

  async function answerQuery(served: Serving, { id, method, input, now }: Call): Promise<void> {
    const { journal, sealer, boot } = served;
    const parsed = vaultContract[method as VaultMethod].input.safeParse(input);
    if (!parsed.success) return emit({ type: 'reply', id, ok: false, failure: malformedInput(parsed.error) });
    const ports = { store: link.store, sealer, state: journal.state, head: journal.head };
    const attested = { measurement: boot.measurement, tier: boot.tier, referenceValues: [] };
    const value = async (): Promise<unknown> => {
      const asked = parsed.data as never;
      switch (method) {
        case 'transfers.history':
          return await pageOfHistory(ports, (asked as { cursor: number | null }).cursor, (asked as { limit: number }).limit);
        case 'transfers.get': {
          const found = await transferById(ports, (asked as { id: never }).id);
          if (!found.ok) throw new Refusal(found.failure.code, found.failure.detail);
          return found.value;
        }
        case 'audit.explain':
          return await inTrace(() => explain({ ...ports, head: journal.head }, (asked as { currency?: never }).currency));
        case 'audit.journal':
          return (await inTrace(() => auditJournal({ ...ports, register: link.register }, (asked as { from?: number }).from))).journal;
        default:
          return queries[method as keyof typeof queries]({ state: journal.state, head: journal.head, attested, time: advance(journal.time, now) }, asked);
      }
    };
    try {
      emit({ type: 'reply', id, ok: true, value: await value() });
    } catch (error) {
      emit({ type: 'reply', id, ok: false, failure: failureOf(error) });
    }
  }

  /** A call on a wallet that has stopped. */
  async function inspect(sealer: Sealer, { id, method, input }: Call): Promise<void> {
    const isInspection = (INSPECTIONS as readonly string[]).includes(method);
    const parsed = isInspection ? vaultContract[method as Inspection].input.safeParse(input) : null;
    if (!parsed?.success) return emit({ type: 'reply', id, ...fail(parsed ? 'bad_input' : 'forbidden', 'A wallet that has stopped answers an audit, and nothing else.') });
    try {
      const { journal, state } = await auditJournal({ store: link.store, register: link.register, sealer }, (parsed.data as { from?: number }).from);
      emit({ type: 'reply', id, ok: true, value: method === 'audit.journal' ? journal : pageOfForks(state, (parsed.data as { after: InstanceId | null }).after) });
    } catch (error) {
      emit({ type: 'reply', id, ok: false, failure: failureOf(error) });
    }
  }

  const compacting = ({ journal, driver, sealer }: Serving) => ({ journal, driver, sealer, store: link.store, random });

  async function compact(served: Serving, { id, input }: Call): Promise<void> {
    const parsed = vaultContract['history.compact'].input.safeParse(input);
    if (!parsed.success) return emit({ type: 'reply', id, ok: false, failure: malformedInput(parsed.error) });
    const done = await inTrace(() => compactJournal(compacting(served), parsed.data.upTo));
    if (!served.driver.stopped) emit({ type: 'reply', id, ...done });
  }

  function inTrace<T>(work: () => Promise<T>): Promise<T> {
    const next = tracing.then(work);
    tracing = next.catch(() => undefined);
    return next;
  }

  function answer(work: Promise<void>): void {
    const answering = work.finally(() => asking.delete(answering));
    asking.add(answering);
  }

  function serve(message: Exclude<HostMessage, { type: 'boot' | 'inspect' | 'answer' }>): void {
    if (inspecting) {
      if (message.type === 'call') answer(inspect(inspecting, message));
      return;
    }
    if (!serving) {
      if (message.type === 'call') emit({ type: 'reply', id: message.id, ...fail('busy', 'The vault is not open yet.') });
      return;
    }
    const isQuery = message.type === 'call' && Object.hasOwn(vaultContract, message.method) && vaultContract[message.method as VaultMethod].kind === 'query';
    if (message.type === 'call' && message.method === 'history.compact') return answer(compact(serving, message));
    if (!isQuery) return serving.driver.push(message);
    answer(answerQuery(serving, message));
  }

  return {
    handle(raw) {
      const parsed = HostMessageSchema.safeParse(raw);
      if (!parsed.success) return;
      const message = parsed.data;
      if (message.type === 'answer') return link.answered(message);
      // Whichever comes first: a vault that is inspected never runs, and one that runs is not inspected.
      if (message.type === 'inspect') return void (booting ? null : (inspecting ??= sealerFrom(message.rootSecret)));
      if (message.type !== 'boot') return serve(message);
      if (inspecting) return;
      booting ??= start(message).catch((error: unknown) => emit({ type: 'fault', failure: failureOf(error) }));
    },
    async settled() {
      await booting;
      await serving?.driver.settled();
      await Promise.all(asking);
    },
  };
}

/** A refusal as it is; anything else is a broken invariant, said without its inner details. */
function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) return error.failure;
  return fail('invariant_broken', `The vault stopped: ${error instanceof Error ? error.message : String(error)}`).failure;
}
