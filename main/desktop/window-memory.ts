/**
 * What the shell remembers between starts: where the window was, and whether it was said that closing it keeps the
 * wallet running. A file in the profile folder, of no value; damaged or missing, it is as if new.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const MemorySchema = z.strictObject({
  bounds: z.strictObject({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() }).nullable(),
  maximized: z.boolean(),
  trayExplained: z.boolean(),
});
export type Memory = z.output<typeof MemorySchema>;

const EMPTY: Memory = { bounds: null, maximized: false, trayExplained: false };

export interface WindowMemory {
  read(): Memory;
  /** Keeps what changed. Failing to is not worth telling anyone. */
  change(part: Partial<Memory>): void;
}

export function openWindowMemory(profileDir: string): WindowMemory {
  const path = join(profileDir, 'window.json');
  let memory = load(path);
  return {
    read: () => memory,
    change: (part) => {
      memory = { ...memory, ...part };
      try {
        writeFileSync(`${path}.new`, JSON.stringify(memory), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch (error) {
        console.warn(`tallystick: the window's place was not kept: ${String(error)}`);
      }
    },
  };
}

function load(path: string): Memory {
  try {
    return MemorySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return EMPTY;
  }
}
