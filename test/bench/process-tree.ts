/**
 * The memory of a process and of all that it started, by part of the wallet. Linux only.
 *
 * RSS counts a page once for each process that has it, so a sum of RSS counts Node's own program once a process: it says how
 * much memory the system shows, not how much would be free if the wallet ended. PSS gives each process its share of such a
 * page, so a sum of PSS is what these processes take; but every other Node on the machine, this bench among them, takes over a
 * part of it. So there is a third way of counting: every page that a process has for itself, and of what is shared the most that
 * one process has, once. That is what the wallet takes where nobody else runs Node. Targets stand against the second and
 * the third; RSS is shown because it is what people see.
 */
import { readFileSync } from 'node:fs';
import { memoryFromProc } from '../../main/host/modules/process-memory.ts';

export interface Measured { readonly part: string; readonly rss: number; readonly pss: number; readonly own: number; readonly shared: number }

const MB = 1e6;
const KIB = 1024;

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** What a process is, by its arguments: Electron names its kinds, modules are named by their bundle. */
function partOf(pid: number): string {
  const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  if (args.some((arg) => arg.endsWith('vault.mjs'))) return 'vault';
  if (args.some((arg) => arg.endsWith('reader.mjs'))) return 'reader';
  const type = args.find((arg) => arg.startsWith('--type='))?.slice('--type='.length);
  return type ?? 'host';
}

function measure(pid: number): Measured | null {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const of = (name: string): number => (Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0) * KIB) / MB;
    return { part: partOf(pid), rss: (memoryFromProc(pid) ?? 0) / MB, pss: of('Pss'), own: of('Private_Clean') + of('Private_Dirty'), shared: of('Shared_Clean') + of('Shared_Dirty') };
  } catch {
    // It has ended meanwhile.
    return null;
  }
}

/** Every process below `pid` and itself, in MB (10⁶ bytes). */
export function measureTree(pid: number): Measured[] {
  const measured = measure(pid);
  return [...(measured ? [measured] : []), ...childrenOf(pid).flatMap(measureTree)];
}

/** True where another process's memory can be read like this. */
export const canMeasure = (): boolean => process.platform === 'linux' && measure(process.pid) !== null;
