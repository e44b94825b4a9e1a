/** What a host makes of a vault that does not keep to the message port (design §8). */
import { beforeEach, describe, expect, it } from 'vitest';
import type { ModuleProcess } from '../../../main/host/modules/module-process.port.ts';
import { type VaultLink, type VaultNews, linkVault } from '../../../main/host/modules/vault-link.ts';
import { fail } from '../../../protocol/errors.ts';
import { createMemoryRegister } from '../../support/memory-register.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const READY = { type: 'ready', instance: 'tally1', n: 1, created: false };
const APPEND = { type: 'ask', id: 7, ask: { op: 'store.append', n: 1, sealed: new Uint8Array(9), archive: [] } };

let say: (message: unknown) => void;
let posted: unknown[];
let news: VaultNews[];
let broken: number;
let store: ReturnType<typeof createMemoryStore>;
let link: VaultLink;

beforeEach(() => {
  [posted, news, broken, store] = [[], [], 0, createMemoryStore()];
  const module: ModuleProcess = {
    pid: 1, post: (message) => void posted.push(message), onMessage: (listener) => void (say = listener), onExit: () => {}, stop: () => Promise.resolve(),
  };
  link = linkVault({ process: module, store, register: createMemoryRegister(), onNews: (one) => void news.push(one), onBroken: () => (broken += 1) });
});

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a question that is not understood', () => {
  it.each([
    ['of an unknown kind', { op: 'store.forget' }], ['without what it needs', { op: 'store.append', n: 1 }], ['with too much', { op: 'register.read', path: '/etc/passwd' }],
    ['with a value of the wrong size', { op: 'register.advance', from: null, to: new Uint8Array(31) }], ['of nothing', undefined], ['that is text', 'store.latestSnapshot'],
  ])('%s is answered with a failure, and the next one as ever', async (_, ask) => {
    say({ type: 'ask', id: 6, ask });
    expect(posted).toMatchObject([{ type: 'answer', id: 6, ok: false, failure: { code: 'store_failed' } }]);
    say(APPEND);
    await settled();
    expect(posted[1]).toEqual({ type: 'answer', id: 7, ok: true, value: null });
    expect([await store.packages(1, 9), broken]).toMatchObject([[{ n: 1 }], 0]);
  });
});

describe('a vault that says what cannot be understood', () => {
  it.each([
    ['nothing', undefined], ['an unknown message', { type: 'please' }], ['a question without a number', { type: 'ask', ask: APPEND.ask }], ['a reply without an outcome', { type: 'reply', id: 1 }],
    ['a reply with an unknown code', { type: 'reply', id: 1, ok: false, failure: { code: 'sorry', detail: '' } }], ['a frame that is too long', { type: 'send', connection: 1, frame: new Uint8Array(65_536) }],
    ['a frame for no connection', { type: 'send', connection: 0, frame: new Uint8Array(1) }],
  ])('like %s is broken: this is said once, and nothing more is heard of it', async (_, message) => {
    say(READY);
    say(message);
    say(message);
    say(READY);
    say(APPEND);
    await settled();
    expect([broken, news, posted, await store.packages(1, 9)]).toEqual([1, [READY], [], []]);
    expect(await link.call('credits.balances', {})).toMatchObject({ ok: false, failure: { code: 'module_crashed' } });
  });
});

it('a question of a vault that is gone, read late, is not carried out', async () => {
  link.abandon(fail('module_crashed', 'gone').failure);
  say(APPEND);
  await settled();
  expect([posted, await store.packages(1, 9), broken]).toEqual([[], [], 0]);
});
