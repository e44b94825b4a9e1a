/** SIGKILL in the middle of storing (assurance rows 2, 5, 18, the storage's part): nothing that was released is lost. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openLevelPackageStore } from '../../../main/host/storage/level-package-store.ts';
import { openRegisterFile } from '../../../main/host/storage/register-file.ts';

const ROUNDS = Number(process.env['TALLYSTICK_KILL_ROUNDS'] ?? 12);
const folder = await mkdtemp(join(tmpdir(), 'tallystick-kill-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Lets the child store until it has said `steps` numbers, kills it a little later. @returns the last number it said */
async function killAfter(steps: number, microtasks: number): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'appender.child.ts'), folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > steps) {
      // Not on the beat of its own output.
      for (let i = 0; i < microtasks; i++) Math.sqrt(i);
      child.kill('SIGKILL');
    }
  });
  await once(child, 'close');
  return Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1));
}

test(`after each of ${ROUNDS} kills the register names a stored package, at or one after the last one released`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const microtasks = Math.floor(Math.random() * 300_000);
    const released = await killAfter(5 + round * 3, microtasks);
    const where = `round ${round}, ${microtasks} steps after the output, released ${released}`;
    const store = await openLevelPackageStore(join(folder, 'packages'), { reserveBytes: 4096 });
    const register = await openRegisterFile(join(folder, 'register'));
    const head = Buffer.from(await register.read() ?? []).toString('hex');
    const packages = await store.packages(1, 100_000);
    const fresh = packages.find((p) => createHash('sha256').update(p.sealed).digest('hex') === head)?.n ?? -1;
    expect(released, where).toBeGreaterThan(0);
    // The pipe may hold a number that was written but not read: more may have been released, never less.
    expect(fresh, where).toBeGreaterThanOrEqual(released);
    expect(packages.map((p) => p.n), where).toEqual(packages.map((_, i) => i + 1));
    expect([fresh, fresh + 1], where).toContain(packages.length);
    for (const p of packages.slice(1)) {
      expect(Buffer.from(p.sealed.subarray(0, 32)).toString('hex'), where).toBe(createHash('sha256').update(packages[p.n - 2]?.sealed ?? '').digest('hex'));
    }
    expect((await store.archive(null, 1))[0]?.order, where).toBe(packages.length);
    await register.close();
    await store.close();
  }
});
