/** The other end of local-socket.ts: carries calls to the process that serves a data folder, and hands out its notices. */
import { type Socket, connect } from 'node:net';
import type { Carry } from '../../../protocol/contracts/client.ts';
import { type Notice, NoticeSchema } from '../../../protocol/contracts/contract.ts';
import { Listeners } from '../listeners.ts';
import { readLines } from './json-lines.ts';
import { type LocalEndpoint, findEndpoint } from './local-endpoint.ts';

/** One line from the server; the whole explanation of a long-lived wallet is the largest. Guards against a runaway only. */
const MAX_REPLY_BYTES = 256 * 1024 * 1024;

export interface LocalConnection {
  /** For `createClient`; several clients may share it. Rejects once the connection is gone. */
  readonly carry: Carry;
  onNotice(listener: (notice: Notice) => void): () => void;
  /** Resolves when either side has ended the connection. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Connects to whoever serves the wallet in `dataDir`; null if nobody does. */
export async function connectLocalSocket(dataDir: string): Promise<LocalConnection | null> {
  const endpoint = await findEndpoint(dataDir);
  return endpoint ? connectEndpoint(endpoint) : null;
}

/** The same where the endpoint is known. */
export async function connectEndpoint(endpoint: LocalEndpoint): Promise<LocalConnection | null> {
  const socket = await open(endpoint.path);
  if (!socket) return null;
  if (endpoint.key !== null) socket.write(`${endpoint.key}\n`);
  return converse(socket);
}

function converse(socket: Socket): LocalConnection {
  const waiting = new Map<number, { resolve: (reply: unknown) => void; reject: (error: Error) => void; id: number }>();
  const notices = new Listeners<Notice>();
  let lastId = 0;
  let gone = false;

  const receive = (line: string): void => {
    const message = JSON.parse(line) as unknown;
    const notice = NoticeSchema.safeParse(message);
    if (notice.success) return notices.tell(notice.data);
    const id = (message as { id?: unknown } | null)?.id;
    const call = typeof id === 'number' ? waiting.get(id) : undefined;
    if (!call) return;
    waiting.delete(id as number);
    call.resolve({ ...(message as object), id: call.id });
  };

  const closed = (async () => {
    try {
      for await (const line of readLines(socket, MAX_REPLY_BYTES)) receive(line);
    } catch {
      // Whatever broke it, those who wait learn below that the connection is gone.
    }
    gone = true;
    socket.destroy();
    for (const call of waiting.values()) call.reject(new Error('the process that serves the wallet has ended'));
    waiting.clear();
  })();

  return {
    carry: (call) => new Promise((resolve, reject) => {
      if (gone || socket.destroyed) return reject(new Error('the process that serves the wallet has ended'));
      // Ids of this wire, since several clients may count from 1 at once.
      const id = ++lastId;
      waiting.set(id, { resolve, reject, id: call.id });
      socket.write(`${JSON.stringify({ ...call, id })}\n`);
    }),
    onNotice: notices.add,
    closed,
    close: () => socket.destroy(),
  };
}

const open = (path: string): Promise<Socket | null> => new Promise((resolve, reject) => {
  const socket = connect(path);
  socket.once('connect', () => {
    socket.removeAllListeners('error');
    socket.on('error', () => socket.destroy());
    resolve(socket);
  });
  socket.once('error', (error: NodeJS.ErrnoException) => {
    // No socket, one that a killed process left, or no folder at all: nobody serves this wallet.
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ECONNREFUSED') resolve(null);
    else reject(error);
  });
});
