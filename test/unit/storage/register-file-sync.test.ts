/**
 * A killed process, or a sync that failed, leaves the register's newest value in the system's memory only. Whoever opens
 * it next must not rely on it before it is on the disk (design §5.2, assurance rows 6, 7): a power cut would take the
 * register back by a step whose messages were sent.
 */
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRegisterFile } from '../../../main/host/storage/register-file.ts';
import { SLOT_SPACING, decodeRegister, encodeSlot } from '../../../main/host/storage/register-slots.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-register-'));
  path = join(folder, 'register');
  const register = await openRegisterFile(path);
  await register.advance(null, value(1));
  await register.close();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

const value = (fill: number) => new Uint8Array(32).fill(fill);

/** What an advance leaves that got no further than its first write: the new value in one slot, the old one in the other. */
async function unsynced(): Promise<void> {
  const file = await readFile(path);
  const state = decodeRegister(file) ?? expect.unreachable('the register is there');
  file.set(encodeSlot(state.turn + 1n, value(2)), state.next * SLOT_SPACING);
  await writeFile(path, file);
}

/** Every write and sync of every file from here on, in order; `fails` names the call that does not succeed. */
async function watched(fails: string | null = null): Promise<string[]> {
  const handle = await open(path, 'r');
  const prototype = Object.getPrototypeOf(handle) as Record<string, (...given: unknown[]) => Promise<unknown>>;
  await handle.close();
  const calls: string[] = [];
  for (const method of ['write', 'datasync', 'sync']) {
    const original = prototype[method];
    vi.spyOn(prototype, method).mockImplementation(async function (this: unknown, ...given: unknown[]) {
      calls.push(method === 'write' ? `write at ${String(given[3])}` : method);
      if (calls.at(-1) === fails) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
      return original?.apply(this, given);
    });
  }
  return calls;
}

const SYNC_FOLDER = process.platform === 'win32' ? [] : ['sync'];

describe('a register that is opened', () => {
  it('tells its value only after file and folder were synced, and syncs them once', async () => {
    const calls = await watched();
    const register = await openRegisterFile(path);
    expect(await register.read()).toEqual(value(1));
    expect(calls).toEqual(['datasync', ...SYNC_FOLDER]);
    await register.read();
    expect(calls).toEqual(['datasync', ...SYNC_FOLDER]);
    await register.close();
  });

  it.each(['read', 'advance'] as const)('after a writer that never finished makes both slots durable before it will %s', async (way) => {
    await unsynced();
    const register = await openRegisterFile(path);
    const calls = await watched();
    if (way === 'read') expect(await register.read()).toEqual(value(2));
    else await register.advance(value(2), value(3));
    // The copy goes into the slot that holds the older value: torn, it takes nothing away.
    expect(calls.slice(0, 4)).toEqual(['datasync', `write at ${SLOT_SPACING}`, 'datasync', ...SYNC_FOLDER].slice(0, 4));
    await register.close();
    expect(decodeRegister(await readFile(path))).toMatchObject({ echoed: true, value: value(way === 'read' ? 2 : 3) });
  });

  it.each(['datasync', `write at ${SLOT_SPACING}`, ...SYNC_FOLDER])('and cannot %s tells nothing, and never tries again', async (fails) => {
    await unsynced();
    const register = await openRegisterFile(path);
    const calls = await watched(fails);
    await expect(register.read()).rejects.toMatchObject({ failure: { code: 'register_failed' } });
    const tried = calls.length;
    await expect(register.advance(value(2), value(3))).rejects.toMatchObject({ failure: { code: 'register_failed' } });
    expect(calls.length).toBe(tried);
    await register.close();
  });
});
