/** The browser's carrier pairs replies with calls, passes notices on, fails what was cut off, and comes back. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CarrierState } from '../../../renderer/wallet/carrier.ts';
import { socketCarrier } from '../../../renderer/wallet/socket-carrier.ts';

class PretendSocket extends EventTarget {
  readonly sent: string[] = [];
  readyState = 0;
  send(text: string): void { this.sent.push(text); }
  close(): void { this.dispatchEvent(new Event('close')); }
  open(): void { this.readyState = 1; this.dispatchEvent(new Event('open')); }
  say(value: unknown): void { this.dispatchEvent(new MessageEvent('message', { data: typeof value === 'string' ? value : JSON.stringify(value) })); }
}

function carrierWithSockets() {
  const sockets: PretendSocket[] = [];
  const states: CarrierState[] = [];
  const carrier = socketCarrier('ws://wallet/contract', () => { const made = new PretendSocket(); sockets.push(made); return made as unknown as WebSocket; });
  carrier.onState((state) => states.push(state));
  const newest = (): PretendSocket => { const socket = sockets.at(-1); if (!socket) throw new Error('no socket yet'); return socket; };
  return { carrier, sockets, states, newest };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the socket carrier', () => {
  it('pairs replies with calls by their ids, in any order', async () => {
    const { carrier, newest } = carrierWithSockets();
    newest().open();
    const [first, second] = [carrier.carry({ id: 1, method: 'a', input: {} }), carrier.carry({ id: 2, method: 'b', input: {} })];
    await vi.advanceTimersByTimeAsync(0);
    newest().say({ id: 2, ok: true, value: 'two' });
    newest().say({ id: 1, ok: true, value: 'one' });
    expect(await first).toMatchObject({ value: 'one' });
    expect(await second).toMatchObject({ value: 'two' });
  });

  it('holds a call until the socket is open', async () => {
    const { carrier, newest } = carrierWithSockets();
    const call = carrier.carry({ id: 1, method: 'a', input: {} });
    await vi.advanceTimersByTimeAsync(100);
    expect(newest().sent).toEqual([]);
    newest().open();
    await vi.advanceTimersByTimeAsync(0);
    expect(newest().sent).toHaveLength(1);
    newest().say({ id: 1, ok: true, value: 1 });
    expect(await call).toMatchObject({ value: 1 });
  });

  it('fails a call that gets no socket in time', async () => {
    const { carrier } = carrierWithSockets();
    const call = expect(carrier.carry({ id: 1, method: 'a', input: {} })).rejects.toThrow('cannot be reached');
    await vi.advanceTimersByTimeAsync(10_000);
    await call;
  });

  it('passes on what is no reply and drops what is no JSON', () => {
    const { carrier, newest } = carrierWithSockets();
    const heard: unknown[] = [];
    carrier.onNotice((raw) => heard.push(raw));
    newest().open();
    newest().say('{broken');
    newest().say('7');
    newest().say({ changed: ['app'] });
    expect(heard).toEqual([{ changed: ['app'] }]);
  });

  it('fails what was under way when the socket closed, says so, and comes back', async () => {
    const { carrier, newest, sockets, states } = carrierWithSockets();
    newest().open();
    const call = carrier.carry({ id: 1, method: 'a', input: {} });
    await vi.advanceTimersByTimeAsync(0);
    const failed = expect(call).rejects.toThrow('ended before the answer');
    newest().close();
    await failed;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sockets).toHaveLength(2);
    newest().open();
    expect(states).toEqual(['connecting', 'open', 'lost', 'open']);
  });

  it('waits longer after each failure, but never for ever', async () => {
    const { newest, sockets } = carrierWithSockets();
    const tries: number[] = [];
    for (let i = 0; i < 8; i++) {
      const before = sockets.length;
      newest().close();
      let waited = 0;
      while (sockets.length === before) { await vi.advanceTimersByTimeAsync(50); waited += 50; }
      tries.push(waited);
    }
    expect(tries.slice(0, 4)).toEqual([250, 500, 1000, 2000]);
    expect(Math.max(...tries)).toBe(8000);
  });
});
