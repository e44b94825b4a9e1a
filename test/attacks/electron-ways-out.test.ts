/**
 * Assurance row 42: a page tries to leave, to open a window, to get a permission, to reach the network or to start another
 * program. Guards: main/desktop/rules/navigation.ts, new-window.ts, permissions.ts, page-network.ts, external-links.ts.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { electronTrouble, type RunningApp, startApp } from '../support/electron-app.ts';

describe.skipIf(electronTrouble)('a page that is not what it should be', () => {
  let running: RunningApp;
  let home: string;
  beforeAll(async () => {
    // A camera and a microphone that exist, or there would be nothing to refuse.
    running = await startApp({ args: ['--use-fake-device-for-media-stream'] });
    home = running.page.url();
    // What the system would be asked to open, instead of opening it.
    await running.app.evaluate(({ shell }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      shell.openExternal = async (url) => { opened.push(url); };
      shell.openPath = async (path) => { opened.push(path); return ''; };
    });
  });
  afterAll(async () => { await running?.dispose(); });
  const windows = (): Promise<string[]> => running.app.evaluate(({ webContents }) => webContents.getAllWebContents().map((contents) => contents.getURL()));
  beforeEach(async () => { expect(await windows()).toEqual([running.page.url()]); });

  it.each([
    'https://example.com/', 'http://127.0.0.1:1/', 'file:///etc/passwd', 'data:text/html,out', 'app://elsewhere/index.html',
    'javascript-like:alert(1)', 'mailto:someone@example.com', 'tallystick://pair/x',
  ])('cannot navigate to %s', async (url) => {
    const gone = () => 'gone';
    await running.page.evaluate((target) => { location.href = target; }, url).catch(gone);
    // Refused by the rule, or by Chromium before it is asked; either way the page is still there and answers.
    expect(await running.page.evaluate(() => location.href).catch(gone)).toBe(home);
    expect(await windows()).toEqual([home]);
  });

  it('is refused navigation by our rule, not by chance', async () => {
    await running.page.evaluate(() => { location.href = 'https://navigation.invalid/'; });
    await running.heard(/refused navigation: https:\/\/navigation\.invalid\//);
  });

  it('cannot open a window, by script or by link', async () => {
    expect(await running.page.evaluate(() => window.open('https://window.invalid/') === null)).toBe(true);
    await running.heard(/refused new-window: https:\/\/window\.invalid\//);
    expect(await running.page.evaluate(() => window.open(location.href) === null)).toBe(true);
    await running.page.evaluate(() => {
      const link = Object.assign(document.createElement('a'), { href: 'https://link.invalid/', target: '_blank' });
      document.body.append(link);
      link.click();
      link.remove();
    });
    await running.heard(/refused new-window: https:\/\/link\.invalid\//);
    expect(await windows()).toEqual([home]);
  });

  it('cannot embed another page', async () => {
    const loaded = await running.page.evaluate(async () => {
      const frame = Object.assign(document.createElement('iframe'), { src: 'data:text/html,<script>parent.postMessage("in","*")</script>' });
      const violated = new Promise((resolve) => { document.addEventListener('securitypolicyviolation', (event) => { resolve(event.effectiveDirective); }, { once: true }); });
      document.body.append(frame);
      const directive = await violated;
      frame.remove();
      const webview = document.createElement('webview');
      return { directive, webviewIsPlain: webview.constructor === HTMLElement || webview.constructor === HTMLUnknownElement };
    });
    expect(loaded).toEqual({ directive: 'frame-src', webviewIsPlain: true });
  });

  it('is given no permission: notifications, camera, microphone, place, screen, clipboard', async () => {
    const outcome = await running.page.evaluate(async () => {
      const failed = (attempt: () => Promise<unknown>): Promise<string> => attempt().then(() => 'given', (error: unknown) => (error instanceof Error ? error.name : 'refused'));
      return {
        notifications: await Notification.requestPermission(),
        camera: await failed(() => navigator.mediaDevices.getUserMedia({ video: true })),
        microphone: await failed(() => navigator.mediaDevices.getUserMedia({ audio: true })),
        screen: await failed(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
        place: await new Promise((resolve) => { navigator.geolocation.getCurrentPosition(() => { resolve('given'); }, ({ code }) => { resolve(code === 1 ? 'denied' : 'unavailable'); }); }),
        clipboard: await failed(() => navigator.clipboard.readText()),
      };
    });
    expect(Object.values(outcome)).not.toContain('given');
    expect(Object.values(outcome)).not.toContain('granted');
    expect(outcome).toMatchObject({ notifications: 'denied', place: 'denied', camera: 'NotAllowedError', microphone: 'NotAllowedError' });
    await running.heard(/refused permission: notifications/);
    await running.heard(/refused permission: media/);
  });

  it('reaches no network', async () => {
    const outcome = await running.page.evaluate(async () => {
      const refused = (promise: Promise<unknown>): Promise<boolean> => promise.then(() => false, () => true);
      return {
        fetch: await refused(fetch('https://network.invalid/')),
        loopback: await refused(fetch('http://127.0.0.1:9/')),
        file: await refused(fetch('file:///etc/passwd')),
        image: await new Promise((resolve) => { const image = new Image(); image.onload = () => { resolve(false); }; image.onerror = () => { resolve(true); }; image.src = 'https://network.invalid/x.png'; }),
      };
    });
    expect(outcome).toEqual({ fetch: true, loopback: true, file: true, image: true });
  });

  it('reaches no network even without the policy in the way', async () => {
    // Requests of the session itself are bound by no page's policy: the second wall stands alone here.
    const failure = await running.app.evaluate(async ({ BrowserWindow }) => {
      const session = BrowserWindow.getAllWindows()[0]?.webContents.session;
      return session?.fetch('http://127.0.0.1:9/wall').then(() => 'answered', (error: unknown) => String(error));
    });
    expect(failure).toMatch(/ERR_BLOCKED_BY_CLIENT/);
    await running.heard(/refused page-network: http:\/\/127\.0\.0\.1:9\/wall/);
  });

  it('downloads nothing', async () => {
    await running.page.evaluate(() => {
      const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob(['x'])), download: 'x.txt' });
      document.body.append(link);
      link.click();
      link.remove();
    });
    await running.heard(/refused download: blob:/);
  });

  it('has started no other program by any of it', async () => {
    expect(await running.app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual([]);
  });

  it('has no developer tools', async () => {
    const open = await running.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      contents?.openDevTools();
      return contents?.isDevToolsOpened();
    });
    expect(open).toBe(false);
  });
});
