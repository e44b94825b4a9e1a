/**
 * What every implementation of ModuleProcess must do (main/host/modules/module-process.port.ts). Hand in a `SpawnModule`;
 * it is used with a small probe bundle.
 */
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { ModuleProcess, SpawnModule } from '../../main/host/modules/module-process.port.ts';

export const PROBE = fileURLToPath(new URL('probe-module.mjs', import.meta.url));

export interface Probe {
  readonly module: ModuleProcess;
  /** The next message from it, past or to come. Rejects if it ends first. */
  next(): Promise<unknown>;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
}

export function probe(spawn: SpawnModule, bundle = PROBE): Probe {
  const module = spawn(bundle);
  const messages: unknown[] = [];
  const waiting: { resolve: (message: unknown) => void; reject: (error: Error) => void }[] = [];
  let gone = false;
  module.onMessage((message) => {
    const first = waiting.shift();
    if (first) first.resolve(message);
    else messages.push(message);
  });
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    module.onExit((code, signal) => {
      gone = true;
      for (const { reject } of waiting.splice(0)) reject(new Error(`the module ended with ${code ?? signal}`));
      resolve({ code, signal });
    });
  });
  return {
    module, exited,
    next: () => new Promise((resolve, reject) => {
      if (messages.length > 0) resolve(messages.shift());
      else if (gone) reject(new Error('the module has ended'));
      else waiting.push({ resolve, reject });
    }),
  };
}

export function describeModuleProcess(name: string, spawn: SpawnModule): void {
  describe(name, () => {
    const started: ModuleProcess[] = [];
    const start = (): Probe => {
      const made = probe(spawn);
      started.push(made.module);
      return made;
    };
    afterEach(async () => void (await Promise.all(started.splice(0).map((module) => module.stop()))));

    it('carries structured values both ways, and bytes stay bytes', async () => {
      const { module, next } = start();
      const value = { text: 'half ½', bytes: new Uint8Array([0, 1, 254, 255]), nothing: null, list: [1, [2]], large: 2 ** 53 - 1, big: 2n ** 62n, missing: undefined };
      module.post({ do: 'echo', value });
      const { echo } = (await next()) as { echo: typeof value };
      expect(echo).toEqual(value);
      expect(echo.bytes).toBeInstanceOf(Uint8Array);
    });

    it('delivers what is posted before the module runs, and everything in order', async () => {
      const { module, next } = start();
      const numbers = Array.from({ length: 500 }, (_, index) => index);
      for (const value of numbers) module.post({ do: 'echo', value });
      const heard: unknown[] = [];
      for (const _ of numbers) heard.push(((await next()) as { echo: unknown }).echo);
      expect(heard).toEqual(numbers);
    });

    it('carries a megabyte whole', async () => {
      const { module, next } = start();
      const value = Uint8Array.from({ length: 1024 * 1024 }, (_, index) => index % 251);
      module.post({ do: 'echo', value });
      const { echo } = (await next()) as { echo: Uint8Array };
      expect(Buffer.compare(echo, value)).toBe(0);
    });

    it('reports the end once, with its code, also to who asks later', async () => {
      const { module, exited } = start();
      let times = 0;
      module.onExit(() => (times += 1));
      module.post({ do: 'exit', code: 7 });
      expect(await exited).toEqual({ code: 7, signal: null });
      const later = await new Promise((resolve) => module.onExit((code, signal) => resolve({ code, signal })));
      expect(later).toEqual({ code: 7, signal: null });
      await module.stop();
      expect(times).toBe(1);
    });

    it('reports a crash as an end that is not orderly', async () => {
      const { module, exited } = start();
      module.post({ do: 'crash' });
      expect((await exited).code).not.toBe(0);
    });

    it('has a process of its own that can be killed from outside', async () => {
      const { module, exited, next } = start();
      module.post({ do: 'echo', value: 1 });
      await next();
      expect(module.pid).not.toBe(process.pid);
      process.kill(module.pid as number, 'SIGKILL');
      expect((await exited).code).not.toBe(0);
    });

    it('ends a module that is stuck in a computation', async () => {
      const { module, exited, next } = start();
      module.post({ do: 'spin' });
      expect(await next()).toEqual({ spinning: true });
      await module.stop();
      expect((await exited).code).toBeNull();
    });

    it('stops at once or twice, and swallows what is posted afterwards', async () => {
      const { module, next } = start();
      module.post({ do: 'echo', value: 1 });
      await next();
      await Promise.all([module.stop(), module.stop()]);
      await module.stop();
      module.post({ do: 'echo', value: 2 });
      await expect(next()).rejects.toThrow('ended');
    });

    it('keeps modules apart', async () => {
      const [one, other] = [start(), start()];
      one.module.post({ do: 'exit', code: 0 });
      await one.exited;
      other.module.post({ do: 'echo', value: 'still here' });
      expect(await other.next()).toEqual({ echo: 'still here' });
    });
  });
}
