/** The doors for programs of this computer, on real sockets: whatever is written into them, they answer in their own form and go on. */
import { writeFileSync } from 'node:fs';
import { type Socket, createServer, connect } from 'node:net';
import { join } from 'node:path';
import { connectEndpoint } from '../../../main/host/transports/local-socket-client.ts';
import { serveEndpoint } from '../../../main/host/transports/local-socket.ts';
import { answerText } from '../../../main/host/transports/served-wallet.ts';
import { createWebGuard } from '../../../main/host/transports/web-guard.ts';
import { serveWeb } from '../../../main/host/transports/web-server.ts';
import { createWebSessions } from '../../../main/host/transports/web-sessions.ts';
import { refuse } from '../../../protocol/errors.ts';
import { ReplySchema } from '../../../protocol/contracts/contract.ts';
import { createWalletDouble } from '../../support/wallet-double.ts';
import { atTheEnd, once, scratchFolder } from '../engine/scratch.ts';
import { ACCEPTED, type Target, type Verdict, bytesTarget, codeOf, mustHold, refusedWith, textTarget, valueTarget } from '../engine/target.ts';

const SETTINGS = { visibility: 'visible', language: null, theme: 'system', notifications: true } as const;
const wallet = createWalletDouble({ 'settings.get': () => SETTINGS });
const CALL = '{"id":1,"method":"settings.get","input":{}}';
/** Nothing on loopback takes this long; what is still open then would be open for ever. */
const QUIET_MS = 10_000;

/** What came of one line of JSON that should be a reply. */
function replied(text: string): Verdict {
  const reply = ReplySchema.safeParse(JSON.parse(text));
  mustHold(reply.success, `this is no reply: ${text.slice(0, 100)}`);
  return !reply.data || reply.data.ok ? ACCEPTED : codeOf(reply.data.failure);
}

/**
 * Everything that comes back until the other side has ended too. @param before what is awaited before this side ends: an
 * answer that is still on its way must not be cut off, and no clock says when there will be none
 */
function exchange(socket: Socket, bytes: Uint8Array, before: () => Promise<unknown> = () => Promise.resolve()): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const done = (): void => resolve(Buffer.concat(parts));
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('error', () => {});
    socket.once('close', done);
    socket.setTimeout(QUIET_MS, () => socket.destroy());
    socket.write(bytes, () => void before().finally(() => socket.end()));
  });
}

const localSocket = once(async () => {
  const path = join(scratchFolder('local-socket'), 's');
  const server = await serveEndpoint(wallet, { path, key: null });
  atTheEnd(() => server.close());
  return path;
});

/** Takes what is sent as the library does, and keeps nothing. */
async function receiveFile(_name: string, bytes: AsyncIterable<Uint8Array>): Promise<string> {
  let size = 0;
  for await (const chunk of bytes) size += chunk.byteLength;
  return size === 0 ? refuse('book_unreadable', 'There is nothing in it.') : 'ab'.repeat(16);
}

const web = once(async () => {
  const files = scratchFolder('interface');
  writeFileSync(join(files, 'index.html'), '<!doctype html>');
  const server = await serveWeb({ wallet, files, port: 0, receiveFile });
  atTheEnd(() => server.close());
  const page = await fetch(server.link(), { redirect: 'manual' });
  const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { port: server.port, cookie, key: /#key=(.+)$/.exec(page.headers.get('location') ?? '')?.[1] ?? '' };
});

/** Corpus files cannot know the port, the cookie and the key of a run. */
const filledIn = (bytes: Uint8Array, { port, cookie, key }: { port: number; cookie: string; key: string }): Uint8Array => Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('PORT', String(port)).replaceAll('COOKIE', cookie).replaceAll('PAGEKEY', key), 'latin1');

/** Another request, answered as ever: by then the server has also done with what came before it. */
async function pageServed(port: number, cookie: string): Promise<void> {
  const page = await fetch(`http://127.0.0.1:${port}/`, { headers: { cookie } });
  mustHold(page.status === 200 && (await page.text()) === '<!doctype html>', 'the next one is not served');
}

/** A server that says what the test wants, to whoever connects. */
const liar = once(async () => {
  const path = join(scratchFolder('liar'), 's');
  let answer: Uint8Array = new Uint8Array();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  atTheEnd(() => new Promise((resolve) => server.close(resolve)));
  return { path, say: (bytes: Uint8Array) => { answer = bytes; } };
});

