/**
 * The carrier of the browser interface: one WebSocket that sends calls and receives replies and notices as JSON, and
 * comes back by itself with growing pauses. It does not authenticate; the cookie that the host set on the page does.
 */
import type { Carrier, CarrierState } from './carrier.ts';

/** Pauses between attempts: quick at first, since a restarted host is back in a second; then gentle on the battery. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;

/** Longest a call waits for the socket to open before it fails: longer, and a person believes that nothing happened. */
const OPENING_MS = 4_000;

interface Waiting { resolve(raw: unknown): void; reject(cause: Error): void }
type SocketLike = Pick<WebSocket, 'send' | 'close' | 'readyState' | 'addEventListener'>;

/** @param open makes the socket; tests pass their own. */
export function socketCarrier(url: string, open: (url: string) => SocketLike = (u) => new WebSocket(u)): Carrier {
  const waiting = new Map<number, Waiting>();
  const notices = new Set<(raw: unknown) => void>();
  const states = new Set<(state: CarrierState) => void>();
  let opened = new Set<() => void>();
  let state: CarrierState = 'connecting';
  let pauseMs = FIRST_PAUSE_MS;
  let socket: SocketLike;

  const become = (next: CarrierState): void => {
    state = next;
    for (const listener of states) listener(next);
  };

  const receive = (text: string): void => {
    let raw: unknown;
    try { raw = JSON.parse(text); } catch { return; }
    if (typeof raw !== 'object' || raw === null) return;
    const id = (raw as { id?: unknown }).id;
    if (typeof id !== 'number') return notices.forEach((listener) => listener(raw));
    waiting.get(id)?.resolve(raw);
    waiting.delete(id);
  };

  const connect = (): void => {
    socket = open(url);
    socket.addEventListener('open', () => {
      pauseMs = FIRST_PAUSE_MS;
      become('open');
      const ready = opened;
      opened = new Set();
      for (const go of ready) go();
    });
    socket.addEventListener('message', (event) => receive(String((event as MessageEvent).data)));
    socket.addEventListener('close', () => {
      for (const call of waiting.values()) call.reject(new Error('the connection ended before the answer came'));
      waiting.clear();
      become(state === 'open' ? 'lost' : state);
      setTimeout(connect, pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      if (pauseMs > FIRST_PAUSE_MS * 8 && state === 'connecting') become('lost');
    });
  };
  connect();

  const whenOpen = (): Promise<void> => state === 'open' ? Promise.resolve() : new Promise((resolve, reject) => {
    const go = (): void => { clearTimeout(timer); resolve(); };
    const timer = setTimeout(() => { opened.delete(go); reject(new Error('the wallet cannot be reached')); }, OPENING_MS);
    opened.add(go);
  });

  return {
    async carry(call) {
      await whenOpen();
      return new Promise((resolve, reject) => {
        waiting.set(call.id, { resolve, reject });
        socket.send(JSON.stringify(call));
      });
    },
    onNotice: (listener) => void notices.add(listener),
    onState: (listener) => { states.add(listener); listener(state); },
  };
}
