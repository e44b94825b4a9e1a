/**
 * The freshness register of the software tier (design §5.4): one small file with two slots.
 *
 *   advance:  write the slot not in use ─▶ fdatasync ─▶ done, then echo into the other slot (not synced)
 *
 * A crash while writing leaves the slot in use untouched: the old value, or the new one, never a third. The echo makes
 * both slots agree at rest, so that a slot that rots later is not mistaken for a write that never finished, which would
 * take the register back by one. The slot that holds the echo is the one the next advance overwrites, so a torn echo
 * harms nothing.
 *
 * What is read may be in the system's memory only: a process that was killed between its write and its sync left it there,
 * and so does a sync that failed. So nothing is told before it was made durable: the file is synced, a missing echo is put
 * back and synced too, and so is the folder. Otherwise a power cut could take the register back by one step on which
 * somebody relied already.
 *
 * Not guaranteed: whoever can write the file can set it back (design §3 software tier).
 */
import { readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Refusal, refuse } from '../../../protocol/errors.ts';
import type { FreshnessRegister } from '../../../protocol/module-port.ts';
import { createFile, isNoRoom, syncFolder, systemCodeOf } from './atomic-file.ts';
import { FILE_BYTES, type RegisterState, SLOT_SPACING, VALUE_BYTES, decodeRegister, encodeSlot, otherSlot } from './register-slots.ts';

export type RegisterFile = FreshnessRegister & { close(): Promise<void> };

const same = (a: Uint8Array | null, b: Uint8Array | null) => (a === null || b === null ? a === b : Buffer.compare(a, b) === 0);

/**
 * Opens the register at `path`; the file is made by the first advance. After any failed write or sync every call
 * rejects until the register is opened again: a failed fsync is never tried twice.
 * Calls reject with Refusal `register_failed`.
 */
export async function openRegisterFile(path: string): Promise<RegisterFile> {
  let handle: FileHandle | null = null;
  /** What the file holds is on the disk: made so by the first call, kept so by every advance. */
  let durable = false;
  let stopped: string | null = null;
  let last: Promise<unknown> = Promise.resolve();

  /** Of the last advance. Whoever advanced does not wait for it, whoever comes next does. */
  let echo: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(() => (stopped === null ? work() : refuse('register_failed', stopped, { path })));
    last = next.then(() => echo).catch(() => undefined);
    return next;
  };

  /** Stops for good: what the disk holds is not known. */
  const stop = (doing: string, error: unknown): never => {
    stopped = isNoRoom(error)
      ? `There was no room to write the freshness register ${path}. Free some room, then start the wallet again.`
      : `The freshness register ${path} could not be ${doing} (${systemCodeOf(error) ?? String(error)}). Check the disk, then start the wallet again.`;
    throw new Refusal('register_failed', stopped, { path }, error);
  };

  const current = async (): Promise<RegisterState | null> => {
    let file: Uint8Array;
    try {
      handle ??= await open(path, 'r+');
      file = readWhole(handle);
    } catch (error) {
      if (!handle && systemCodeOf(error) === 'ENOENT') return null;
      return stop('read', error);
    }
    const state = decodeRegister(file) ?? stop('understood', 'both of its slots are damaged');
    if (!durable) await makeDurable(handle, state, path).catch((error: unknown) => stop('written', error));
    durable = true;
    return state;
  };

  return {
    read: () => inTurn(async () => (await current())?.value ?? null),

    advance: (from, to) => inTurn(async () => {
      const now = await current();
      if (!same(now?.value ?? null, from)) {
        refuse('register_failed', 'The freshness register does not hold the value that this wallet expected: another copy of the wallet has moved on.', { path });
      }
      if (to.length !== VALUE_BYTES) refuse('register_failed', `A freshness value has ${VALUE_BYTES} bytes.`, { path });
      try {
        if (now === null) {
          const file = new Uint8Array(FILE_BYTES);
          file.set(encodeSlot(1n, to), 0);
          file.set(encodeSlot(1n, to), SLOT_SPACING);
          await createFile(path, file);
          durable = true;
          return;
        }
        handle ??= await open(path, 'r+');
        const bytes = encodeSlot(now.turn + 1n, to);
        await write(handle, now.next, bytes);
        await handle.datasync();
        echo = write(handle, otherSlot(now.next), bytes).catch((error: unknown) => stop('written', error));
      } catch (error) {
        stop('written', error);
      }
    }),

    async close() {
      await last;
      stopped ??= 'The freshness register is closed.';
      await handle?.close();
      handle = null;
    },
  };
}

/** Makes a state that was found durable, with the name of its file. @throws the system's error */
async function makeDurable(handle: FileHandle, { turn, value, next, echoed }: RegisterState, path: string): Promise<void> {
  await handle.datasync();
  if (!echoed) {
    // After a sync that failed the system may take bytes for written that are not, and sync them no more: a copy is
    // written anew. It goes where the next advance would write, so tearing it leaves the other slot.
    await write(handle, next, encodeSlot(turn, value));
    await handle.datasync();
  }
  await syncFolder(dirname(path));
}

async function write(handle: FileHandle, slot: 0 | 1, bytes: Uint8Array): Promise<void> {
  const { bytesWritten } = await handle.write(bytes, 0, bytes.length, slot * SLOT_SPACING);
  if (bytesWritten !== bytes.length) throw new Error(`only ${bytesWritten} of ${bytes.length} bytes were written`);
}

/** At once: two blocks that were written a moment ago are in memory, and handing this to another thread takes longer. */
function readWhole(handle: FileHandle): Uint8Array {
  const file = new Uint8Array(FILE_BYTES);
  return file.subarray(0, readSync(handle.fd, file, 0, FILE_BYTES, 0));
}