export const TRANSPORT_TARGETS: readonly Target[] = [
  textTarget('call-text', {
    covers: ['main/host/transports/served-wallet.ts', 'protocol/contracts/server.ts'], form: 'json', cost: 2,
    run: async (text) => replied(await answerText(wallet, text)),
  }),
  bytesTarget('local-socket', {
    covers: ['main/host/transports/local-socket.ts'], cost: 60,
    async run(bytes) {
      const path = await localSocket();
      const lines = (await exchange(connect(path), bytes)).toString().split('\n').filter((line) => line !== '');
      const verdicts = lines.map(replied);
      // Whoever came next is served as if nothing had been.
      mustHold((await exchange(connect(path), Buffer.from(`${CALL}\n`))).toString().startsWith('{"id":1,"ok":true'), 'the next one is not served');
      return verdicts.find((verdict) => !verdict.accepted) ?? (verdicts.length > 0 ? ACCEPTED : refusedWith('silence'));
    },
  }),
  bytesTarget('local-socket-replies', {
    covers: ['main/host/transports/local-socket-client.ts', 'protocol/contracts/client.ts'], cost: 60,
    async run(bytes) {
      const { path, say } = await liar();
      say(bytes);
      const connection = await connectEndpoint({ path, key: null });
      if (!connection) throw new Error('the liar does not listen');
      connection.onNotice(({ changed }) => mustHold(Array.isArray(changed), 'a notice that is none'));
      try {
        const reply = await connection.carry({ id: 77, method: 'settings.get', input: {} }).catch((error: unknown) => (error instanceof Error ? null : Promise.reject(new Error('rejected with no error'))));
        mustHold(reply === null || (reply as { id: unknown }).id === 77, 'the answer to another call');
        return reply === null ? refusedWith('session_closed') : ACCEPTED;
      } finally {
        connection.close();
        await connection.closed;
      }
    },
  }),
  valueTarget('web-guard', {
    covers: ['main/host/transports/web-guard.ts'], form: 'json',
    run(value) {
      const sessions = createWebSessions(() => 0);
      const secret = sessions.redeem(sessions.issueToken()) ?? '';
      const guard = createWebGuard(4000, sessions);
      const { method, headers, withCookie } = (value ?? {}) as { method?: unknown; headers?: Record<string, unknown>; withCookie?: unknown };
      if (typeof headers !== 'object' || headers === null || typeof method !== 'string') return refusedWith('no');
      // Node gives texts, or lists of them for names that may come twice; these never do.
      const texts = Object.fromEntries(Object.entries(headers).flatMap(([name, text]) => (typeof text === 'string' ? [[name.toLowerCase(), text.replaceAll('SECRET', withCookie === true ? secret : 'guessed')]] : [])));
      const request = { method, headers: texts, url: `/?key=${withCookie === true ? sessions.keyOf(secret) : 'guessed'}` } as never;
      const refusal = guard.checkRequest(request);
      const foreign = guard.checkUpgrade(request);
      if (refusal === null || foreign === null) {
        mustHold(['127.0.0.1:4000', 'localhost:4000'].includes(texts['host'] ?? ''), 'a foreign name is let in');
        mustHold((texts['cookie'] ?? '').includes(secret), 'let in without the cookie');
        if (foreign === null) mustHold(texts['origin'] === `http://${texts['host']}`, 'a foreign page is let in');
      }
      return refusal === null ? ACCEPTED : refusedWith(refusal);
    },
  }),
  bytesTarget('web-request', {
    covers: ['main/host/transports/web-server.ts', 'main/host/transports/web-upload.ts', 'main/host/transports/page-files.ts'], cost: 60,
    async run(bytes) {
      const { port, cookie, key } = await web();
      const request = filledIn(bytes, { port, cookie, key });
      const answer = (await exchange(connect(port, '127.0.0.1'), request, () => pageServed(port, cookie))).toString('latin1');
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 'none';
      mustHold(answer === '' || ['101', '200', '201', '303', '415', '400', '403', '404', '405', '408', '414', '417', '431', '501', '503', '505', '413', '426', '412', '416', '406', '402', '411', '304'].includes(status), `answered ${answer.slice(0, 60)}`);
      if (status === '201') mustHold(Buffer.from(request).toString('latin1').includes(key), 'taken without the key');
      if (['200', '201'].includes(status)) mustHold(Buffer.from(request).toString('latin1').includes(cookie.split('=')[1] ?? '?'), 'let in without the cookie');
      return ['101', '200', '201', '303'].includes(status) ? ACCEPTED : refusedWith(status);
    },
  }),
  bytesTarget('web-socket', {
    covers: ['main/host/transports/web-contract.ts'], cost: 100,
    async run(bytes) {
      const { port, cookie, key } = await web();
      const head = `GET /contract?key=${key} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\nCookie: ${cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==\r\n\r\n`;
      const answer = (await exchange(connect(port, '127.0.0.1'), Buffer.concat([Buffer.from(head), bytes]), () => pageServed(port, cookie))).toString('latin1');
      mustHold(answer.startsWith('HTTP/1.1 101 '), 'our own page is not let in');
      const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
      return body.includes('"ok":true') ? ACCEPTED : refusedWith(body.includes('"ok":false') ? 'refused' : body === '' ? 'silence' : 'closed');
    },
  }),
];
