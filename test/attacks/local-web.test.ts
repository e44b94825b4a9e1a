/**
 * The local page against other sites, other users and clumsy tools (assurance row 49). Every rule is tried from outside,
 * by raw requests, next to one that is let in. The WebSocket has local-web-contract.test.ts.
 */
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveWeb } from '../../main/host/transports/web-server.ts';
import { MAX_SESSIONS, MAX_TOKENS, TOKEN_LIFE_MS } from '../../main/host/transports/web-sessions.ts';
import { type Answer, type LocalPage, PAGE, SECRET, createLocalPage } from '../support/local-page.ts';

let page: LocalPage;
beforeEach(async () => { page = await createLocalPage(); });
afterEach(() => page.tearDown());

describe('letting a browser in', () => {
  it('exchanges the printed address for a cookie and hides the token from the address bar', async () => {
    const { status, headers } = await page.ask(page.freshPath());
    expect(status).toBe(303);
    expect(headers.location).toMatch(/^\/#key=[\w-]{43}$/);
    expect(headers['set-cookie']).toEqual([expect.stringMatching(/^tallystick_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)]);
    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(await page.ask('/', { cookie })).toMatchObject({ status: 200, body: PAGE });
    expect(await page.ask('/assets/app.js', { cookie })).toMatchObject({ status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' } });
  });

  it('turns away whoever has no cookie, and says what to do', async () => {
    for (const path of ['/', '/index.html', '/assets/app.js', '/nothing']) {
      const { status, body } = await page.ask(path);
      expect([path, status]).toEqual([path, 403]);
      expect(body).toContain('tallystick ui-link');
    }
    expect((await page.ask('/', { cookie: `tallystick_${page.web.port}=${'A'.repeat(43)}` })).status).toBe(403);
  });

  it('takes a token once', async () => {
    const path = page.freshPath();
    expect((await page.ask(path)).status).toBe(303);
    const again = await page.ask(path);
    expect(again.status).toBe(403);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.body).toContain('has been used');
  });

  it('takes a token within its life only', async () => {
    const [timely, late] = [page.freshPath(), page.freshPath()];
    page.clock += TOKEN_LIFE_MS;
    expect((await page.ask(timely)).status).toBe(303);
    page.clock += 1;
    expect((await page.ask(late)).status).toBe(403);
  });

  it('forgets the oldest unused address when there are too many', async () => {
    const links = Array.from({ length: MAX_TOKENS + 1 }, () => page.freshPath());
    expect((await page.ask(links[0] ?? '')).status).toBe(403);
    expect((await page.ask(links[1] ?? '')).status).toBe(303);
  });

  it('lets the oldest browser go when there are too many', async () => {
    const cookies: string[] = [];
    for (let i = 0; i <= MAX_SESSIONS; i += 1) cookies.push(await page.enter());
    expect((await page.ask('/', { cookie: cookies[0] ?? '' })).status).toBe(403);
    expect((await page.ask('/', { cookie: cookies[1] ?? '' })).status).toBe(200);
  });

  it('does not let a second cookie of the same name shadow the first', async () => {
    const cookie = await page.enter();
    expect((await page.ask('/', { cookie: `${cookie}; tallystick_${page.web.port}=planted` })).status).toBe(403);
  });

  it('forgets every session with the process', async () => {
    const cookie = await page.enter();
    await page.restart();
    expect((await page.ask('/', { cookie })).status).toBe(403);
  });
});

describe('foreign pages', () => {
  it.each(['evil.example', 'evil.example:PORT', '127.0.0.1', '127.0.0.1:1', 'localhost', '[::1]:PORT', '127.0.0.1:PORT.evil.example', '0.0.0.0:PORT', '127.1:PORT'])('answers no request for the host %s, token and cookie or not', async (name) => {
    const host = name.replace('PORT', String(page.web.port));
    const link = page.freshPath();
    expect((await page.ask(link, { host })).status).toBe(403);
    const cookie = await page.enter();
    expect((await page.ask('/', { host, cookie })).status).toBe(403);
    expect(await page.open({ host, cookie, origin: `http://${host}` })).toBe(403);
    // The refused attempt has not used the token up.
    expect((await page.ask(link)).status).toBe(303);
  });

  it('answers to localhost as well', async () => {
    expect((await page.ask('/', { host: `localhost:${page.web.port}`, cookie: await page.enter() })).status).toBe(200);
  });

  it('refuses a request that carries a foreign origin', async () => {
    const cookie = await page.enter();
    for (const foreign of ['http://evil.example', 'null', 'http://127.0.0.1:1', `https://127.0.0.1:${page.web.port}`, `http://localhost:${page.web.port}`]) {
      expect([foreign, (await page.ask('/', { cookie, origin: foreign })).status]).toEqual([foreign, 403]);
    }
  });

  it('refuses what another site fetches, but not a link that is followed', async () => {
    const cookie = await page.enter();
    for (const site of ['cross-site', 'same-site']) {
      expect((await page.ask('/assets/app.js', { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' })).status).toBe(403);
      expect((await page.ask('/', { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' })).status).toBe(403);
      expect((await page.ask('/', { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })).status).toBe(200);
    }
  });

  it('refuses anything but reading', async () => {
    const cookie = await page.enter();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await page.ask('/', { cookie }, method)).status).toBe(403);
      expect((await page.ask('/', { cookie, origin: 'http://evil.example' }, method)).status).toBe(403);
      expect((await page.ask('/', { cookie, origin: page.origin }, method)).status).toBe(403);
      expect((await page.ask(`/?key=${page.key}`, { cookie, origin: page.origin }, method)).status).toBe(405);
    }
    const link = page.freshPath();
    expect((await page.ask(link, { origin: page.origin }, 'POST')).status).toBe(403);
    expect((await page.ask(link)).status).toBe(303);
  });

  it('tells the browser to keep others out of every answer', async () => {
    const cookie = await page.enter();
    for (const answer of [await page.ask('/', { cookie }), await page.ask('/'), await page.ask('/nothing', { cookie }), await page.ask(page.freshPath())]) {
      expect(answer.headers).toMatchObject({
        'content-security-policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin',
      });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('files', () => {
  it.each(['/../secret.json', '/%2e%2e/secret.json', '/..%2fsecret.json', '/assets/../../secret.json', '/assets/..%5c..%5csecret.json', '//secret.json', '/linked.json', '/assets/notes.unknown', '/assets', '/assets/', 'secret.json', 'http://127.0.0.1/secret.json', '/%00', '/%'])('serves nothing for %s', async (path) => {
    const cookie = await page.enter();
    const { status, body } = await new Promise<Answer>((resolve, reject) => {
      const socket = connect(page.web.port, '127.0.0.1', () => socket.end(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${page.web.port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`));
      let text = '';
      socket.on('data', (chunk) => { text += String(chunk); });
      socket.on('error', reject);
      socket.on('end', () => resolve({ status: Number(text.split(' ')[1]), body: text, headers: {} }));
    });
    expect([400, 404]).toContain(status);
    expect(body).not.toContain(SECRET);
  });

  it('refuses to start where there is no interface', async () => {
    await expect(serveWeb({ wallet: page.wallet, files: join(page.files, 'none'), port: 0 })).rejects.toMatchObject({ failure: { code: 'not_supported' } });
  });
});

it('listens on loopback only', async () => {
  const outside = Object.values(networkInterfaces()).flat().find((address) => address && !address.internal && address.family === 'IPv4');
  const other = outside?.address ?? '127.0.0.2';
  const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    const socket = connect(page.web.port, other, () => { socket.destroy(); resolve(null); });
    socket.on('error', resolve);
  });
  expect(error?.code).toBe('ECONNREFUSED');
});
