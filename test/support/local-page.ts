/** The local page on a wallet double, in a folder with a secret beside it, and a client that tidies nothing up. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type WebServer, type WebServerOptions, serveWeb } from '../../main/host/transports/web-server.ts';
import { type WalletDouble, createWalletDouble } from './wallet-double.ts';

export const SETTINGS = { visibility: 'visible', language: null, theme: 'system', notifications: true } as const;
export const PAGE = '<!doctype html><title>the interface</title>';
export const SECRET = 'a file that is no part of the interface';
export const CALL = '{"id":1,"method":"settings.get","input":{}}';

export interface Answer { readonly status: number; readonly body: string; readonly headers: IncomingHttpHeaders }

export interface LocalPage {
  readonly wallet: WalletDouble;
  readonly web: WebServer;
  readonly files: string;
  /** What the server takes for the time. */
  clock: number;
  readonly origin: string;
  /** Sends a request exactly as given, with our own Host unless `headers` has another. */
  ask(path: string, headers?: Record<string, string>, method?: string): Promise<Answer>;
  /** Path and query of a fresh one-time address. */
  freshPath(): string;
  /** Uses one up; gives the cookie. */
  enter(): Promise<string>;
  /** The key that came with the last cookie. */
  key: string;
  /** Opens a WebSocket; resolves with it, or with the status that refused it. */
  open(headers: Record<string, string>, path?: string): Promise<WebSocket | number>;
  /** Opens one as our own page does. */
  openWell(): Promise<WebSocket>;
  /** Ends the server and starts another on the same port. */
  restart(): Promise<void>;
  tearDown(): Promise<void>;
}

export async function createLocalPage(settings: () => typeof SETTINGS = () => SETTINGS, more: Pick<WebServerOptions, 'receiveFile' | 'pageGraceMs'> = {}, handlers: Parameters<typeof createWalletDouble>[0] = {}): Promise<LocalPage> {
  const folder = await mkdtemp(join(tmpdir(), 'tally-web-'));
  const files = join(folder, 'files');
  await mkdir(join(files, 'assets'), { recursive: true });
  await writeFile(join(files, 'index.html'), PAGE);
  await writeFile(join(files, 'assets', 'app.js'), 'export {};');
  await writeFile(join(files, 'assets', 'notes.unknown'), SECRET);
  await writeFile(join(folder, 'secret.json'), JSON.stringify(SECRET));
  await symlink(join(folder, 'secret.json'), join(files, 'linked.json'));
  const wallet = createWalletDouble({ 'settings.get': settings, ...handlers });
  const sockets: WebSocket[] = [];
  let web = await serveWeb({ wallet, files, ...more, port: 0, now: () => page.clock });

  const page: LocalPage = {
    wallet, files,
    clock: 1_000_000,
    key: '',
    get web() { return web; },
    get origin() { return `http://127.0.0.1:${web.port}`; },
    ask: (path, headers = {}, method = 'GET') => new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: web.port, path, method, headers: { host: `127.0.0.1:${web.port}`, ...headers } }, (response) => {
        let body = '';
        response.on('data', (chunk) => { body += String(chunk); });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
      }).on('error', reject).end();
    }),
    freshPath: () => {
      const { pathname, search } = new URL(web.link());
      return pathname + search;
    },
    enter: async () => {
      const { status, headers } = await page.ask(page.freshPath());
      if (status !== 303) throw new Error(`a fresh address was answered with ${status}`);
      page.key = /#key=(.+)$/.exec(headers.location ?? '')?.[1] ?? '';
      return (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
    },
    open: (headers, path = `/contract?key=${page.key}`) => new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${web.port}${path}`, { headers });
      sockets.push(socket);
      socket.once('open', () => resolve(socket));
      socket.once('unexpected-response', (_request, response) => { response.resume(); resolve(response.statusCode ?? 0); });
      socket.once('error', reject);
    }),
    openWell: async () => {
      const opened = await page.open({ cookie: await page.enter(), origin: page.origin });
      if (typeof opened === 'number') throw new Error(`our own page was refused with ${opened}`);
      return opened;
    },
    restart: async () => {
      const { port } = web;
      await web.close();
      web = await serveWeb({ wallet, files, ...more, port, now: () => page.clock });
    },
    tearDown: async () => {
      for (const socket of sockets) socket.terminate();
      await web.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return page;
}
