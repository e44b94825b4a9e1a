/** How the start scripts run other programs, and that two of them never build at once. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withLock } from '../../scripts/build-lock.mjs';
import { npmCommand, run } from '../../scripts/child-process.mjs';

const node = (script: string, options = {}) => run(process.execPath, ['-e', script], { stdio: 'ignore', ...options });

describe('a program that a script runs', () => {
  it('passes its exit status on', async () => {
    expect(await node('process.exit(4)')).toBe(4);
    expect(await node('')).toBe(0);
  });

  it.skipIf(process.platform === 'win32')('passes on that a signal ended it, as shells count (POSIX only)', async () => {
    expect(await node(`process.kill(process.pid, 'SIGTERM')`)).toBe(128 + 15);
  });

  it('is killed when its time is up, with what it started', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tallystick-run-'));
    const grandchild = `require('node:fs').writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1000)`;
    const script = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}, ${JSON.stringify(join(folder, 'pid'))}], { stdio: 'ignore' }); setInterval(() => {}, 1000)`;
    expect(await node(script, { timeoutMs: 5000, detached: process.platform !== 'win32' })).toBe(124);
    expect(existsSync(join(folder, 'pid')), 'the grandchild must have run').toBe(true);
    const { status } = spawnSync(process.execPath, ['-e', `
      const pid = Number(require('node:fs').readFileSync(${JSON.stringify(join(folder, 'pid'))}, 'utf8'));
      const gone = () => { try { process.kill(pid, 0); return /^State:\\s+Z/m.test(require('node:fs').readFileSync('/proc/' + pid + '/status', 'utf8')); } catch { return true; } };
      const look = () => { if (gone()) process.exit(0); setTimeout(look, 20); };
      look();`], { timeout: 10_000 });
    expect(process.platform === 'win32' ? 0 : status).toBe(0);
    rmSync(folder, { recursive: true, force: true });
  });

  it('that does not exist is status 127', async () => {
    expect(await run(join(tmpdir(), 'no-such-program'), [], { stdio: 'ignore' })).toBe(127);
  });

  it('is npm without a shell, where npm said which script it is', () => {
    const before = process.env['npm_execpath'];
    process.env['npm_execpath'] = '/opt/npm/bin/npm-cli.js';
    expect(npmCommand(['ci'])).toEqual({ command: process.execPath, args: ['/opt/npm/bin/npm-cli.js', 'ci'], shell: false });
    delete process.env['npm_execpath'];
    expect(npmCommand(['ci'])).toEqual({ command: 'npm', args: ['ci'], shell: process.platform === 'win32' });
    if (before !== undefined) process.env['npm_execpath'] = before;
  });
});

describe('a lock', () => {
  const work = mkdtempSync(join(tmpdir(), 'tallystick-lock-'));
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it('lets one in at a time, and all in the end', async () => {
    let inside = 0;
    let most = 0;
    const work4 = await Promise.all([1, 2, 3, 4].map((number) => withLock(join(work, 'busy'), async () => {
      most = Math.max(most, (inside += 1));
      await new Promise((resolve) => { setImmediate(resolve); });
      inside -= 1;
      return number;
    })));
    expect(work4).toEqual([1, 2, 3, 4]);
    expect(most).toBe(1);
  });

  it('of a process that is gone is taken over', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    mkdirSync(join(work, 'left'));
    writeFileSync(join(work, 'left', 'pid'), String(pid));
    expect(await withLock(join(work, 'left'), async () => 'in')).toBe('in');
    expect(existsSync(join(work, 'left'))).toBe(false);
  });

  it('is given back when the work fails', async () => {
    await expect(withLock(join(work, 'failing'), async () => { throw new Error('no'); })).rejects.toThrow('no');
    expect(await withLock(join(work, 'failing'), async () => 'in')).toBe('in');
  });
});
