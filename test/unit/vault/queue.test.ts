/**
 * What waits for the vault is bounded in number and in bytes; whoever sends more hears of it at once, nothing that was
 * taken is lost, and half of them, but never fewer than some, share one package (design §5.6).
 */
import { describe, expect, it } from 'vitest';
import { Driver } from '../../../enclave/runtime/driver.ts';
import { bytesIn } from '../../../enclave/runtime/input-queue.ts';
import { Journal } from '../../../enclave/runtime/journal.ts';
import { sealerFrom } from '../../../enclave/runtime/sealing.ts';
import type { Input } from '../../../enclave/vault/step.ts';
import { MAX_INPUTS_PER_PACKAGE, MAX_QUEUED_BYTES, MAX_QUEUED_INPUTS } from '../../../protocol/limits.ts';
import type { VaultMessage } from '../../../protocol/module-port.ts';
import { BEGINNING, MEASUREMENT, seededRandom } from '../../support/memory-host.ts';
import { createMemoryRegister } from '../../support/memory-register.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

async function newDriver() {
  const [store, register] = [createMemoryStore(), createMemoryRegister()];
  const emitted: VaultMessage[] = [];
  const stepped = { count: 0 };
  const bytes = seededRandom('queue');
  // Every step is given a seed of its own.
  const random = (length: number) => {
    if (length === 32) stepped.count++;
    return bytes(length);
  };
  const journal = await Journal.load({ store, register, sealer: sealerFrom(new Uint8Array(32)), random });
  const driver = new Driver({ journal, attested: { measurement: MEASUREMENT, tier: 'software', referenceValues: [MEASUREMENT] }, random, emit: (message) => emitted.push(message) });
  driver.push({ type: 'create', now: BEGINNING, name: 'Ada' });
  await driver.settled();
  emitted.length = 0;
  stepped.count = 0;
  const codes = () => emitted.flatMap((message) => (message.type === 'reply' ? [message.ok ? 'ok' : message.failure.code] : []));
  const countOf = (code: string) => codes().filter((one) => one === code).length;
  return { driver, journal, emitted, stepped, countOf };
}

const rename = (id: number, name = `Ada ${id}`): Input => ({ type: 'call', now: BEGINNING, id, method: 'wallet.rename', input: { name } });
const connected = (connection: number): Input => ({ type: 'connected', now: BEGINNING, connection, role: 'responder', localPeer: 'a', remotePeer: 'b', expect: null, strangersWelcome: true });

describe('one package', () => {
  it(`takes few inputs that came together, half of many, and never more than ${MAX_INPUTS_PER_PACKAGE}`, async () => {
    // 66 are 33, 32 and 1; four times the most are thrice the most, half of it, and so on.
    for (const [inputs, packages] of [[1, 1], [32, 1], [33, 2], [64, 2], [65, 2], [66, 3], [4 * MAX_INPUTS_PER_PACKAGE, 8]] as const) {
      const { driver, journal, countOf } = await newDriver();
      for (let id = 0; id < inputs; id++) driver.push(rename(id));
      await driver.settled();
      expect(countOf('ok')).toBe(inputs);
      expect(journal.head.n).toBe(1 + packages);
    }
  });
});

describe('the queue', () => {
  it(`holds ${MAX_QUEUED_INPUTS} inputs; the next call is answered with busy, and there is room again afterwards`, async () => {
    const { driver, countOf } = await newDriver();
    for (let id = 0; id < MAX_QUEUED_INPUTS; id++) driver.push(rename(id));
    expect(countOf('busy')).toBe(0);
    driver.push(rename(MAX_QUEUED_INPUTS));
    expect(countOf('busy')).toBe(1);
    await driver.settled();
    expect(countOf('ok')).toBe(MAX_QUEUED_INPUTS);
    driver.push(rename(1));
    await driver.settled();
    expect([countOf('ok'), countOf('busy')]).toEqual([MAX_QUEUED_INPUTS + 1, 1]);
  });

  it(`holds ${MAX_QUEUED_BYTES} bytes, however few the inputs; a frame beyond that ends its connection with busy`, async () => {
    const { driver, emitted, countOf } = await newDriver();
    const big = 'x'.repeat(1024 * 1024);
    const fits = Math.floor(MAX_QUEUED_BYTES / bytesIn(rename(1, big), MAX_QUEUED_BYTES));
    for (let id = 0; id < fits; id++) driver.push(rename(id, big));
    expect(countOf('busy')).toBe(0);
    driver.push(rename(fits, big));
    expect(countOf('busy')).toBe(1);
    // What is small enough still fits; a full frame soon does not.
    driver.push(connected(7));
    const frame = new Uint8Array(65_535);
    let sent = 0;
    while (!emitted.some(({ type }) => type === 'hang-up') && sent++ < 100) driver.push({ type: 'received', now: BEGINNING, connection: 7, frame });
    expect(emitted.filter(({ type }) => type === 'hang-up')).toMatchObject([{ connection: 7, failure: { code: 'busy' } }]);
    await driver.settled();
    expect(countOf('bad_input')).toBe(fits);
    driver.push(rename(1));
    await driver.settled();
    expect(countOf('ok')).toBe(1);
  });

  it('takes the end of a connection even when it is full, once, and only of one that there is', async () => {
    const { driver, journal, stepped } = await newDriver();
    driver.push(connected(1));
    await driver.settled();
    stepped.count = 0;
    driver.push(connected(2));
    for (let id = 1; id < MAX_QUEUED_INPUTS; id++) driver.push(rename(id));
    for (let again = 0; again < 500; again++) for (const connection of [1, 2, 1000 + again]) driver.push({ type: 'disconnected', now: BEGINNING, connection });
    await driver.settled();
    expect(stepped.count).toBe(MAX_QUEUED_INPUTS + 2);
    expect([...journal.state.all('session')]).toEqual([]);
  });
});

describe('the weight of a message', () => {
  it('is that of its texts and bytes; what refers to itself has an end, and counting stops when there is enough', () => {
    expect(bytesIn('x'.repeat(1000), 1e9)).toBeGreaterThanOrEqual(2000);
    expect(bytesIn([new Uint8Array(5000), 2n ** 80_000n], 1e9)).toBeGreaterThanOrEqual(15_000);
    expect(bytesIn(new Map([['key', new Set(['x'.repeat(100)])]]), 1e9)).toBeGreaterThanOrEqual(200);
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(bytesIn(loop, 1e9)).toBeLessThan(200);
    const texts = Array.from({ length: 200_000 }, () => 'x'.repeat(100));
    for (const many of [texts, new Set(texts.map((text, at) => text + at)), new Map(texts.map((text, at) => [at, text]))]) {
      const counted = bytesIn(many, 10_000);
      expect(counted).toBeGreaterThan(10_000);
      expect(counted).toBeLessThan(20_000);
    }
  });
});
