/** The vault's side of the module port: asks the host for its store and register, one question at a time per id. */
import { Refusal, type ErrorCode } from '../../protocol/errors.ts';
import { type ArchivedRecord, ArchivedRecordSchema, type Ask, type FreshnessRegister, type HostMessage, type Kept, type PackageStore, type SealedPackage, type VaultMessage } from '../../protocol/module-port.ts';
import { z } from 'zod';
import { bytesOf, bytesUpTo } from '../../protocol/bytes.schema.ts';

type Answer = Extract<HostMessage, { type: 'answer' }>;

const sealedBytes = bytesUpTo(Number.MAX_SAFE_INTEGER);
const sealedPackage = z.strictObject({ n: z.int().positive(), sealed: sealedBytes });
const kept = z.strictObject({ n: z.int().nonnegative(), bytes: sealedBytes });

export interface HostLink {
  readonly store: PackageStore;
  readonly register: FreshnessRegister;
  answered(answer: Answer): void;
}

/** @param emit sends to the host */
export function linkToHost(emit: (message: VaultMessage) => void): HostLink {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Refusal) => void }>();
  let lastId = 0;
  async function ask<S extends z.ZodType>(question: Ask, shape: S, onMalformed: ErrorCode): Promise<z.output<S>> {
    const id = ++lastId;
    const value = await new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      emit({ type: 'ask', id, ask: question });
    });
    const parsed = shape.safeParse(value);
    if (!parsed.success) throw new Refusal(onMalformed, `The host gave a malformed answer to ${question.op}.`);
    return parsed.data;
  }
  const done = z.unknown();
  return {
    store: {
      latestSnapshot: () => ask({ op: 'store.latestSnapshot' }, sealedPackage.nullable(), 'store_failed'),
      packages: (from, limit): Promise<SealedPackage[]> => ask({ op: 'store.packages', from, limit }, z.array(sealedPackage).max(limit), 'store_failed'),
      append: async ({ n, sealed, archive }) => void (await ask({ op: 'store.append', n, sealed, archive: [...archive] }, done, 'store_failed')),
      putSnapshot: async ({ n, sealed }) => void (await ask({ op: 'store.putSnapshot', n, sealed }, done, 'store_failed')),
      archive: (before, transfers): Promise<ArchivedRecord[]> => ask({ op: 'store.archive', before, transfers }, z.array(ArchivedRecordSchema).max(transfers), 'store_failed'),
      archived: (id) => ask({ op: 'store.archived', id }, ArchivedRecordSchema.nullable(), 'store_failed'),
      keep: async (kind, { n, bytes }) => void (await ask({ op: 'store.keep', kind, n, bytes }, done, 'store_failed')),
      kept: (kind, n): Promise<Kept | null> => ask({ op: 'store.kept', kind, n }, kept.nullable(), 'store_failed'),
      release: async (upTo) => void (await ask({ op: 'store.release', upTo }, done, 'store_failed')),
    },
    register: {
      read: () => ask({ op: 'register.read' }, bytesOf(32).nullable(), 'register_failed'),
      advance: async (from, to) => void (await ask({ op: 'register.advance', from, to }, done, 'register_failed')),
    },
    answered(answer) {
      const question = waiting.get(answer.id);
      if (!question) return;
      waiting.delete(answer.id);
      if (answer.ok) question.resolve(answer.value);
      else question.reject(new Refusal(answer.failure.code, answer.failure.detail, answer.failure.params));
    },
  };
}
