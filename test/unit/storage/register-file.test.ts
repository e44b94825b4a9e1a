/** The register file under torn writes, rot and failing disks (assurance rows 5, 6, 7, 9). */
import { mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openRegisterFile } from '../../../main/host/storage/register-file.ts';
import { FILE_BYTES, SLOT_BYTES, SLOT_SPACING, decodeRegister } from '../../../main/host/storage/register-slots.ts';
import { codeOf } from '../../support/refusals.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-register-'));
  path = join(folder, 'register');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

const value = (fill: number) => new Uint8Array(32).fill(fill);
const fillOf = (state: { value: Uint8Array } | null) => (state && state.value.every((byte) => byte === state.value[0]) ? state.value[0] : null);

/** The file after each of `steps` advances: values 1, 2, 3 … */
async function history(steps: number): Promise<Uint8Array[]> {
  const register = await openRegisterFile(path);
  const files: Uint8Array[] = [];
  for (let step = 1; step <= steps; step++) {
    await register.advance(step === 1 ? null : value(step - 1), value(step));
    files.push(new Uint8Array(await readFile(path)));
  }
  await register.close();
  return files;
}

/** Ranges in which two files differ, at the grain of a slot. */
const slotsThatDiffer = (a: Uint8Array, b: Uint8Array) => [0, SLOT_SPACING].filter((at) => Buffer.compare(a.subarray(at, at + SLOT_SPACING), b.subarray(at, at + SLOT_SPACING)) !== 0);

describe('torn writes', () => {
  test('an advance cut at any byte leaves the old value or the new one, whichever of its two writes it was', async () => {
    const files = await history(6);
    for (let step = 1; step < files.length; step++) {
      const before = files[step - 1] ?? new Uint8Array();
      const after = files[step] ?? new Uint8Array();
      // The first write of a turn goes to the slot of its parity, the echo to the other.
      const first = (step + 1) % 2 === 0 ? 0 : SLOT_SPACING;
      for (let cut = 0; cut <= SLOT_BYTES; cut++) {
        const during = before.slice();
        during.set(after.subarray(first, first + cut), first);
        expect([step, step + 1]).toContain(fillOf(decodeRegister(during)));
        expect(fillOf(decodeRegister(during))).toBe(cut === SLOT_BYTES ? step + 1 : step);

        const echo = after.slice();
        const second = SLOT_SPACING - first;
        echo.set(before.subarray(second, second + SLOT_BYTES), second);
        echo.set(after.subarray(second, second + cut), second);
        expect(fillOf(decodeRegister(echo))).toBe(step + 1);
      }
    }
  });

  test('an advance that follows a lost echo overwrites the echo, never the slot that was synced', async () => {
    const files = await history(5);
    for (let step = 2; step < files.length; step++) {
      const synced = step % 2 === 0 ? 0 : SLOT_SPACING;
      for (const echo of [files[step - 2] ?? new Uint8Array(), new Uint8Array(FILE_BYTES)]) {
        // What a power cut leaves of turn `step`: its synced slot, and an older or empty other slot.
        const crashed = (files[step - 1] ?? new Uint8Array()).slice();
        const other = SLOT_SPACING - synced;
        crashed.set(echo.subarray(other, other + SLOT_SPACING), other);
        await writeFile(path, crashed);
        const register = await openRegisterFile(path);
        expect(await register.read()).toEqual(value(step));
        expect(decodeRegister(crashed)?.next).toBe(other === 0 ? 0 : 1);
        await register.advance(value(step), value(step + 1));
        await register.close();
        expect(fillOf(decodeRegister(await readFile(path)))).toBe(step + 1);
      }
    }
  });

  test('at rest both slots agree, so each advance writes exactly the two slots', async () => {
    const files = await history(3);
    expect(slotsThatDiffer(files[0] ?? new Uint8Array(), files[1] ?? new Uint8Array())).toEqual([0, SLOT_SPACING]);
    expect(slotsThatDiffer((files[2] ?? new Uint8Array()).subarray(0, SLOT_SPACING), (files[2] ?? new Uint8Array()).subarray(SLOT_SPACING))).toEqual([]);
    expect(files[2]).toHaveLength(FILE_BYTES);
  });

  test('a creation that was cut short leaves a register that was never set', async () => {
    await writeFile(`${path}.0123456789ab.tmp`, new Uint8Array(100));
    const register = await openRegisterFile(path);
    expect(await register.read()).toBeNull();
    await register.advance(null, value(1));
    await register.close();
  });
});

