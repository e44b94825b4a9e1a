/** A child process of Node's as a module (design §4): the port's contract, and what `--permission` keeps from it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spawnNodeModule } from '../../main/host/modules/node-module.ts';
import { openLevelPackageStore } from '../../main/host/storage/level-package-store.ts';
import { PROBE, type Probe, describeModuleProcess, probe } from './module-process.ts';

describeModuleProcess('A module as a child process of Node', spawnNodeModule);

describe('a module under --permission', () => {
  let folder: string;
  let running: Probe;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tally-probe-'));
    writeFileSync(join(folder, 'secret'), 'not for you');
    running = probe(spawnNodeModule);
  });
  afterEach(async () => {
    await running.module.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const attempt = async (what: string, argument?: string): Promise<unknown> => {
    running.module.post({ do: 'attempt', what, argument });
    return await running.next();
  };

  it.each([
    ['read a file', 'SECRET'], ['read a file', '/etc/passwd'], ['read a file', '/proc/self/environ'], ['read a file', join(dirname(PROBE), 'module-process.ts')],
    ['write a file', 'SECRET'], ['write a file', PROBE], ['list a folder', 'FOLDER'], ['list a folder', dirname(PROBE)], ['start a program', ''], ['start a worker', ''],
  ])('may not %s %s', async (what, argument) => {
    const before = readFileSync(PROBE, 'utf8');
    expect(await attempt(what, argument.replace('FOLDER', folder).replace('SECRET', join(folder, 'secret')))).toEqual({ attempted: what, done: false, code: 'ERR_ACCESS_DENIED' });
    expect([readdirSync(folder), readFileSync(join(folder, 'secret'), 'utf8'), readFileSync(PROBE, 'utf8')]).toEqual([['secret'], 'not for you', before]);
  });

  it('may not load an addon or open the inspector', async () => {
    expect(await attempt('load an addon', join(folder, 'secret'))).toEqual({ attempted: 'load an addon', done: false, code: 'ERR_DLOPEN_DISABLED' });
    expect(await attempt('open the inspector')).toMatchObject({ done: false });
  });

  it('inherits none of the files that its host has open', async () => {
    const store = await openLevelPackageStore(join(folder, 'packages'), { reserveBytes: 4096 });
    const child = probe(spawnNodeModule);
    try {
      child.module.post({ do: 'attempt', what: 'use an open file' });
      // The permission model would let it: what is open already is not asked about.
      expect(await child.next()).toEqual({ attempted: 'use an open file', done: true, value: [] });
    } finally {
      await child.module.stop();
      await store.close();
    }
  });

  it('has an empty environment, and nothing to read but its own bundle', async () => {
    expect(await attempt('read its environment')).toEqual({ attempted: 'read its environment', done: true, value: {} });
    expect(await attempt('read its own bundle')).toMatchObject({ done: true });
  });
});
