/** The lock on a folder, between real processes (assurance row 14). */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../../../main/host/storage/data-lock.ts';
import { openLevelPackageStore } from '../../../main/host/storage/level-package-store.ts';
import { failureOf } from '../../support/refusals.ts';

let folder = '';
const started: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-lock-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  await rm(folder, { recursive: true, force: true });
});

interface Starter { child: ChildProcess; next(): Promise<Record<string, unknown>>; go(): void }

async function starter(): Promise<Starter> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'lock-holder.child.ts'), folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  started.push(child);
  const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]();
  const next = async () => {
    const line = await lines.next();
    if (line.done) throw new Error('the process ended without a word');
    return JSON.parse(line.value) as Record<string, unknown>;
  };
  expect(await next()).toEqual({ ready: true });
  return { child, next, go: () => void child.stdin?.write('go\n') };
}


test('a second start is refused and told who holds the folder', async () => {
  const holder = await starter();
  holder.go();
  expect(await holder.next()).toMatchObject({ locked: true });
  const failure = await failureOf(lockFolder(folder, 'electron'));
  expect(failure).toMatchObject({ code: 'wallet_locked', params: { pid: holder.child.pid, shell: 'browser', folder } });
  expect(failure).toHaveProperty('detail', expect.stringContaining(`process ${holder.child.pid}`));
});

test('within one process the second lock is refused too, and works once the first is released', async () => {
  const first = await lockFolder(folder, 'electron');
  expect(await failureOf(lockFolder(folder, 'none'))).toMatchObject({ code: 'wallet_locked', params: { pid: process.pid, shell: 'electron' } });
  await Promise.all([first.release(), first.release()]);
  await (await lockFolder(folder, 'none')).release();
});

test('a holder that was killed holds nothing, three times over', async () => {
  for (let round = 0; round < 3; round++) {
    const holder = await starter();
    holder.go();
    expect(await holder.next()).toMatchObject({ locked: true });
    holder.child.kill('SIGKILL');
    await once(holder.child, 'exit');
  }
  await (await lockFolder(folder, 'electron')).release();
});

test('a holder that is stopped, not dead, still holds it', async () => {
  const holder = await starter();
  holder.go();
  expect(await holder.next()).toMatchObject({ locked: true });
  holder.child.kill('SIGSTOP');
  expect(await failureOf(lockFolder(folder, 'electron'))).toMatchObject({ code: 'wallet_locked' });
  holder.child.kill('SIGCONT');
});

test.each(['an empty folder', 'a folder whose holder was killed'])('of ten starters that race for %s exactly one wins, and all others name it', async (what) => {
  if (what !== 'an empty folder') {
    const dead = await starter();
    dead.go();
    await dead.next();
    dead.child.kill('SIGKILL');
    await once(dead.child, 'exit');
  }
  const racers = await Promise.all(Array.from({ length: 10 }, starter));
  for (const racer of racers) racer.go();
  const outcomes = await Promise.all(racers.map((racer) => racer.next()));
  const winners = outcomes.filter((outcome) => outcome['locked'] === true);
  expect(winners).toHaveLength(1);
  for (const outcome of outcomes.filter((other) => other['locked'] === false)) {
    expect(outcome['failure']).toMatchObject({ code: 'wallet_locked', params: { pid: winners[0]?.['pid'] } });
  }
});

test('a lock whose files a power cut spoilt is made anew, but never while it is held', async () => {
  await (await lockFolder(folder, 'electron')).release();
  const lockDir = join(folder, 'lock');
  for (const name of await readdir(lockDir)) if (name !== 'LOCK') await truncate(join(lockDir, name), 0);
  const lock = await lockFolder(folder, 'electron');
  await writeFile(join(lockDir, 'CURRENT'), '');
  expect(await failureOf(lockFolder(folder, 'none'))).toMatchObject({ code: 'wallet_locked' });
  const other = await starter();
  other.go();
  expect(await other.next()).toMatchObject({ locked: false, failure: { code: 'wallet_locked', params: { pid: process.pid } } });
  await lock.release();
});

test('the store refuses a second opening by itself as well', async () => {
  const store = await openLevelPackageStore(join(folder, 'packages'), { reserveBytes: 4096 });
  expect(await failureOf(openLevelPackageStore(join(folder, 'packages'), { reserveBytes: 4096 }))).toMatchObject({ code: 'wallet_locked' });
  await store.append({ n: 1, sealed: Uint8Array.of(1), archive: [] });
  await store.close();
});

test('a refused second opening in one process does not loosen the lock against other processes', async () => {
  const lock = await lockFolder(folder, 'electron');
  expect(await failureOf(lockFolder(folder, 'none'))).toMatchObject({ code: 'wallet_locked' });
  const other = await starter();
  other.go();
  expect(await other.next()).toMatchObject({ locked: false, failure: { params: { pid: process.pid } } });
  await lock.release();
});
