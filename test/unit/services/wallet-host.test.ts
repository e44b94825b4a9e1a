/** A host as a whole (main/host/wallet-host.ts): making and reopening a wallet when it is asked for twice at once, and giving its folder up whatever fails. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OfferedFiles } from '../../../main/host/library/offered-files.ts';
import type { ModuleProcess } from '../../../main/host/modules/module-process.port.ts';
import type { WalletHost, WalletHostOptions } from '../../../main/host/wallet-host.port.ts';
import { openWalletHost } from '../../../main/host/wallet-host.ts';
import type { VaultMessage } from '../../../protocol/module-port.ts';
import { PROBE } from '../../contract/module-process.ts';

const READY: VaultMessage = { type: 'ready', instance: 'tally1', n: 1, created: false };
const FAULT: VaultMessage = { type: 'fault', failure: { code: 'rollback_detected', detail: 'An older copy.' } };

let folder: string;
let started: number;
/** Running at this moment; two would share one wallet's files. */
let running: number;
let most: number;
let says: VaultMessage;
let options: WalletHostOptions;
let host: WalletHost;

/** A vault that says one thing when it is told to boot. */
function vaultThatSays(): ModuleProcess {
  let listener: (message: unknown) => void = () => {};
  const endings: ((code: number | null, signal: string | null) => void)[] = [];
  started += 1;
  running += 1;
  most = Math.max(most, running);
  return {
    pid: 1,
    post: (message) => void ((message as { type: string }).type === 'boot' && setImmediate(() => listener(says))),
    onMessage: (heard) => void (listener = heard),
    onExit: (ending) => void endings.push(ending),
    stop: () => {
      if (endings.length > 0) running -= 1;
      return Promise.resolve(endings.splice(0).forEach((ending) => ending(0, null)));
    },
  };
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tally-host-'));
  [started, running, most, says] = [0, 0, 0, READY];
  let secret: Uint8Array | null = null;
  options = {
    dataDir: join(folder, 'data'), stateDir: join(folder, 'state'), vaultBundle: PROBE, readerBundle: PROBE, spawnModule: vaultThatSays, shell: 'none', versions: {}, listen: null, mdns: false,
    rootSecrets: { kind: 'file', load: () => Promise.resolve(secret), create: () => Promise.resolve((secret = new Uint8Array(32))) },
  };
  host = await openWalletHost(options);
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const call = (method: string, input: unknown = {}) => host.serve({ id: 1, method, input });

describe('asked for twice at once', () => {
  it('a wallet is made once', async () => {
    expect(await Promise.all([call('app.create', { name: 'Ada' }), call('app.create', { name: 'Ben' })])).toMatchObject([
      { ok: true, value: { phase: 'running' } }, { ok: false, failure: { code: 'wallet_exists' } },
    ]);
    expect(started).toBe(1);
  });

  it('a wallet that had stopped is opened again once', async () => {
    says = FAULT;
    await call('app.create', { name: 'Ada' });
    expect(await call('app.status')).toMatchObject({ value: { phase: 'stopped' } });
    says = READY;
    const replies = await Promise.all([call('app.retry'), call('app.retry'), call('app.retry')]);
    expect(replies).toMatchObject(Array(3).fill({ ok: true, value: { phase: 'running', fault: null } }));
    expect([started, most]).toEqual([2, 1]);
  });

  it('a wallet that stays stopped is tried one time after the other, and what waits when it is closed is not begun', async () => {
    says = FAULT;
    await call('app.create', { name: 'Ada' });
    await Promise.all([call('app.retry'), call('app.retry')]);
    expect([started, most]).toEqual([3, 1]);
    says = READY;
    const begun = new Promise<void>((resolve) => {
      const done = host.onNotice(() => void call('app.status').then((reply) => reply.ok && (reply.value as { phase: string }).phase === 'starting' && (done(), resolve())));
    });
    const late = Promise.all([call('app.retry'), call('app.retry')]);
    await begun;
    await host.close();
    expect((await late)[1]).toMatchObject({ ok: false, failure: { code: 'session_closed' } });
    expect([started, most, running]).toEqual([3, 1, 0]);
    // Nothing holds the folders any more.
    host = await openWalletHost(options);
    expect(await call('app.status')).toMatchObject({ value: { phase: 'running' } });
  });
});

describe('a folder', () => {
  const other = () => ({ ...options, dataDir: join(folder, 'other') });

  it('that could not be opened can be opened by the same process when what was missing is there', async () => {
    await expect(openWalletHost({ ...other(), vaultBundle: join(folder, 'not built') })).rejects.toThrow('ENOENT');
    await (await openWalletHost(other())).close();
  });

  it('is given up although something in it would not be closed, and that is heard', async () => {
    const opened = await openWalletHost(other());
    vi.spyOn(OfferedFiles.prototype, 'close').mockRejectedValueOnce(new Error('EBUSY'));
    await expect(opened.close()).rejects.toThrow('EBUSY');
    await (await openWalletHost(other())).close();
  });
});
