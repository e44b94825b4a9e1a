/** Changed addresses and a computer that woke up are noticed. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LocalAddress } from '../../../main/host/network/interfaces.ts';
import { watchNetwork } from '../../../main/host/network/network-watch.ts';

const address = (text: string): LocalAddress => ({ interfaceName: 'eth0', family: 4, address: text, prefix: 24, internal: false });
let addresses: LocalAddress[];
let seen: string[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  addresses = [address('10.0.0.1'), address('10.0.0.2')];
  seen = [];
  stop = watchNetwork({ onChange: (what) => seen.push(what), addresses: () => addresses, intervalMs: 1000 }).stop;
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

it('says nothing while nothing changes, in whatever order the addresses come', () => {
  vi.advanceTimersByTime(5000);
  addresses = addresses.toReversed();
  vi.advanceTimersByTime(5000);
  expect(seen).toEqual([]);
});

it('notices an address that came, went or changed, once', () => {
  addresses = [...addresses, address('10.0.0.3')];
  vi.advanceTimersByTime(5000);
  addresses = [];
  vi.advanceTimersByTime(5000);
  expect(seen).toEqual(['addresses', 'addresses']);
});

it('notices that the computer slept, though the network is the same', () => {
  vi.advanceTimersByTime(3000);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(1000);
  expect(seen).toEqual(['woke']);
  vi.advanceTimersByTime(5000);
  expect(seen).toEqual(['woke']);
});
