/**
 * What the app's own pages are made of: files of the interface and nothing else, under a policy that runs no script that
 * is not one of them. Guards: main/desktop/rules/app-files.ts, app-protocol.ts, content-security-policy.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { electronTrouble, type RunningApp, startApp } from '../support/electron-app.ts';

describe.skipIf(electronTrouble)('the app protocol', () => {
  let running: RunningApp;
  beforeAll(async () => { running = await startApp(); });
  afterAll(async () => { await running?.dispose(); });

  it('is the window\'s origin: a secure one, and not file:', async () => {
    expect(await running.page.evaluate(() => [location.origin, isSecureContext])).toEqual(['app://tallystick', true]);
  });

  it('sends the policy with every answer, found or not', async () => {
    const answers = await running.page.evaluate(async () => {
      const one = async (path: string) => {
        const response = await fetch(path);
        return { status: response.status, policy: response.headers.get('content-security-policy') ?? '', sniff: response.headers.get('x-content-type-options') };
      };
      return [await one('/index.html'), await one('/nothing.js')];
    });
    expect(answers.map(({ status }) => status)).toEqual([200, 404]);
    for (const { policy, sniff } of answers) {
      expect(sniff).toBe('nosniff');
      expect(policy).toContain("default-src 'none'");
      expect(policy).toMatch(/script-src 'self' 'wasm-unsafe-eval'(;|$)/);
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
    }
  });

  it('runs no inline script, no event attribute, no eval and no foreign script', async () => {
    const outcome = await running.page.evaluate(async () => {
      const violations: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => { violations.push(`${event.effectiveDirective} ${event.blockedURI}`); });
      const marks = window as unknown as Record<string, unknown>;
      document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.inline = true' }));
      const button = document.createElement('button');
      button.setAttribute('onclick', 'window.attribute = true');
      button.click();
      // In a task of its own: what the test driver runs is exempt from the policy.
      const evaluated = await new Promise((resolve) => {
        setTimeout(() => {
          try { resolve((0, eval)('window.evaluated = true')); } catch { resolve(false); }
        });
      });
      await new Promise((resolve) => {
        const script = Object.assign(document.createElement('script'), { src: 'data:text/javascript,window.foreign = true', onload: resolve, onerror: resolve });
        document.body.append(script);
      });
      return { marks: [marks['inline'], marks['attribute'], marks['evaluated'], marks['foreign']], evaluated, violations };
    });
    expect(outcome.marks).toEqual([undefined, undefined, undefined, undefined]);
    expect(outcome.evaluated).toBe(false);
    expect(outcome.violations).toEqual(expect.arrayContaining(['script-src-elem inline', 'script-src-attr inline', 'script-src eval', 'script-src-elem data']));
  });

  it('lets WebAssembly be compiled, which the reader of QR codes is', async () => {
    expect(await running.page.evaluate(async () => (await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))) instanceof WebAssembly.Module)).toBe(true);
  });

  it.each([
    '/../package.json', '/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json', '/..%5c..%5cpackage.json', '/%2e%2e%2fmain%2fdesktop.js',
    '//etc/passwd.json', '/%00.html', '/c:%5cwindows%5cwin.ini', '/%', '/index.html%00.png', '/package.json',
  ])('serves nothing for %s', async (path) => {
    const answer = await running.page.evaluate(async (asked) => {
      // Through a string, so that no URL parser tidies the path up before it is sent where it can be helped.
      const response = await fetch(`app://tallystick${asked}`).catch(() => null);
      return response === null ? null : { status: response.status, body: await response.text() };
    }, path);
    if (answer) expect(answer).toEqual({ status: 404, body: '' });
  });

  it('answers no other method and no other host', async () => {
    const outcome = await running.page.evaluate(async () => ({
      post: await fetch('/index.html', { method: 'POST', body: 'x' }).then(({ status }) => status, () => 'refused'),
      host: await fetch('app://elsewhere/index.html').then(({ status }) => status, () => 'refused'),
    }));
    expect(outcome).toEqual({ post: 404, host: 'refused' });
  });
});
