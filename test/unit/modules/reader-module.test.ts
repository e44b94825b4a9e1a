/** Readers are processes of this host: when it closes, none is left, and none begins. */
import { expect, it } from 'vitest';
import type { ModuleProcess } from '../../../main/host/modules/module-process.port.ts';
import { readerModule } from '../../../main/host/modules/reader-module.ts';

/** Processes that are ready when the test says so. */
function place() {
  const running = new Set<ModuleProcess>();
  const says: (() => void)[] = [];
  const spawnModule = (): ModuleProcess => {
    const endings: (() => void)[] = [];
    const module: ModuleProcess = {
      pid: undefined,
      post: () => undefined,
      onMessage: (listener) => void says.push(() => listener({ type: 'ready', key: new Uint8Array(32) })),
      onExit: (ending) => void endings.push(() => ending(0, null)),
      stop: () => {
        running.delete(module);
        return Promise.resolve(endings.splice(0).forEach((end) => end()));
      },
    };
    running.add(module);
    return module;
  };
  return { readers: readerModule({ spawnModule, bundlePath: 'reader.mjs', memoryOf: null }), running, says };
}
const book = { chunk: () => Promise.reject(new Error('not asked for')) };

it('ends a reader that was only starting when all were closed', async () => {
  const { readers, running, says } = place();
  const starting = readers.start(book);
  const closed = readers.close();
  for (const ready of says) ready();
  expect(await starting).toMatchObject({ ok: false, failure: { code: 'session_closed' } });
  await closed;
  expect(running.size).toBe(0);
});

it('starts none after that', async () => {
  const { readers, running } = place();
  await readers.close();
  expect(await readers.start(book)).toMatchObject({ ok: false, failure: { code: 'session_closed' } });
  expect(running.size).toBe(0);
});