describe('rot', () => {
  test('any one flipped bit, at rest, changes nothing', async () => {
    const [file = new Uint8Array()] = (await history(4)).slice(-1);
    for (const slot of [0, SLOT_SPACING]) {
      for (let bit = 0; bit < SLOT_BYTES * 8; bit++) {
        const rotten = file.slice();
        rotten[slot + (bit >> 3)] = (rotten[slot + (bit >> 3)] ?? 0) ^ (1 << (bit & 7));
        expect(fillOf(decodeRegister(rotten))).toBe(4);
      }
    }
  });

  test('with one slot rotten the register still advances, into that slot', async () => {
    for (const slot of [0, SLOT_SPACING]) {
      await rm(path, { force: true });
      const [file = new Uint8Array()] = (await history(4)).slice(-1);
      file[slot + 20] = (file[slot + 20] ?? 0) ^ 1;
      await writeFile(path, file);
      expect(decodeRegister(file)?.next).toBe(slot === 0 ? 0 : 1);
      const register = await openRegisterFile(path);
      await register.advance(value(4), value(5));
      expect(await register.read()).toEqual(value(5));
      await register.close();
    }
  });

  test.each(['both slots flipped', 'emptied', 'cut short', 'foreign'])('%s: every call fails, and the file is left as it is', async (what) => {
    const [file = new Uint8Array()] = (await history(2)).slice(-1);
    if (what === 'both slots flipped') {
      for (const at of [20, SLOT_SPACING + 70]) file[at] = (file[at] ?? 0) ^ 0x10;
      await writeFile(path, file);
    } else if (what === 'foreign') await writeFile(path, 'something else entirely');
    else await truncate(path, what === 'emptied' ? 0 : 40);
    const damaged = await readFile(path);
    const register = await openRegisterFile(path);
    expect(await codeOf(register.read())).toBe('register_failed');
    expect(await codeOf(register.advance(null, value(9)))).toBe('register_failed');
    await register.close();
    expect(await readFile(path)).toEqual(damaged);
  });
});

describe('a failing disk', () => {
  test('an advance writes one slot, syncs, and only then touches the other; a creation syncs the file and then its folder', async () => {
    const { open } = await import('node:fs/promises');
    const handle = await open(folder, 'r');
    const prototype = Object.getPrototypeOf(handle) as Record<string, (...given: unknown[]) => Promise<unknown>>;
    await handle.close();
    const calls: string[] = [];
    for (const method of ['write', 'writeFile', 'datasync', 'sync']) {
      const original = prototype[method];
      vi.spyOn(prototype, method).mockImplementation(async function (this: unknown, ...given: unknown[]) {
        calls.push(method === 'write' ? `write at ${String(given[3])}` : method);
        return original?.apply(this, given);
      });
    }
    const register = await openRegisterFile(path);
    await register.advance(null, value(1));
    expect(calls.splice(0)).toEqual(['writeFile', 'sync', 'sync']);
    await register.advance(value(1), value(2));
    expect(calls.splice(0)).toEqual(['write at 0', 'datasync', `write at ${SLOT_SPACING}`]);
    await register.advance(value(2), value(3));
    expect(calls.splice(0)).toEqual([`write at ${SLOT_SPACING}`, 'datasync', 'write at 0']);
    await register.close();
  });

  /** Makes one method of every file handle fail once, counting the calls. */
  async function failing(method: 'datasync' | 'write', error: Error): Promise<{ calls: number }> {
    const { open } = await import('node:fs/promises');
    const handle = await open(path, 'r');
    const prototype = Object.getPrototypeOf(handle) as Record<'datasync' | 'write', () => Promise<unknown>>;
    await handle.close();
    const seen = { calls: 0 };
    vi.spyOn(prototype, method).mockImplementation(async () => {
      seen.calls++;
      throw error;
    });
    return seen;
  }

  test.each(['datasync', 'write'] as const)('a failed %s stops the register for good, and is not tried again', async (method) => {
    await history(2);
    const register = await openRegisterFile(path);
    const seen = await failing(method, Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }));
    expect(await codeOf(register.advance(value(2), value(3)))).toBe('register_failed');
    expect(seen.calls).toBe(1);
    vi.restoreAllMocks();
    expect(await codeOf(register.advance(value(2), value(3)))).toBe('register_failed');
    expect(await codeOf(register.read())).toBe('register_failed');
    await register.close();
    const again = await openRegisterFile(path);
    expect([2, 3]).toContain((await again.read())?.[0]);
    await again.close();
  });

  test('a folder that is not there fails, and nothing was set', async () => {
    const register = await openRegisterFile(join(folder, 'missing', 'register'));
    expect(await codeOf(register.advance(null, value(1)))).toBe('register_failed');
    await register.close();
  });

  test.skipIf(process.platform === 'win32')('the file is private and alone in its folder', async () => {
    await history(2);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['register']);
  });
});
