/** Group commit (design §5.6): what comes while a package is being stored shares the next one, a lone input waits for nobody, and no transfer needs a signature of its own. */
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it, vi } from 'vitest';
import { MemoryHost } from '../../support/memory-host.ts';
import { fundedPair, held } from '../../support/vault-pair.ts';

/** The library's own, counted. */
vi.mock('@noble/curves/ed25519.js', async (original) => {
  const real = await original<typeof import('@noble/curves/ed25519.js')>();
  return {
    ...real, ed25519: { ...real.ed25519, sign: vi.fn(real.ed25519.sign), verify: vi.fn(real.ed25519.verify) },
    x25519: { ...real.x25519, getSharedSecret: vi.fn(real.x25519.getSharedSecret) },
  };
});
const curveWork = (): number => [ed25519.sign, ed25519.verify, x25519.getSharedSecret].reduce((sum, work) => sum + vi.mocked(work).mock.calls.length, 0);

/** A wallet whose disk takes as long as the test wants it to. */
async function onSlowDisk() {
  const host = new MemoryHost('Ada', 'group commit');
  await host.boot(true);
  const { append } = host.store;
  const waiting: (() => void)[] = [];
  host.store.append = async (entry) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    await append(entry);
  };
  const replies = (): number => host.emitted.filter(({ type }) => type === 'reply').length;
  const rename = (name: string): Promise<unknown> => host.call('wallet.rename', { name });
  return { rename, replies, waiting, stored: () => waiting.shift()?.() };
}

describe('while a package is being stored', () => {
  it('what comes waits for it, shares the next one, and leaves with it', async () => {
    const { rename, replies, waiting, stored } = await onSlowDisk();
    const first = rename('one');
    await vi.waitUntil(() => waiting.length === 1);
    const others = Array.from({ length: 20 }, (_, at) => rename(`other ${at}`));
    await new Promise(setImmediate);
    expect([waiting.length, replies()]).toEqual([1, 0]);
    stored();
    await first;
    await vi.waitUntil(() => waiting.length === 1);
    expect(replies()).toBe(1);
    stored();
    // All in one turn of the event loop: none of the others waits any longer once one has its answer.
    await Promise.race(others);
    expect([waiting.length, replies()]).toEqual([0, 21]);
    await Promise.all(others);
  });

  it('is what a lone input is within the same turn of the event loop', async () => {
    const { rename, waiting, stored } = await onSlowDisk();
    let turned = false;
    setImmediate(() => { turned = true; });
    const alone = rename('alone');
    while (waiting.length === 0 && !turned) await Promise.resolve();
    expect([waiting.length, turned]).toEqual([1, false]);
    stored();
    await alone;
  });
});

it('a session takes signatures, and a transfer none, nor anything else that takes as long', async () => {
  const { ada, ben, currency, settle, reconnect } = await fundedPair('no signatures', '1000');
  const send = () => ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '1' });
  const { id } = await send();
  await settle();
  await ben.must('transfers.accept', { id });
  await settle();
  await ben.must('people.setRule', { contact: ada.instance, rule: { mode: 'auto', upTo: [{ currency, amount: '5' }] } } as never);
  await settle();
  const before = curveWork();
  await Promise.all(Array.from({ length: 200 }, send));
  await settle();
  expect(await held(ben, currency)).toEqual({ held: 201n, inTransit: 0n });
  expect(curveWork()).toBe(before);
  await reconnect();
  expect(curveWork()).toBeGreaterThan(before);
});
