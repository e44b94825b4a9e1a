/**
 * The same interface in a browser (design §8, assurance row 49): serves the built page and, over a WebSocket at /contract,
 * the wallet's contract, on 127.0.0.1 only. Files to be published come as a POST to /files.
 *
 *   printed address /?token=…  ──once──▶  session cookie, redirect to /#key=…  ──▶  page  ──▶  WebSocket /contract, with the key
 *
 * Guards against other sites in the same browser and other users of this computer. Not against programs that run as the
 * same person, nor against whoever reads that person's terminal or browser profile.
 */
import { createReadStream } from 'node:fs';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { MAX_CALL_BYTES } from '../../../protocol/limits.ts';
import { Refusal } from '../../../protocol/errors.ts';
import type { ReceiveFile } from '../library/offered-files.ts';
import { PageFiles, pageNameIn } from './page-files.ts';
import type { ServedWallet } from './served-wallet.ts';
import { serveWebSocket } from './web-contract.ts';
import { type WebFile, listWebFiles } from './web-files.ts';
import { createWebGuard } from './web-guard.ts';
import { WEB_HEADERS } from './web-headers.ts';
import { NOT_ALLOWED_PAGE, NOT_FOUND_PAGE, refusalPages } from './web-pages.ts';
import { createWebSessions } from './web-sessions.ts';
import { UPLOAD_PATH, createUploads } from './web-upload.ts';

const LOOPBACK = '127.0.0.1';

/** A browser opens about six at once per site; this is room for every session that may exist. */
export const MAX_WEB_CONNECTIONS = 128;

/** Open pages of the interface at once. */
export const MAX_WEB_SOCKETS = 32;

/** Our own pages send about one kilobyte; nothing else has reason to talk to us. */
const MAX_HEADER_BYTES = 8 * 1024;

/** On loopback a request's head arrives at once; slower ones hold a connection on purpose. */
const HEADERS_TIMEOUT_MS = 5_000;

/** The largest file at a megabyte a second; a pause in it is noticed much sooner (web-upload.ts). */
const REQUEST_TIMEOUT_MS = 10 * 60 * 1000;

export interface WebServerOptions {
  readonly wallet: ServedWallet;
  /** Folder of the built interface, with index.html. */
  readonly files: string;
  /** 0 for any free one. */
  readonly port: number;
  /** What a person types for a fresh address; `tallystick ui-link` if left out. */
  readonly linkCommand?: string;
  /** Takes a file that the person chose to publish; without it none are taken. */
  readonly receiveFile?: ReceiveFile;
  readonly now?: () => number;
  /** How long files wait for a page whose connection has ended; PAGE_GRACE_MS if left out. */
  readonly pageGraceMs?: number;
}

export interface WebServer {
  readonly port: number;
  /** A fresh address that lets one browser in, once, within TOKEN_LIFE_MS. */
  link(): string;
  close(): Promise<void>;
}

/** @throws Refusal `bad_address` if the port is taken or forbidden, `not_supported` if the interface is not built. */
export async function serveWeb(options: WebServerOptions): Promise<WebServer> {
  const files = await listWebFiles(options.files).catch(() => new Map<string, WebFile>());
  if (!files.has('/')) throw new Refusal('not_supported', 'The interface is not built. Run `npm run build` first.');

  const pages = refusalPages(options.linkCommand ?? 'tallystick ui-link');
  const sessions = createWebSessions(options.now);
  const http = createServer({ maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS });
  http.maxConnections = MAX_WEB_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error) => reject(new Refusal('bad_address', `Port ${options.port} cannot be used: ${error.message}. Choose another, or none for any free one.`)));
    http.listen(options.port, LOOPBACK, resolve);
  });
  const { port } = http.address() as AddressInfo;
  const guard = createWebGuard(port, sessions);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_CALL_BYTES, perMessageDeflate: false });

  const pageFiles = new PageFiles((file) => void options.wallet.serve({ id: 0, method: 'publishing.forget', input: { file } }), options.pageGraceMs);
  const upload = options.receiveFile && createUploads(options.receiveFile, (response, status, result, close) => answer(response, status, JSON.stringify(result), { 'Content-Type': 'application/json; charset=utf-8' }, close));

  http.on('request', (request, response) => {
    const url = targetOf(request);
    const token = url?.searchParams.get('token') ?? null;
    const entering = request.method === 'GET' && url?.pathname === '/' && token !== null;
    const refusal = entering ? guard.checkSite(request) : guard.checkRequest(request);
    if (refusal) return answer(response, 403, pages[refusal]);
    if (!url) return answer(response, 404, NOT_FOUND_PAGE);
    if (entering) {
      const secret = sessions.redeem(token);
      if (secret === null) return answer(response, 403, pages['used-token']);
      return answer(response, 303, '', { Location: `/#key=${sessions.keyOf(secret)}`, 'Set-Cookie': `${guard.cookieName}=${secret}; Path=/; HttpOnly; SameSite=Strict` });
    }
    if (upload && request.method === 'POST' && url.pathname === UPLOAD_PATH) {
      const page = pageNameIn(url.searchParams);
      return void upload(request, response, url.searchParams.get('name') ?? '', (file) => pageFiles.sent(page, file));
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, NOT_ALLOWED_PAGE, { Allow: 'GET, HEAD' });
    const file = files.get(url.pathname);
    if (!file) return answer(response, 404, NOT_FOUND_PAGE);
    sendFile(response, file, request.method === 'HEAD');
  });

  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const url = targetOf(request);
    const refused = guard.checkUpgrade(request) !== null ? '403 Forbidden'
      : url?.pathname !== '/contract' ? '404 Not Found'
      : sockets.clients.size >= MAX_WEB_SOCKETS ? '503 Service Unavailable'
      : null;
    if (refused) return socket.end(`HTTP/1.1 ${refused}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.once('close', pageFiles.connected(url && pageNameIn(url.searchParams)));
      serveWebSocket(options.wallet, client);
    });
  });

  return {
    port,
    link: () => `http://${LOOPBACK}:${port}/?token=${sessions.issueToken()}`,
    close: () => new Promise((resolve) => {
      pageFiles.close();
      http.close(() => resolve());
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
    }),
  };
}

/** The requested path and query, never a host: a target must start with one slash (RFC 9112 §3.2.1). */
function targetOf(request: IncomingMessage): URL | null {
  const target = request.url ?? '';
  if (!target.startsWith('/') || target.startsWith('//')) return null;
  const base = `http://${LOOPBACK}`;
  return URL.canParse(target, base) ? new URL(target, base) : null;
}

function answer(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}, close = status >= 400): void {
  // What is still being sent to a request that was turned away is not read.
  const closing: Record<string, string> = close ? { Connection: 'close' } : {};
  response.writeHead(status, { ...WEB_HEADERS, 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': Buffer.byteLength(body), ...headers, ...closing }).end(body);
}

function sendFile(response: ServerResponse, file: WebFile, headOnly: boolean): void {
  const stream = createReadStream(file.path);
  stream.once('open', () => {
    response.writeHead(200, { ...WEB_HEADERS, 'Content-Type': file.type });
    if (headOnly) {
      stream.destroy();
      response.end();
    } else stream.pipe(response);
  });
  stream.once('error', () => (response.headersSent ? response.destroy() : answer(response, 404, NOT_FOUND_PAGE)));
}
