/**
 * A vault is started: the real journal is loaded from the disk and compared with the register (design §5.3). What it has
 * loaded must be what it was at that head.
 */
import { Journal } from '../../../enclave/runtime/journal.ts';
import { type ErrorCode, Refusal } from '../../../protocol/errors.ts';
import type { PackageStore } from '../../../protocol/module-port.ts';
import { expectThat } from '../world/violation.ts';
import { type Disk, packagesFrom } from './disk.ts';
import { aliveWith, type Life, type Wallet } from './life.ts';
import { canonOf, lead } from './lineage.ts';

interface Started { readonly life: Life | null; readonly stopped: ErrorCode | null }
const starts = new Map<string, Started>();
export const countStarts = (): number => starts.size;

export async function startOf(wallet: Wallet, disk: Disk, register: string): Promise<Started> {
  const key = `${wallet.name}/${disk.id}/${register}`;
  const known = starts.get(key);
  if (known) return known;
  const started = await load(wallet, disk, register);
  starts.set(key, started);
  return started;
}

async function load(wallet: Wallet, disk: Disk, register: string): Promise<Started> {
  const store = { latestSnapshot: async () => (wallet.snapshot && disk.packages.length >= wallet.snapshot.n ? wallet.snapshot : null), packages: async (from: number, limit: number) => packagesFrom(disk, from, limit) } as PackageStore;
  try {
    const journal = await Journal.load({ store, register: { read: async () => (register ? new Uint8Array(Buffer.from(register, 'hex')) : null), advance: async () => {} }, sealer: wallet.sealer, random: (length) => new Uint8Array(length) });
    const { n, hash } = journal.head;
    const durable = lead(null, { n, head: Buffer.from(hash).toString('hex') }, journal.state, journal.time, []);
    expectThat(canonOf(journal.state) === durable.canon, 'went-back', () => `${wallet.name} has loaded another state than it had at its head`);
    return { life: aliveWith(durable, register, journal.state), stopped: null };
  } catch (error) {
    if (error instanceof Refusal) return { life: null, stopped: error.failure.code };
    throw error;
  }
}
