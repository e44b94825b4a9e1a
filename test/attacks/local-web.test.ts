/**
 * The local page against other sites, other users and clumsy tools (assurance row 49). Every rule is tried from outside,
 * by raw requests, next to one that is let in.
 */
import { type IncomingHttpHeaders, request } from 'node:http';
import { type Socket, connect } from 'node:net';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MAX_CALL_BYTES } from '../../protocol/limits.ts';
import { MAX_WEB_CONNECTIONS, MAX_WEB_SOCKETS, type WebServer, serveWeb } from '../../main/host/transports/web-server.ts';
import { MAX_SESSIONS, MAX_TOKENS, TOKEN_LIFE_MS } from '../../main/host/transports/web-sessions.ts';
import { type WalletDouble, createWalletDouble } from '../support/wallet-double.ts';

const settings = { visibility: 'visible', language: null, theme: 'system', notifications: true } as const;
const PAGE = '<!doctype html><title>the interface</title>';
const SECRET = 'a file that is no part of the interface';
const CALL = '{"id":1,"method":"settings.get","input":{}}';

let folder: string;
let wallet: WalletDouble;
let web: WebServer;
let clock: number;
const sockets: WebSocket[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-web-'));
  await mkdir(join(folder, 'files', 'assets'), { recursive: true });
  await writeFile(join(folder, 'files', 'index.html'), PAGE);
  await writeFile(join(folder, 'files', 'assets', 'app.js'), 'export {};');
  await writeFile(join(folder, 'files', 'assets', 'notes.unknown'), SECRET);
  await writeFile(join(folder, 'secret.json'), JSON.stringify(SECRET));
  await symlink(join(folder, 'secret.json'), join(folder, 'files', 'linked.json'));
  wallet = createWalletDouble({ 'settings.get': () => settings });
  clock = 1_000_000;
  web = await serveWeb({ wallet, files: join(folder, 'files'), port: 0, now: () => clock });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await web.close();
  await rm(folder, { recursive: true, force: true });
});

interface Answer { status: number; body: string; headers: IncomingHttpHeaders }
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> => new Promise((resolve, reject) => {
  // `path` goes out as it is: no client tidies it up.
  request({ host: '127.0.0.1', port: web.port, path, method, headers: { host: `127.0.0.1:${web.port}`, ...headers } }, (response) => {
    let body = '';
    response.on('data', (chunk) => { body += String(chunk); });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
  }).on('error', reject).end();
});
const pathOf = (link: string): string => link.slice(link.indexOf('/', 'http://'.length));
const enter = async (): Promise<string> => {
  const { status, headers } = await ask(pathOf(web.link()));
  expect(status).toBe(303);
  return (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
};
const origin = () => `http://127.0.0.1:${web.port}`;
/** Opens a WebSocket; resolves with it, or with the status that refused it. */
const open = (headers: Record<string, string>, path = '/contract'): Promise<WebSocket | number> => new Promise((resolve, reject) => {
  const socket = new WebSocket(`ws://127.0.0.1:${web.port}${path}`, { headers });
  sockets.push(socket);
  socket.once('open', () => resolve(socket));
  socket.once('unexpected-response', (_request, response) => { response.resume(); resolve(response.statusCode ?? 0); });
  socket.once('error', reject);
});
const openWell = async (): Promise<WebSocket> => (await open({ cookie: await enter(), origin: origin() })) as WebSocket;
const message = (socket: WebSocket): Promise<unknown> => new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))));
const closeCode = (socket: WebSocket): Promise<number> => new Promise((resolve) => { socket.on('error', () => {}); socket.once('close', resolve); });

