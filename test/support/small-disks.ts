/**
 * Disks that are too small, or that break: real file systems, made and removed by a test. They need the right to mount;
 * where there is none the functions give null, and a test that was skipped for it says so.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readdir, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const mounted = new Set<string>();

function mount(at: string, ...args: string[]): boolean {
  mkdirSync(at, { recursive: true });
  try {
    execFileSync('mount', [...args, at], { stdio: 'pipe' });
  } catch {
    return false;
  }
  mounted.add(at);
  return true;
}

function unmount(at: string): void {
  // Lazily, so that what a failed test left open does not keep the disk.
  execFileSync('umount', ['--lazy', at]);
  mounted.delete(at);
}

/** Takes away whatever is still mounted, the last one first. */
export function unmountAll(): void {
  for (const at of [...mounted].reverse()) unmount(at);
}

export interface SmallDisk {
  readonly at: string;
  /** Takes all room but `left` bytes. */
  fill(left?: number): Promise<void>;
  /** Gives back what was taken. */
  empty(): Promise<void>;
}

/** A disk of so many MiB, in memory, mounted at `at`. */
export function smallDisk(at: string, mebibytes: number): SmallDisk | null {
  if (!mount(at, '-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0700`, 'tmpfs')) return null;
  let ballasts = 0;
  return {
    at,
    async fill(left = 0) {
      const { bavail, bsize } = await statfs(at);
      await writeFile(join(at, `ballast-${++ballasts}`), new Uint8Array(Math.max(bavail * bsize - left, 0)));
    },
    async empty() {
      for (const name of await readdir(at)) if (name.startsWith('ballast-')) await rm(join(at, name));
    },
  };
}

export interface BreakingDisk {
  readonly at: string;
  /** From now on the disk cannot keep what it is given: the kernel answers fsync with EIO. */
  break(): Promise<void>;
  /** The disk works again, with what it has really kept, as after a change of cable. Nothing may be open on it. */
  mend(): Promise<void>;
}

/** Much more than the file system is told it has, so that it notices only when it writes. */
const PROMISED_MIB = 128;
const REAL_MIB = 48;

/**
 * An ext4 file system on a disk that promises more than it has (thin provisioning): once the real space is gone, writes
 * fail in the background and fsync says so. Its data goes through its journal, so that also what is overwritten in place
 * needs new space.
 */
export async function breakingDisk(at: string, behind: string): Promise<BreakingDisk | null> {
  const real = smallDisk(behind, REAL_MIB);
  if (!real) return null;
  const image = join(behind, 'image');
  const mountImage = (): boolean => mount(at, '-o', 'loop,data=journal', image);
  await writeFile(image, '');
  await truncate(image, PROMISED_MIB * 1024 * 1024);
  try {
    execFileSync('mkfs.ext4', ['-q', '-F', image], { stdio: 'pipe' });
  } catch {
    return null;
  }
  if (!mountImage()) return null;
  return {
    at,
    break: () => real.fill(),
    async mend() {
      unmount(at);
      await real.empty();
      if (!mountImage()) throw new Error('the mended disk cannot be mounted');
    },
  };
}
