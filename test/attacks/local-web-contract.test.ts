/** The local page's WebSocket, and floods of both (assurance rows 39, 49). */
import { type Socket, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MAX_CALL_BYTES } from '../../protocol/limits.ts';
import { MAX_WEB_CONNECTIONS, MAX_WEB_SOCKETS } from '../../main/host/transports/web-server.ts';
import { CALL, type LocalPage, SETTINGS, createLocalPage } from '../support/local-page.ts';

let page: LocalPage;
beforeEach(async () => { page = await createLocalPage(); });
afterEach(() => page.tearDown());

const message = (socket: WebSocket): Promise<unknown> => new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))));
const closeCode = (socket: WebSocket): Promise<number> => new Promise((resolve) => { socket.on('error', () => {}); socket.once('close', resolve); });

describe('the contract', () => {
  it('answers calls and pushes notices to its own page', async () => {
    const socket = await page.openWell();
    const reply = message(socket);
    socket.send(CALL);
    expect(await reply).toEqual({ id: 1, ok: true, value: SETTINGS });
    const notice = message(socket);
    page.wallet.notify({ changed: ['people'] });
    expect(await notice).toEqual({ changed: ['people'] });
  });

  it('is not opened without the cookie, the origin and the place', async () => {
    const cookie = await page.enter();
    expect(await page.open({ origin: page.origin })).toBe(403);
    expect(await page.open({ cookie })).toBe(403);
    expect(await page.open({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await page.open({ cookie, origin: 'null' })).toBe(403);
    expect(await page.open({ cookie, origin: page.origin, 'sec-fetch-site': 'same-site' })).toBe(403);
    // Following a link opens a page, never this.
    expect(await page.open({ cookie, origin: page.origin, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })).toBe(403);
    expect(await page.open({ cookie, origin: page.origin }, `/other?key=${page.key}`)).toBe(404);
    expect(await page.open({ cookie: `tallystick_${page.web.port}=guess`, origin: page.origin })).toBe(403);
    // The cookie is sent to every port of this computer; the key is not, nor does it follow from the cookie, nor from another one.
    const other = page.key;
    const again = await page.enter();
    for (const key of ['', 'A'.repeat(43), again.split('=')[1] ?? '', other]) expect(await page.open({ cookie: again, origin: page.origin }, `/contract?key=${key}`)).toBe(403);
    expect(page.wallet.seen).toEqual([]);
  });

  it('answers malformed messages with a code', async () => {
    const socket = await page.openWell();
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
    const [one, other] = [await page.openWell(), await page.openWell()];
    const code = closeCode(one);
    one.send('x'.repeat(MAX_CALL_BYTES + 1));
    expect(await code).toBe(1009);
    const reply = message(other);
    other.send(CALL);
    expect(await reply).toMatchObject({ ok: true });
    expect(page.wallet.seen).toEqual(['settings.get']);
  });

  it('ends a connection that sends bytes', async () => {
    const socket = await page.openWell();
    const code = closeCode(socket);
    socket.send(Buffer.from(CALL));
    expect(await code).toBe(1003);
    expect(page.wallet.seen).toEqual([]);
  });

  it(`opens at most ${MAX_WEB_SOCKETS} at once`, async () => {
    const cookie = await page.enter();
    const headers = { cookie, origin: page.origin };
    for (let i = 0; i < MAX_WEB_SOCKETS; i += 1) expect(await page.open(headers)).toBeInstanceOf(WebSocket);
    expect(await page.open(headers)).toBe(503);
  });
});

describe('floods', () => {
  const opened: Socket[] = [];
  afterEach(() => { for (const socket of opened.splice(0)) socket.destroy(); });

  it(`holds at most ${MAX_WEB_CONNECTIONS} connections, and serves again when they are gone`, async () => {
    for (let i = 0; i < MAX_WEB_CONNECTIONS; i += 1) await new Promise<void>((resolve) => opened.push(connect(page.web.port, '127.0.0.1', resolve)));
    await expect(page.ask('/')).rejects.toThrow();
    for (const socket of opened) socket.destroy();
    await expect.poll(() => page.ask('/').then(({ status }) => status, () => 'refused')).toBe(403);
  });

  it('refuses a request whose head is too long', async () => {
    expect((await page.ask('/', { cookie: 'x'.repeat(10_000) })).status).toBe(431);
  });

  it('gives up a page that asks and does not read', async () => {
    const big = 'x'.repeat(4 * 1024 * 1024);
    const flooded = await createLocalPage(() => ({ ...SETTINGS, big }));
    try {
      const socket = await flooded.openWell();
      await expect.poll(() => flooded.wallet.listeners()).toBe(1);
      socket.pause();
      socket.on('error', () => {});
      for (let i = 0; i < 16; i += 1) socket.send(CALL);
      await expect.poll(() => flooded.wallet.listeners()).toBe(0);
    } finally {
      await flooded.tearDown();
    }
  });
});
