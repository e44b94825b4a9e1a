/**
 * Serves a wallet to other processes of the same user over a Unix socket or a named pipe (design §8, assurance row 49):
 * one call in JSON per line, one reply or notice `{"changed":[…]}` in JSON per line. Replies come in any order; `id` pairs
 * them. The socket is 0600 in a 0700 folder. It does not tell one program of the user from another.
 */
import { timingSafeEqual } from 'node:crypto';
import { chmod, lstat, rm } from 'node:fs/promises';
import { type Server, type Socket, connect, createServer } from 'node:net';
import { MAX_CALL_BYTES } from '../../../protocol/limits.ts';
import { Refusal, fail } from '../../../protocol/errors.ts';
import { readLines } from './json-lines.ts';
import { type LocalEndpoint, announceEndpoint } from './local-endpoint.ts';
import { MAX_CALLS_AT_ONCE, MAX_UNREAD_BYTES, type ServedWallet, answerText } from './served-wallet.ts';
import { createSlots } from '../slots.ts';

/** Commands and scripts of one person at once; each costs a file descriptor and a buffer. */
export const MAX_LOCAL_CLIENTS = 64;

export interface LocalSocketServer {
  readonly path: string;
  /** Ends every connection and removes the socket. */
  close(): Promise<void>;
}

/**
 * Listens for the wallet in `dataDir`. A socket left by a process that was killed is removed; one that answers is not.
 * @throws Refusal `wallet_locked` if another process serves this folder, `forbidden` if its folder is not private.
 */
export const serveLocalSocket = async (wallet: ServedWallet, dataDir: string): Promise<LocalSocketServer> => serveEndpoint(wallet, await announceEndpoint(dataDir));

/** The same at an endpoint that is known. */
export async function serveEndpoint(wallet: ServedWallet, endpoint: LocalEndpoint): Promise<LocalSocketServer> {
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    socket.once('close', () => clients.delete(socket));
    // A client that vanishes resets its connection; 'close' follows and is enough.
    socket.on('error', () => socket.destroy());
    void serveClient(wallet, socket, endpoint.key);
  });
  server.maxConnections = MAX_LOCAL_CLIENTS;
  await listen(server, endpoint);
  return {
    path: endpoint.path,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      for (const client of clients) client.destroy();
    }),
  };
}

async function serveClient(wallet: ServedWallet, socket: Socket, key: string | null): Promise<void> {
  const send = (text: string): void => {
    if (socket.destroyed) return;
    // What is unread from before counts: one large page of a book is no sign of death.
    if (socket.writableLength > MAX_UNREAD_BYTES) return void socket.destroy();
    socket.write(`${text}\n`);
  };
  const slots = createSlots(MAX_CALLS_AT_ONCE);
  let stopNotices = (): void => {};
  let admitted = false;
  const admit = (): void => {
    admitted = true;
    stopNotices = wallet.onNotice((notice) => send(JSON.stringify(notice)));
  };
  if (key === null) admit();
  try {
    // Not destroyed on a bad line, so that the client can read why.
    for await (const line of readLines(socket.iterator({ destroyOnReturn: false }), MAX_CALL_BYTES)) {
      if (admitted) {
        await slots.take();
        void answerText(wallet, line).then(send).finally(slots.give);
      } else if (sameText(line, key ?? '')) admit();
      else throw new Refusal('forbidden', 'This socket serves its owner only.');
    }
    socket.end();
  } catch (error) {
    const failure = error instanceof Refusal ? error.failure : fail('internal', 'The connection was given up.').failure;
    if (!socket.destroyed) socket.end(`${JSON.stringify({ id: 0, ok: false, failure })}\n`, () => socket.destroy());
  } finally {
    stopNotices();
  }
}

const sameText = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

async function listen(server: Server, { path }: LocalEndpoint): Promise<void> {
  try {
    await tryListen(server, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (await answers(path)) throw new Refusal('wallet_locked', 'Another process serves this wallet already. Stop it, or use it: commands find it by themselves.');
    const found = await lstat(path);
    if (!found.isSocket()) throw new Refusal('forbidden', `${path} is in the way and not a socket. Move it elsewhere.`, { path });
    await rm(path);
    await tryListen(server, path);
  }
}

async function tryListen(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // The folder is 0700 already, so nobody came in between; the mode guards a folder that is opened up later.
  if (!path.startsWith('\\\\.\\pipe\\')) await chmod(path, 0o600);
}

const answers = (path: string): Promise<boolean> => new Promise((resolve) => {
  const probe = connect(path);
  probe.once('connect', () => { probe.destroy(); resolve(true); });
  probe.once('error', () => resolve(false));
});
