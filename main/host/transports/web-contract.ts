/** The contract over a WebSocket: text messages, one call, reply or notice in JSON each. Admission is the guard's. */
import type { WebSocket } from 'ws';
import { MAX_CALLS_AT_ONCE, MAX_UNREAD_BYTES, type ServedWallet, answerText } from './served-wallet.ts';

/** RFC 6455 §7.4.1: data of a kind that we do not take. */
const UNSUPPORTED_DATA = 1003;

/** Dead connections are noticed after two of these; a sleeping laptop reconnects. */
const PING_EVERY_MS = 30_000;

export function serveWebSocket(wallet: ServedWallet, socket: WebSocket): void {
  let underWay = 0;
  let heard = true;
  const send = (text: string): void => {
    if (socket.readyState !== socket.OPEN) return;
    // What is unread from before counts: one large page of a book is no sign of death.
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) return socket.terminate();
    socket.send(text);
  };
  const stopNotices = wallet.onNotice((notice) => send(JSON.stringify(notice)));
  const pings = setInterval(() => {
    if (!heard) return socket.terminate();
    heard = false;
    socket.ping();
  }, PING_EVERY_MS);
  pings.unref();

  socket.on('pong', () => { heard = true; });
  socket.on('message', (data, isBinary) => {
    if (isBinary) return socket.close(UNSUPPORTED_DATA, 'text only');
    underWay += 1;
    if (underWay >= MAX_CALLS_AT_ONCE) socket.pause();
    void answerText(wallet, String(data)).then(send).finally(() => {
      underWay -= 1;
      if (socket.isPaused && underWay < MAX_CALLS_AT_ONCE) socket.resume();
    });
  });
  // A message that is too large or malformed ends the connection; ws has sent the close code already.
  socket.on('error', () => socket.terminate());
  socket.once('close', () => {
    clearInterval(pings);
    stopNotices();
  });
}
