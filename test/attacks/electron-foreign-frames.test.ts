/**
 * Assurance row 41: a foreign frame sends IPC. Every page here has the real bridge; what differs is who it is. Guard:
 * main/desktop/rules/ipc-sender.ts.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callFrom } from '../support/app-calls.ts';
import { appRoot, electronTrouble, type RunningApp, startApp } from '../support/electron-app.ts';

const PRELOAD = join(appRoot, 'out', 'preload', 'index.cjs');
const CALL = `tallystick.call({ id: 7, method: 'app.status', input: {} })`;
const FORBIDDEN = { id: 7, ok: false, failure: { code: 'forbidden', detail: expect.any(String) } };

describe.skipIf(electronTrouble)('a call to the wallet', () => {
  let running: RunningApp;
  beforeAll(async () => { running = await startApp(); });
  afterAll(async () => { await running?.dispose(); });

  /** Opens a window that has our preload script and our session, leads it to `url` and lets it call. */
  const callFromNewWindow = (url: string): Promise<unknown> => running.app.evaluate(async ({ BrowserWindow }, [preload, target, call]) => {
    const own = BrowserWindow.getAllWindows()[0]?.webContents;
    if (!own || !preload || !target || !call) throw new Error('no window');
    const foreign = new BrowserWindow({ show: false, webPreferences: { preload, session: own.session, sandbox: true, contextIsolation: true } });
    try {
      await foreign.loadURL(target);
      return await foreign.webContents.executeJavaScript(call) as unknown;
    } finally {
      foreign.destroy();
    }
  }, [PRELOAD, url, CALL]);

  it('is answered when it comes from the main frame of our own window', async () => {
    expect(await callFrom(running.page, 'app.status')).toMatchObject({ id: 1, ok: true, value: { shell: 'electron' } });
  });

  it('is refused from another window with a foreign origin', async () => {
    expect(await callFromNewWindow('data:text/html,<title>foreign</title>')).toEqual(FORBIDDEN);
    await running.heard(/refused ipc: a call from another window/);
  });

  it('is refused from another window, even one that shows our own page', async () => {
    expect(await callFromNewWindow(running.page.url())).toEqual(FORBIDDEN);
  });

  it('cannot be made by a frame inside our page: it has no bridge', async () => {
    const bridges = await running.page.evaluate(async () => {
      const frame = document.createElement('iframe');
      frame.src = 'about:blank';
      document.body.append(frame);
      const inside = typeof (frame.contentWindow as unknown as { tallystick?: unknown } | null)?.tallystick;
      frame.remove();
      return { inside, outside: typeof (window as unknown as { tallystick?: unknown }).tallystick };
    });
    expect(bridges).toEqual({ inside: 'undefined', outside: 'object' });
  });

  it('is refused from our own window once it was led to a foreign origin', async () => {
    const reply = await running.app.evaluate(async ({ BrowserWindow }, call) => {
      const own = BrowserWindow.getAllWindows()[0];
      if (!own) throw new Error('no window');
      const home = own.webContents.getURL();
      // loadURL is the shell's own call, so no navigation rule stands in the way: only the sender's origin is left to decide.
      await own.loadURL('data:text/html,<title>foreign</title>');
      const answer = await own.webContents.executeJavaScript(call) as unknown;
      await own.loadURL(home);
      return answer;
    }, CALL);
    expect(reply).toEqual(FORBIDDEN);
    await running.heard(/refused ipc: a call from the origin null/);
    expect(await callFrom(running.page, 'app.status')).toMatchObject({ ok: true });
  });
});
