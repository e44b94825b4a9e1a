/** `tallystick demo`: the whole story with real processes, a real kill in the middle, and books that balance. */
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built.ts';
import { createNetnsNetwork, netnsAvailable } from '../support/netns.ts';
import { runCli, startCli } from '../support/run-cli.ts';
import { fileURLToPath } from 'node:url';

const STEPS = ['start', 'find', 'pair', 'issue', 'send', 'kill', 'recover', 'send back', 'publish', 'lend', 'read', 'refused', 'return', 'sell', 'check'];
const onWindows = process.platform === 'win32';
const missing = netnsAvailable();
if (missing) console.warn(`SKIPPED: the demo's discovery by mDNS: ${missing}`);

let folder: string;
beforeAll(() => ensureBuilt('enclave', 'reader'));
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'tally-demo-test-')); });
afterEach(() => rm(folder, { recursive: true, force: true }));

type Steps = { step: string; ok: boolean; pids?: number[]; by?: string; state?: string; receiverHeldStill?: boolean; reason?: string }[];
const stepNamed = (summary: Record<string, unknown>, name: string) => (summary['steps'] as Steps).find(({ step }) => step === name);
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the demo', () => {
  it('kills both wallets while a transfer is in transit, and ends with balanced books', async () => {
    const { status, lines, err } = await runCli(['demo', '--json', '--no-mdns'], { env: { TMPDIR: folder } });
    expect([status, lines]).toEqual([0, [expect.objectContaining({ ok: true, issued: 100, held: { Ada: 65, Ben: 35 }, inTransit: 0 })]]);
    const [summary = {}] = lines;
    expect((summary['steps'] as Steps).map(({ step, ok }) => [step, ok])).toEqual(STEPS.map((step) => [step, true]));
    expect(stepNamed(summary, 'find')?.by).toBe('address');
    expect(stepNamed(summary, 'refused')).toMatchObject({ code: 'not_here' });
    if (!onWindows) expect(stepNamed(summary, 'kill')).toMatchObject({ state: 'in-transit', receiverHeldStill: true });
    expect(err).toContain('The books balance');
    expect(err).not.toMatch(/Warning|\n\s+at /);
    expect(await readdir(folder)).toEqual([]);
  });

  it.skipIf(missing !== null)('finds the other wallet by mDNS where there is no internet', async () => {
    const network = createNetnsNetwork({ hosts: 1 });
    try {
      const entry = fileURLToPath(new URL('../../cli/tallystick.ts', import.meta.url));
      const child = network.hosts[0]!.spawn(process.execPath, [entry, 'demo', '--json'], { env: { ...process.env, TMPDIR: folder }, stdio: ['ignore', 'pipe', 'inherit'] });
      let out = '';
      child.stdout?.on('data', (chunk) => { out += String(chunk); });
      expect(await once(child, 'close')).toEqual([0, null]);
      const summary = JSON.parse(out) as Record<string, unknown>;
      expect(summary).toMatchObject({ ok: true });
      expect(stepNamed(summary, 'find')).toMatchObject({ ok: true, by: 'mdns' });
    } finally {
      network.tearDown();
    }
  });

  it.skipIf(onWindows)('leaves neither processes nor folders behind when it is interrupted', async () => {
    const demo = startCli(['demo', '--no-mdns'], { TMPDIR: folder });
    const told = new Promise<void>((resolve) => demo.child.stderr?.on('data', (chunk) => { if (String(chunk).includes('They are contacts now')) resolve(); }));
    await told;
    demo.child.kill('SIGINT');
    const summary = await demo.next();
    expect(summary).toMatchObject({ ok: false });
    expect((await demo.ended).status).toBe(1);
    expect((stepNamed(summary, 'start')?.pids ?? [0]).map(isAlive)).toEqual([false, false]);
    expect(await readdir(folder)).toEqual([]);
  });
});
