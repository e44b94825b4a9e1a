/** Serves the built interface and a pretend wallet on 127.0.0.1, with the same content policy as the real shells. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer } from 'ws';
import type { DoubleWallet } from './double-wallet.ts';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.wasm': 'application/wasm' };
/** The local page's policy; the desktop window's allows WebAssembly on top. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'";

/** @param wallet chosen anew for each connection, so that one server serves every scenario. */
export async function serveDouble(folder: string, wallet: () => DoubleWallet, { wasm = false } = {}): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    // Of a file that is sent only the name counts: the pretend wallet knows what such a file would say of itself.
    if (request.method === 'POST' && pathname === '/files') {
      const token = randomBytes(16).toString('hex');
      wallet().state.library.files.set(token, searchParams.get('name') ?? '');
      request.resume().once('end', () => response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: true, value: { file: token } })));
      return;
    }
    const path = normalize(pathname);
    const file = join(folder, path === '/' ? 'index.html' : path);
    readFile(file).then(
      (body) => response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': wasm ? POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'") : POLICY }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  const sockets = new WebSocketServer({ server, path: '/contract' });
  sockets.on('connection', (socket) => {
    const served = wallet();
    const stop = served.onNotice((notice) => socket.send(JSON.stringify(notice)));
    socket.on('close', stop);
    socket.on('message', (data) => void served.serve(JSON.parse(String(data))).then((reply) => socket.send(JSON.stringify(reply))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => { for (const socket of sockets.clients) socket.terminate(); server.close(() => resolve()); server.closeAllConnections(); }),
  };
}
