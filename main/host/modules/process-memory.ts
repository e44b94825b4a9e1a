/** How much memory another process has (resident set), where the system says so without being asked through a program. */
import { readFileSync } from 'node:fs';

/** Bytes, or null if it cannot be known: another system, or the process is gone. */
export type MemoryOf = (pid: number) => number | null;

/** Linux. */
export const memoryFromProc: MemoryOf = (pid) => {
  try {
    const [kibibytes] = /(?<=^VmRSS:\s+)\d+/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
};
