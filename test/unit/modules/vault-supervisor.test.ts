/** When a crashed vault is started again, and when not any more (main/host/modules/vault-supervisor.ts). */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ModuleProcess } from '../../../main/host/modules/module-process.port.ts';
import { type VaultPhase, type VaultSupervisor, superviseVault } from '../../../main/host/modules/vault-supervisor.ts';
import type { Failure } from '../../../protocol/errors.ts';
import type { VaultMessage } from '../../../protocol/module-port.ts';
import { createMemoryRegister } from '../../support/memory-register.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

interface FakeModule extends ModuleProcess {
  readonly received: { readonly type: string; readonly create?: unknown }[];
  say(message: VaultMessage): void;
  end(code: number | null, signal: string | null): void;
}

function fakeModule(): FakeModule {
  const listeners: ((message: unknown) => void)[] = [];
  const endings: ((code: number | null, signal: string | null) => void)[] = [];
  const received: FakeModule['received'] = [];
  const end: FakeModule['end'] = (code, signal) => endings.splice(0).forEach((listener) => listener(code, signal));
  return {
    pid: 1, received, end,
    post: (message) => void received.push(message as { type: string }),
    onMessage: (listener) => void listeners.push(listener),
    onExit: (listener) => void endings.push(listener),
    stop: () => Promise.resolve(end(0, null)),
    say: (message) => listeners.forEach((listener) => listener(message)),
  };
}

const READY: VaultMessage = { type: 'ready', instance: 'tally1', n: 1, created: false };
const MANY = 20;

let modules: FakeModule[];
let phases: [VaultPhase, Failure['code'] | null][];
let supervisor: VaultSupervisor;
const last = (): FakeModule => modules.at(-1) ?? expect.unreachable('no module was started');

beforeEach(() => {
  vi.useFakeTimers();
  modules = [];
  phases = [];
  supervisor = superviseVault({
    bundlePath: 'vault.mjs', store: createMemoryStore(), register: createMemoryRegister(),
    spawnModule: () => {
      modules.push(fakeModule());
      return last();
    },
    boot: { rootSecret: new Uint8Array(32), measurement: new Uint8Array(32), tier: 'software', create: { name: 'Ada' } },
    onNews: () => {}, onPhase: (phase, fault) => void phases.push([phase, fault?.code ?? null]),
  });
});
afterEach(async () => {
  await supervisor.stop();
  vi.useRealTimers();
});

/** Crashes it and lets whatever pause follows pass. */
async function crash(): Promise<void> {
  last().end(null, 'SIGSEGV');
  await vi.advanceTimersByTimeAsync(6_000);
}

describe('a vault that crashes', () => {
  it('is started again, and told to make a wallet only the first time', async () => {
    last().say(READY);
    await crash();
    last().say(READY);
    expect(modules.map(({ received }) => received[0])).toEqual([expect.objectContaining({ type: 'boot', create: { name: 'Ada' } }), expect.objectContaining({ type: 'boot', create: null })]);
    expect([phases, supervisor.restarts]).toEqual([[['running', null], ['restarting', null], ['running', null]], 1]);
  });

  it('before it was ready still makes the wallet', async () => {
    await crash();
    expect(last().received[0]).toMatchObject({ create: { name: 'Ada' } });
  });

  it('fails the calls under way, and lets later ones wait until it is back', async () => {
    last().say(READY);
    const before = supervisor.call('credits.balances', {});
    last().end(null, 'SIGKILL');
    expect(await before).toMatchObject({ ok: false, failure: { code: 'module_crashed' } });
    const during = supervisor.call('credits.balances', {});
    await vi.advanceTimersByTimeAsync(6_000);
    last().say(READY);
    await vi.advanceTimersByTimeAsync(0);
    const asked = last().received.at(-1) as { type: string; id: number } | undefined;
    expect(asked).toMatchObject({ type: 'call', method: 'credits.balances' });
    last().say({ type: 'reply', id: asked?.id ?? -1, ok: true, value: [] });
    expect(await during).toEqual({ ok: true, value: [] });
  });

  it('again and again is left alone in the end, with a reason', async () => {
    for (let times = 0; times < MANY && phases.at(-1)?.[0] !== 'stopped'; times += 1) await crash();
    expect(phases.at(-1)).toEqual(['stopped', 'module_crashed']);
    expect(modules.length).toBeLessThan(MANY);
    const started = modules.length;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(modules.length).toBe(started);
    expect(await supervisor.call('credits.balances', {})).toMatchObject({ ok: false, failure: { code: 'module_crashed' } });
  });

  it('in that it talks nonsense is ended and started again, and its callers hear of it', async () => {
    last().say(READY);
    const before = supervisor.call('credits.balances', {});
    await vi.advanceTimersByTimeAsync(0);
    last().say({ type: 'reply', id: 1, ok: 'perhaps' } as never);
    expect(await before).toMatchObject({ ok: false, failure: { code: 'module_crashed' } });
    await vi.advanceTimersByTimeAsync(6_000);
    last().say(READY);
    expect([phases, supervisor.restarts, modules.length]).toEqual([[['running', null], ['restarting', null], ['running', null]], 1, 2]);
  });

  it('now and then over a long time is always started again', async () => {
    for (let times = 0; times < MANY; times += 1) {
      last().say(READY);
      await crash();
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect([modules.length, phases.some(([phase]) => phase === 'stopped')]).toEqual([MANY + 1, false]);
  });
});

describe('a vault that stops itself', () => {
  it('is not started again, and everybody who waits hears why', async () => {
    const waiting = supervisor.call('credits.balances', {});
    last().say({ type: 'fault', failure: { code: 'rollback_detected', detail: 'An older copy.' } });
    expect(await waiting).toMatchObject({ ok: false, failure: { code: 'rollback_detected' } });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect([modules.length, phases]).toEqual([1, [['stopped', 'rollback_detected']]]);
    expect(await supervisor.call('credits.balances', {})).toMatchObject({ ok: false, failure: { code: 'rollback_detected' } });
  });
});