describe('letting a browser in', () => {
  it('exchanges the printed address for a cookie and hides the token from the address bar', async () => {
    const { status, headers } = await ask(pathOf(web.link()));
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    expect(headers['set-cookie']).toEqual([expect.stringMatching(/^tallystick_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)]);
    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(await ask('/', { cookie })).toMatchObject({ status: 200, body: PAGE });
    expect(await ask('/assets/app.js', { cookie })).toMatchObject({ status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' } });
  });

  it('turns away whoever has no cookie, and says what to do', async () => {
    for (const path of ['/', '/index.html', '/assets/app.js', '/nothing']) {
      const { status, body } = await ask(path);
      expect([path, status]).toEqual([path, 403]);
      expect(body).toContain('tallystick ui-link');
    }
    expect((await ask('/', { cookie: `tallystick_${web.port}=${'A'.repeat(43)}` })).status).toBe(403);
  });

  it('takes a token once', async () => {
    const path = pathOf(web.link());
    expect((await ask(path)).status).toBe(303);
    const again = await ask(path);
    expect(again.status).toBe(403);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.body).toContain('has been used');
  });

  it('takes a token within its life only', async () => {
    const [timely, late] = [pathOf(web.link()), pathOf(web.link())];
    clock += TOKEN_LIFE_MS;
    expect((await ask(timely)).status).toBe(303);
    clock += 1;
    expect((await ask(late)).status).toBe(403);
  });

  it('forgets the oldest unused address when there are too many', async () => {
    const links = Array.from({ length: MAX_TOKENS + 1 }, () => pathOf(web.link()));
    expect((await ask(links[0] ?? '')).status).toBe(403);
    expect((await ask(links[1] ?? '')).status).toBe(303);
  });

  it('lets the oldest browser go when there are too many', async () => {
    const cookies: string[] = [];
    for (let i = 0; i <= MAX_SESSIONS; i += 1) cookies.push(await enter());
    expect((await ask('/', { cookie: cookies[0] ?? '' })).status).toBe(403);
    expect((await ask('/', { cookie: cookies[1] ?? '' })).status).toBe(200);
  });

  it('does not let a second cookie of the same name shadow the first', async () => {
    const cookie = await enter();
    expect((await ask('/', { cookie: `${cookie}; tallystick_${web.port}=planted` })).status).toBe(403);
  });

  it('forgets every session with the process', async () => {
    const cookie = await enter();
    const { port } = web;
    await web.close();
    web = await serveWeb({ wallet, files: join(folder, 'files'), port });
    expect((await ask('/', { cookie })).status).toBe(403);
  });
});

describe('foreign pages', () => {
  it.each(['evil.example', 'evil.example:PORT', '127.0.0.1', '127.0.0.1:1', 'localhost', '[::1]:PORT', '127.0.0.1:PORT.evil.example', '0.0.0.0:PORT', '127.1:PORT'])('answers no request for the host %s, token and cookie or not', async (name) => {
    const host = name.replace('PORT', String(web.port));
    const link = pathOf(web.link());
    expect((await ask(link, { host })).status).toBe(403);
    const cookie = await enter();
    expect((await ask('/', { host, cookie })).status).toBe(403);
    expect(await open({ host, cookie, origin: `http://${host}` })).toBe(403);
    // The refused attempt has not used the token up.
    expect((await ask(link)).status).toBe(303);
  });

  it('answers to localhost as well', async () => {
    expect((await ask('/', { host: `localhost:${web.port}`, cookie: await enter() })).status).toBe(200);
  });

  it('refuses a request that carries a foreign origin', async () => {
    const cookie = await enter();
    for (const foreign of ['http://evil.example', 'null', 'http://127.0.0.1:1', `https://127.0.0.1:${web.port}`, `http://localhost:${web.port}`]) {
      expect([foreign, (await ask('/', { cookie, origin: foreign })).status]).toEqual([foreign, 403]);
    }
  });

  it('refuses what another site fetches, but not a link that is followed', async () => {
    const cookie = await enter();
    for (const site of ['cross-site', 'same-site']) {
      expect((await ask('/assets/app.js', { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' })).status).toBe(403);
      expect((await ask('/', { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' })).status).toBe(403);
      expect((await ask('/', { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })).status).toBe(200);
    }
  });

  it('refuses anything but reading', async () => {
    const cookie = await enter();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await ask('/', { cookie }, method)).status).toBe(403);
      expect((await ask('/', { cookie, origin: 'http://evil.example' }, method)).status).toBe(403);
      expect((await ask('/', { cookie, origin: origin() }, method)).status).toBe(405);
    }
    const link = pathOf(web.link());
    expect((await ask(link, { origin: origin() }, 'POST')).status).toBe(403);
    expect((await ask(link)).status).toBe(303);
  });

  it('tells the browser to keep others out of every answer', async () => {
    const cookie = await enter();
    for (const answer of [await ask('/', { cookie }), await ask('/'), await ask('/nothing', { cookie }), await ask(pathOf(web.link()))]) {
      expect(answer.headers).toMatchObject({
        'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin',
      });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('files', () => {
  it.each(['/../secret.json', '/%2e%2e/secret.json', '/..%2fsecret.json', '/assets/../../secret.json', '/assets/..%5c..%5csecret.json', '//secret.json', '/linked.json', '/assets/notes.unknown', '/assets', '/assets/', 'secret.json', 'http://127.0.0.1/secret.json', '/%00', '/%'])('serves nothing for %s', async (path) => {
    const cookie = await enter();
    const { status, body } = await new Promise<Answer>((resolve, reject) => {
      const socket = connect(web.port, '127.0.0.1', () => socket.end(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`));
      let text = '';
      socket.on('data', (chunk) => { text += String(chunk); });
      socket.on('error', reject);
      socket.on('end', () => resolve({ status: Number(text.split(' ')[1]), body: text, headers: {} }));
    });
    expect([400, 404]).toContain(status);
    expect(body).not.toContain(SECRET);
  });

  it('refuses to start where there is no interface', async () => {
    await expect(serveWeb({ wallet, files: join(folder, 'none'), port: 0 })).rejects.toMatchObject({ failure: { code: 'not_supported' } });
  });
});

describe('the contract', () => {
  it('answers calls and pushes notices to its own page', async () => {
    const socket = await openWell();
    const reply = message(socket);
    socket.send(CALL);
    expect(await reply).toEqual({ id: 1, ok: true, value: settings });
    const notice = message(socket);
    wallet.notify({ changed: ['people'] });
    expect(await notice).toEqual({ changed: ['people'] });
  });

  it('is not opened without the cookie, the origin and the place', async () => {
    const cookie = await enter();
    expect(await open({ origin: origin() })).toBe(403);
    expect(await open({ cookie })).toBe(403);
    expect(await open({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await open({ cookie, origin: 'null' })).toBe(403);
    expect(await open({ cookie, origin: origin(), 'sec-fetch-site': 'same-site' })).toBe(403);
    // Following a link opens a page, never this.
    expect(await open({ cookie, origin: origin(), 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })).toBe(403);
    expect(await open({ cookie, origin: origin() }, '/other')).toBe(404);
    expect(await open({ cookie: `tallystick_${web.port}=guess`, origin: origin() })).toBe(403);
    expect(wallet.seen).toEqual([]);
  });

  it('answers malformed messages with a code', async () => {
    const socket = await openWell();
    for (const text of ['', '{', '[]', 'null', '{"id":-1,"method":"settings.get","input":{}}', '{"id":1,"method":"settings.get","input":{},"more":1}']) {
      const reply = message(socket);
      socket.send(text);
      expect(await reply).toMatchObject({ ok: false, failure: { code: 'bad_input' } });
    }
    const reply = message(socket);
    socket.send('{"id":1,"method":"shell.uiLink","input":{}}');
    expect(await reply).toMatchObject({ ok: false, failure: { code: 'unknown_method' } });
  });

  it('ends a connection that sends an oversized message, and serves the others', async () => {
    const [one, other] = [await openWell(), await openWell()];
    const code = closeCode(one);
    one.send('x'.repeat(MAX_CALL_BYTES + 1));
    expect(await code).toBe(1009);
    const reply = message(other);
    other.send(CALL);
    expect(await reply).toMatchObject({ ok: true });
    expect(wallet.seen).toEqual(['settings.get']);
  });

  it('ends a connection that sends bytes', async () => {
    const socket = await openWell();
    const code = closeCode(socket);
    socket.send(Buffer.from(CALL));
    expect(await code).toBe(1003);
    expect(wallet.seen).toEqual([]);
  });

  it(`opens at most ${MAX_WEB_SOCKETS} at once`, async () => {
    const cookie = await enter();
    const headers = { cookie, origin: origin() };
    for (let i = 0; i < MAX_WEB_SOCKETS; i += 1) expect(await open(headers)).toBeInstanceOf(WebSocket);
    expect(await open(headers)).toBe(503);
  });
});

describe('floods', () => {
  const opened: Socket[] = [];
  afterEach(() => { for (const socket of opened.splice(0)) socket.destroy(); });

  it(`holds at most ${MAX_WEB_CONNECTIONS} connections, and serves again when they are gone`, async () => {
    for (let i = 0; i < MAX_WEB_CONNECTIONS; i += 1) await new Promise<void>((resolve) => opened.push(connect(web.port, '127.0.0.1', resolve)));
    await expect(ask('/')).rejects.toThrow();
    for (const socket of opened) socket.destroy();
    await expect.poll(() => ask('/').then(({ status }) => status, () => 'refused')).toBe(403);
  });

  it('refuses a request whose head is too long', async () => {
    expect((await ask('/', { cookie: 'x'.repeat(10_000) })).status).toBe(431);
  });

  it('gives up a page that asks and does not read', async () => {
    const big = 'x'.repeat(4 * 1024 * 1024);
    const flooded = await serveWeb({ wallet: createWalletDouble({ 'settings.get': () => ({ ...settings, big }) as typeof settings }), files: join(folder, 'files'), port: 0 });
    try {
      const { headers } = await new Promise<{ headers: IncomingHttpHeaders }>((resolve, reject) => { request(flooded.link(), (response) => { response.resume(); resolve(response); }).on('error', reject).end(); });
      const socket = new WebSocket(`ws://127.0.0.1:${flooded.port}/contract`, { headers: { cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? '', origin: `http://127.0.0.1:${flooded.port}` } });
      sockets.push(socket);
      await new Promise((resolve) => socket.once('open', resolve));
      socket.pause();
      for (let i = 0; i < 16; i += 1) socket.send(CALL);
      // Sending fails once the other end is gone; until then nothing is read here.
      const gone = new Promise<void>((resolve) => { socket.on('error', () => resolve()); socket.once('close', () => resolve()); });
      const trying = setInterval(() => socket.send(CALL), 20);
      await gone;
      clearInterval(trying);
    } finally {
      await flooded.close();
    }
  });
});

it('listens on loopback only', async () => {
  const outside = Object.values(networkInterfaces()).flat().find((address) => address && !address.internal && address.family === 'IPv4');
  const other = outside?.address ?? '127.0.0.2';
  const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    const socket = connect(web.port, other, () => { socket.destroy(); resolve(null); });
    socket.on('error', resolve);
  });
  expect(error?.code).toBe('ECONNREFUSED');
});
