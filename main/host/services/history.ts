/**
 * The host's part in a wallet's history (design §5.6): how much of it lies on the disk, a copy of it in a file, and an
 * audit of the trace together with such copies. What may be let go of, and whether a trace holds, is the vault's to say.
 *
 * One at a time, and never beside a compaction: a copy must not lose packages under its hands.
 */
import type { Handlers } from '../../../protocol/contracts/contract.ts';
import type { HostContract } from '../../../protocol/contracts/host.contract.ts';
import type { VaultContract } from '../../../protocol/contracts/vault.contract.ts';
import type { JournalView } from '../../../protocol/contracts/views.ts';
import { refuse } from '../../../protocol/errors.ts';
import type { PackageStore } from '../../../protocol/module-port.ts';
import { type HistoryCopy, openHistoryCopy, writeHistoryCopy } from './history-copy.ts';

/** What was copied: the numbers of the first package and of the last. */
export interface Copied { readonly from: number; readonly to: number; readonly bytes: number }

export interface HistoryOptions {
  /** The store of the wallet that runs; null while none does. */
  readonly store: () => Pick<PackageStore, 'packages' | 'kept'> | null;
  readonly extent: () => Promise<{ n: number; from: number }>;
  readonly identity: () => Promise<{ instance: string }>;
  readonly compact: Handlers<VaultContract>['history.compact'];
  /** An audit by a vault that is given another store, whether or not one runs. */
  readonly audit: (from: number, storeOf: (store: PackageStore) => PackageStore) => Promise<JournalView>;
  /** Asks the person for a place, where the shell can; null if they did not want to. */
  readonly choosePlace: ((name: string) => Promise<string | null>) | undefined;
}

export interface History {
  readonly handlers: Pick<Handlers<HostContract>, 'history.size' | 'history.saveCopy'> & Pick<Handlers<VaultContract>, 'history.compact'>;
  /** @throws Refusal `bad_input` if there is such a file, `disk_full`, `forbidden` */
  save(path: string): Promise<Copied>;
  /** @throws Refusal `bad_input` for files that are no copies */
  audit(paths: readonly string[]): Promise<JournalView>;
}

/** Packages measured at once, so that the wallet's own work comes in between. */
const CHUNK = 256;

export function walletHistory(options: HistoryOptions): History {
  let turn: Promise<unknown> = Promise.resolve();
  /** What was measured last; packages do not change, so only newer ones are looked at. */
  let measured = { from: 0, to: 0, bytes: 0 };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  };
  const running = () => options.store() ?? refuse('no_wallet', 'There is no wallet open here.');

  const save = (path: string, replace: boolean): Promise<Copied> => inTurn(async () => {
    const [{ n: to, from }, { instance }] = [await options.extent(), await options.identity()];
    if (from > to) refuse('bad_input', 'There is nothing to copy: no package has been added since the last were let go of.');
    return { from, to, bytes: await writeHistoryCopy(path, running(), { instance, from, to }, replace) };
  });

  return {
    handlers: {
      'history.size': () => inTurn(async () => {
        const { n, from } = await options.extent();
        if (measured.from !== from) measured = { from, to: from - 1, bytes: 0 };
        while (measured.to < n) {
          const found = await running().packages(measured.to + 1, Math.min(CHUNK, n - measured.to));
          if (found.length === 0) break;
          measured = { from, to: found.at(-1)!.n, bytes: measured.bytes + found.reduce((sum, { sealed }) => sum + sealed.length, 0) };
        }
        return { packages: measured.to + 1 - from, bytes: measured.bytes };
      }),
      'history.saveCopy': async () => {
        const { choosePlace } = options;
        if (!choosePlace) return refuse('not_supported', 'This shell cannot save files. Use: tallystick history --export FILE');
        const [{ n }, { instance }] = [await options.extent(), await options.identity()];
        const path = await choosePlace(`${instance.slice(0, NAME_CHARS)}-${n}.history`);
        return { copy: path === null ? null : await save(path, true) };
      },
      'history.compact': (input) => inTurn(async () => await options.compact(input)),
    },
    save: (path) => save(path, false),
    audit: (paths) => inTurn(async () => {
      const copies: HistoryCopy[] = [];
      try {
        for (const path of paths) copies.push(await openHistoryCopy(path));
        const [first] = copies.sort((a, b) => a.header.from - b.header.from);
        return await options.audit((first?.header.from ?? 1) - 1, (store) => copies.reduce(withCopy, store));
      } finally {
        for (const copy of copies) await copy.close();
      }
    }),
  };
}

/** Enough of an instance's name to tell files apart. */
const NAME_CHARS = 14;

/** A store in which the packages of a copy are there again. Nothing can be written to it. */
function withCopy(store: PackageStore, copy: HistoryCopy): PackageStore {
  const never = () => refuse('forbidden', 'An audit writes nothing.');
  const { from: first, to: last } = copy.header;
  return {
    ...store, append: never, putSnapshot: never, keep: never, release: never,
    async packages(from, limit) {
      if (from > last) return await store.packages(from, limit);
      const older = from < first ? (await store.packages(from, limit)).filter(({ n }) => n < first) : [];
      const copied = await copy.packages(from, limit - older.length);
      const newer = limit > older.length + copied.length ? await store.packages(last + 1, limit - older.length - copied.length) : [];
      return [...older, ...copied, ...newer];
    },
    kept: async (kind, n) => {
      const base = kind === 'base' && n === first - 1 ? await copy.base() : null;
      return base ? { n: first - 1, bytes: base } : await store.kept(kind, n);
    },
  };
}
