/** The local socket (design §8): what it carries, what it refuses, and who can open it (assurance row 49). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../protocol/contracts/client.ts';
import { walletContract } from '../../protocol/contracts/wallet.contract.ts';
import { instanceIdOf } from '../../protocol/identifiers.ts';
import { MAX_CALL_BYTES } from '../../protocol/limits.ts';
import { announceEndpoint, findEndpoint } from '../../main/host/transports/local-endpoint.ts';
import { MAX_LOCAL_CLIENTS, type LocalSocketServer, serveEndpoint, serveLocalSocket } from '../../main/host/transports/local-socket.ts';
import { connectEndpoint, connectLocalSocket } from '../../main/host/transports/local-socket-client.ts';
import { readLines } from '../../main/host/transports/json-lines.ts';
import { MAX_CALLS_AT_ONCE } from '../../main/host/transports/served-wallet.ts';
import { type WalletDouble, createWalletDouble } from '../support/wallet-double.ts';

const settings = { visibility: 'visible', language: null, theme: 'system', notifications: true } as const;
const onWindows = process.platform === 'win32';

let folder: string;
let wallet: WalletDouble;
let servers: LocalSocketServer[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-socket-'));
  wallet = createWalletDouble({ 'settings.get': () => settings });
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.close();
  await rm(folder, { recursive: true, force: true });
});

const serve = async (dataDir = folder, double: WalletDouble = wallet): Promise<LocalSocketServer> => {
  const server = await serveLocalSocket(double, dataDir);
  servers.push(server);
  return server;
};
const client = async (dataDir = folder) => {
  const connection = await connectLocalSocket(dataDir);
  if (!connection) throw new Error('nobody serves');
  return { connection, ask: createClient(walletContract, connection.carry) };
};
const rawClient = async (path: string): Promise<{ socket: Socket; lines: AsyncGenerator<string> }> => {
  const socket = connect(path);
  await once(socket, 'connect');
  socket.on('error', () => {});
  return { socket, lines: readLines(socket, 1e9) };
};
const next = async (lines: AsyncGenerator<string>): Promise<unknown> => {
  const { value, done } = await lines.next();
  return done ? 'ended' : JSON.parse(value);
};

describe('calls and notices', () => {
  it('carries a call and its reply', async () => {
    await serve();
    const { connection, ask } = await client();
    expect(await ask['settings.get']({})).toEqual({ ok: true, value: settings });
    connection.close();
  });

  it('pairs replies with calls when they come back in another order', async () => {
    const gates = new Map<string, () => void>();
    const double = createWalletDouble({
      'link.read': ({ text }) => new Promise((resolve) => gates.set(text, () => resolve({ kind: 'pair', instance: instanceIdOf(new Uint8Array(32)), name: text, addresses: [] }))),
    });
    await serve(folder, double);
    const { ask } = await client();
    const [first, second] = [ask['link.read']({ text: 'a' }), ask['link.read']({ text: 'b' })];
    await expect.poll(() => gates.size).toBe(2);
    gates.get('b')?.();
    const late = await second;
    gates.get('a')?.();
    const early = await first;
    expect([early.ok && early.value.name, late.ok && late.value.name]).toEqual(['a', 'b']);
  });

  it('pushes notices to every client, and to none that has gone', async () => {
    await serve();
    const [one, two] = [await client(), await client()];
    await expect.poll(() => wallet.listeners()).toBe(2);
    const heard = [one, two].map(({ connection }) => new Promise((resolve) => connection.onNotice(resolve)));
    wallet.notify({ changed: ['credits'] });
    expect(await Promise.all(heard)).toEqual([{ changed: ['credits'] }, { changed: ['credits'] }]);
    one.connection.close();
    await expect.poll(() => wallet.listeners()).toBe(1);
  });

  it('says that the wallet has gone to those who wait for it', async () => {
    const double = createWalletDouble({ 'settings.get': () => new Promise(() => {}) });
    const server = await serve(folder, double);
    const { ask } = await client();
    const pending = ask['settings.get']({});
    await expect.poll(() => double.seen.length).toBe(1);
    await server.close();
    expect(await pending).toMatchObject({ ok: false, failure: { code: 'session_closed' } });
  });

  it('finds nobody where nobody serves, and after the end', async () => {
    expect(await connectLocalSocket(folder)).toBeNull();
    expect(await connectLocalSocket(join(folder, 'missing'))).toBeNull();
    const server = await serve();
    await server.close();
    expect(await connectLocalSocket(folder)).toBeNull();
  });
});

describe('malformed and excessive input', () => {
  it('answers what is not JSON with bad_input and goes on', async () => {
    const { path } = await serve();
    const { socket, lines } = await rawClient(path);
    socket.write('{"id":\n{"id":7,"method":"settings.get","input":{}}\n');
    expect(await next(lines)).toMatchObject({ id: 0, ok: false, failure: { code: 'bad_input' } });
    expect(await next(lines)).toMatchObject({ id: 7, ok: true });
    socket.destroy();
  });

  it('answers any text at all with a code and serves the next call', async () => {
    const { path } = await serve();
    const { socket, lines } = await rawClient(path);
    const line = fc.oneof(fc.string(), fc.json()).map((text) => text.replaceAll('\n', ' ')).filter((text) => text.trim() !== '');
    await fc.assert(fc.asyncProperty(line, async (text) => {
      socket.write(`${text}\n`);
      expect(await next(lines)).toMatchObject({ ok: false, failure: { code: expect.stringMatching(/^(bad_input|unknown_method)$/) } });
    }), { numRuns: 200 });
    socket.write('{"id":1,"method":"settings.get","input":{}}\n');
    expect(await next(lines)).toMatchObject({ id: 1, ok: true });
    expect(wallet.seen.filter((method) => method === 'settings.get')).toHaveLength(1);
    socket.destroy();
  });

  it('cuts off a line longer than MAX_CALL_BYTES, saying so', async () => {
    const { path } = await serve();
    const { socket, lines } = await rawClient(path);
    socket.write('x'.repeat(MAX_CALL_BYTES + 1));
    expect(await next(lines)).toMatchObject({ id: 0, failure: { code: 'bad_input', detail: expect.stringContaining(String(MAX_CALL_BYTES)) } });
    expect(await next(lines)).toBe('ended');
  });

  it('takes a line of exactly MAX_CALL_BYTES', async () => {
    const { path } = await serve();
    const { socket, lines } = await rawClient(path);
    const call = '{"id":1,"method":"settings.get","input":{}}';
    socket.write(`${call.padEnd(MAX_CALL_BYTES)}\n`);
    expect(await next(lines)).toMatchObject({ id: 1, ok: true });
    socket.destroy();
  });

  it('gives up a client that asks and does not read', async () => {
    const big = 'x'.repeat(4 * 1024 * 1024);
    const double = createWalletDouble({ 'settings.get': () => ({ ...settings, big }) as typeof settings });
    const { path } = await serve(folder, double);
    const { socket } = await rawClient(path);
    await expect.poll(() => double.listeners()).toBe(1);
    socket.pause();
    socket.write('{"id":1,"method":"settings.get","input":{}}\n'.repeat(16));
    await expect.poll(() => double.listeners()).toBe(0);
    socket.destroy();
  });

  it('refuses bytes that are not UTF-8', async () => {
    const { path } = await serve();
    const { socket, lines } = await rawClient(path);
    socket.write(Buffer.from([0x22, 0xff, 0x22, 0x0a]));
    expect(await next(lines)).toMatchObject({ failure: { code: 'bad_input', detail: expect.stringContaining('UTF-8') } });
    expect(await next(lines)).toBe('ended');
  });

  it(`works on at most ${MAX_CALLS_AT_ONCE} calls of one client at once`, async () => {
    const open: (() => void)[] = [];
    const double = createWalletDouble({ 'settings.get': () => new Promise((resolve) => open.push(() => resolve(settings))) });
    await serve(folder, double);
    const { connection, ask } = await client();
    const asked = Array.from({ length: MAX_CALLS_AT_ONCE + 5 }, () => ask['settings.get']({}));
    await expect.poll(() => open.length).toBe(MAX_CALLS_AT_ONCE);
    const other = await client();
    const theirs = other.ask['settings.get']({});
    await expect.poll(() => open.length).toBe(MAX_CALLS_AT_ONCE + 1);
    while (open.length > 0) open.shift()?.();
    await expect.poll(() => { while (open.length > 0) open.shift()?.(); return double.seen.length; }).toBe(MAX_CALLS_AT_ONCE + 6);
    while (open.length > 0) open.shift()?.();
    expect((await Promise.all([...asked, theirs])).every((reply) => reply.ok)).toBe(true);
    connection.close();
  });

  it(`admits at most ${MAX_LOCAL_CLIENTS} clients, and the next once one has left`, async () => {
    await serve();
    const clients = await Promise.all(Array.from({ length: MAX_LOCAL_CLIENTS }, () => client()));
    await expect.poll(() => wallet.listeners()).toBe(MAX_LOCAL_CLIENTS);
    const extra = await client();
    expect(await extra.ask['settings.get']({})).toMatchObject({ ok: false, failure: { code: 'session_closed' } });
    clients[0]?.connection.close();
    await expect.poll(() => wallet.listeners()).toBe(MAX_LOCAL_CLIENTS - 1);
    const again = await client();
    expect(await again.ask['settings.get']({})).toMatchObject({ ok: true });
  });
});

describe.skipIf(onWindows)('who can open it', () => {
  it('is 0600 in a folder that it closes to others', async () => {
    await chmod(folder, 0o755);
    const { path } = await serve();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('is found through a link to the data folder, and lies where the folder is', async () => {
    await mkdir(join(folder, 'elsewhere'));
    await symlink(join(folder, 'elsewhere'), join(folder, 'link'));
    expect((await serve(join(folder, 'link'))).path).toBe(join(await realpath(folder), 'elsewhere', 'control.sock'));
    expect(await (await client(join(folder, 'elsewhere'))).ask['settings.get']({})).toMatchObject({ ok: true });
  });

  it.skipIf(process.getuid?.() !== 0)('refuses a folder of another user', async () => {
    await mkdir(join(folder, 'theirs'));
    await chown(join(folder, 'theirs'), 65534, 65534);
    await expect(serveLocalSocket(wallet, join(folder, 'theirs'))).rejects.toMatchObject({ failure: { code: 'forbidden' } });
  });

  it.skipIf(process.getuid?.() !== 0)('lets no other user in', async () => {
    const { path } = await serve();
    const stranger = spawn(process.execPath, ['-e', `require('net').connect(${JSON.stringify(path)}).on('connect',()=>process.exit(0)).on('error',(e)=>{console.log(e.code);process.exit(9)})`], { uid: 65534, gid: 65534, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
    const said = (async () => { let text = ''; for await (const chunk of stranger.stdout) text += String(chunk); return text.trim(); })();
    expect(await once(stranger, 'exit')).toEqual([9, null]);
    expect(await said).toBe('EACCES');
  });

  it('removes the socket of a process that was killed', async () => {
    const path = join(folder, 'control.sock');
    const child = spawn(process.execPath, ['-e', `require('net').createServer().listen(${JSON.stringify(path)},()=>console.log('up'))`], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await stat(path)).isSocket()).toBe(true);
    expect(await connectLocalSocket(folder)).toBeNull();
    await serve();
    expect(await (await client()).ask['settings.get']({})).toMatchObject({ ok: true });
  });

  it('leaves a socket that answers alone', async () => {
    await serve();
    await expect(serveLocalSocket(wallet, folder)).rejects.toMatchObject({ failure: { code: 'wallet_locked' } });
    expect(await (await client()).ask['settings.get']({})).toMatchObject({ ok: true });
  });

  it('leaves a file alone that is in its way and not a socket', async () => {
    await writeFile(join(folder, 'control.sock'), 'mine');
    await expect(serveLocalSocket(wallet, folder)).rejects.toMatchObject({ failure: { code: 'forbidden' } });
    expect(await readFile(join(folder, 'control.sock'), 'utf8')).toBe('mine');
  });

  it('serves a folder whose path is too long for a socket, from a short private folder', async () => {
    const deep = join(folder, 'd'.repeat(120));
    const { path } = await serve(deep);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100);
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
    expect(await (await client(deep)).ask['settings.get']({})).toMatchObject({ ok: true });
  });

  it('does not lead from a copied folder to the wallet that it was copied from', async () => {
    const [deep, copy] = [join(folder, 'd'.repeat(120)), join(folder, 'c'.repeat(120))];
    await serve(deep);
    await mkdir(copy);
    await writeFile(join(copy, 'control.json'), await readFile(join(deep, 'control.json')));
    expect(await connectLocalSocket(copy)).toBeNull();
  });
});

describe('a named pipe', () => {
  it('has a name that cannot be guessed and a key that only the owner can read', async () => {
    const [first, second] = [await announceEndpoint(folder, 'win32'), await announceEndpoint(folder, 'win32')];
    expect(first.path).toMatch(/^\\\\\.\\pipe\\tallystick-[0-9a-f]{32}$/);
    expect(second.path).not.toBe(first.path);
    expect(second.key).toMatch(/^[0-9a-f]{64}$/);
    expect(await findEndpoint(folder, 'win32')).toEqual(second);
    if (!onWindows) expect((await stat(join(folder, 'control.json'))).mode & 0o777).toBe(0o600);
  });

  it('serves whoever knows the key, and tells others nothing', async () => {
    const endpoint = { path: join(folder, 'keyed.sock'), key: 'k'.repeat(64) };
    servers.push(await serveEndpoint(wallet, endpoint));
    const friend = await connectEndpoint(endpoint);
    expect(await createClient(walletContract, friend?.carry ?? (() => Promise.reject(new Error('nobody'))))['settings.get']({})).toMatchObject({ ok: true });

    const { socket, lines } = await rawClient(endpoint.path);
    wallet.notify({ changed: ['credits'] });
    socket.write(`${'j'.repeat(64)}\n{"id":1,"method":"settings.get","input":{}}\n`);
    expect(await next(lines)).toMatchObject({ failure: { code: 'forbidden' } });
    expect(await next(lines)).toBe('ended');
    expect(wallet.seen).toHaveLength(1);
  });
});
