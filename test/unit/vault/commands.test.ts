/** What commands ask before they do anything (assurance rows 42, 49): whom and what they name must be known, what is another's cannot be made or spent, and more than was allowed needs the PIN. */
import { beforeEach, describe, expect, it } from 'vitest';
import { x25519 } from '@noble/curves/ed25519.js';
import { sealContentKey } from '../../../enclave/grants/grants.codec.ts';
import { bytesToHex } from '../../../enclave/vault/bytes.ts';
import { learnCurrency } from '../../../enclave/vault/credits/currencies.ts';
import { publishingSecret } from '../../../enclave/vault/library/publications.ts';
import type { VaultMethod } from '../../../protocol/contracts/vault.contract.ts';
import type { CurrencyId, TransferId } from '../../../protocol/identifiers.ts';
import { BEGINNING } from '../../support/memory-host.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { OPEN_TERMS, publish, read } from '../../support/pure-library.ts';
import { descriptor, idOf } from '../../support/raw-contact.ts';
import { TeaVault } from '../../support/tea-vault.ts';

let ada: TeaVault;
let ben: PureLane;
let stranger: PureLane;
let tea: CurrencyId;
/** Ben's, of which Ada holds some. */
let bun: CurrencyId;
const UNKNOWN = 'ab'.repeat(32) as CurrencyId;

beforeEach(() => {
  ada = new TeaVault('commands');
  ({ tea } = ada);
  [ben, stranger] = [new PureLane(ada, 'Ben'), new PureLane(ada, 'Stranger').beStranger()];
  ben.meet();
  const brought = descriptor({ ...ben, instance: ben.instance }, 'BUN');
  bun = idOf(brought);
  ben.doing((turn) => learnCurrency(turn, brought, ben.instance));
  ada.within(({ state }) => state.put('book', bun, { held: 50n, received: 50n, transit: 0n, writtenOff: 0n, sent: 0n, issued: 0n, redeemed: 0n }));
});

/** The code a command is refused with, or `done`. */
const asked = (method: VaultMethod, input: object): string => {
  const reply = ada.call(method, input as never);
  return reply.ok ? 'done' : reply.failure.code;
};
const failureOf = (method: VaultMethod, input: object) => {
  const reply = ada.call(method, input as never);
  return reply.ok ? null : reply.failure;
};
/** Ben is caught: there are two of him. */
const benIsForked = () => ada.within(({ state }) => state.put('forkProof', ben.instance, {} as never));

describe('a wallet', () => {
  it('can be renamed; nothing else about it changes', () => {
    const before = ada.state.get('self', 'self')!;
    expect(asked('wallet.rename', { name: 'Adá' })).toBe('done');
    expect(ada.state.get('self', 'self')).toEqual({ ...before, name: 'Adá' });
  });
});

describe('credits', () => {
  it('are issued and retired by their issuer alone', () => {
    for (const method of ['credits.issue', 'credits.retire'] as const) {
      expect([asked(method, { currency: tea, amount: '1' }), asked(method, { currency: bun, amount: '1' }), asked(method, { currency: UNKNOWN, amount: '1' })]).toEqual(['done', 'not_issuer', 'unknown_currency']);
      expect(failureOf(method, { currency: bun, amount: '1' })?.params).toEqual({ code: 'BUN' });
    }
    expect(ada.book(bun)).toMatchObject({ held: 50n, issued: 0n });
  });

  it('of one code are made once by one wallet; another’s may have the same', () => {
    expect(asked('credits.createCurrency', { code: 'BUN', decimals: 0, name: 'Bun' })).toBe('done');
    expect(failureOf('credits.createCurrency', { code: 'TEA', decimals: 2, name: 'Other tea' })).toMatchObject({ code: 'currency_exists', params: { code: 'TEA' } });
  });

  it('go to a contact that was not caught with a copy, and are of a currency that is known', () => {
    const send = (more: object = {}) => asked('transfers.send', { contact: ben.instance, currency: tea, amount: '1', ...more });
    expect([send(), send({ contact: stranger.instance }), send({ currency: UNKNOWN })]).toEqual(['done', 'unknown_contact', 'unknown_currency']);
    benIsForked();
    expect(send()).toBe('fork_proven');
  });

  it('are redeemed with their issuer only', () => {
    const redeem = (currency: CurrencyId) => asked('transfers.send', { contact: ben.instance, currency, amount: '1', purpose: 'redemption' });
    expect([redeem(bun), redeem(tea)]).toEqual(['done', 'not_issuer']);
  });

  it('are exchanged for others that are known', () => {
    const exchange = (currency: CurrencyId) => failureOf('transfers.send', { contact: ben.instance, currency: tea, amount: '1', take: [{ currency, amount: '1' }] });
    expect([exchange(bun), exchange(UNKNOWN)?.code, exchange(tea)]).toEqual([null, 'unknown_currency', { code: 'bad_input', detail: 'take: An exchange is of one currency for another.' }]);
  });

  it('are asked for from a contact that was not caught with a copy, in a currency that is known', () => {
    const ask = (more: object = {}) => asked('requests.create', { contact: ben.instance, currency: tea, amount: '1', ...more });
    expect([ask(), ask({ contact: stranger.instance }), ask({ currency: UNKNOWN })]).toEqual(['done', 'unknown_contact', 'unknown_currency']);
    benIsForked();
    expect(ask()).toBe('fork_proven');
  });
});

describe('books', () => {
  it('go to a contact that was not caught with a copy', () => {
    const { copy } = publish(ada, 'Emma');
    for (const method of ['books.give', 'books.lend', 'books.sell'] as const) {
      const input = { licence: copy(1), ...(method === 'books.lend' ? { due: null } : {}), ...(method === 'books.sell' ? { price: { currency: tea, amount: '1' } } : {}) };
      expect(asked(method, { ...input, contact: stranger.instance }), method).toBe('unknown_contact');
    }
    benIsForked();
    expect(asked('books.give', { licence: copy(1), contact: ben.instance })).toBe('fork_proven');
  });

  it('are sold for a currency that is known', () => {
    const { copy } = publish(ada, 'Emma');
    const sell = (currency: CurrencyId) => asked('books.sell', { licence: copy(1), contact: ben.instance, price: { currency, amount: '1' } });
    expect([sell(UNKNOWN), sell(bun)]).toEqual(['unknown_currency', 'done']);
  });

  it('are published with the key of that very file', () => {
    const content = new Uint8Array(32).fill(1);
    const sealedKey = bytesToHex(sealContentKey(x25519.getPublicKey(publishingSecret(ada.state)), { version: 1, content, key: new Uint8Array(32) }, new Uint8Array(32).fill(2)));
    const publishAs = (of: Uint8Array) => asked('books.publish', { title: 'Emma', author: '', language: '', format: 'pdf', bytes: 1, content: bytesToHex(of), sealedKey, copies: 1, terms: OPEN_TERMS, price: null });
    expect([publishAs(new Uint8Array(32)), publishAs(content)]).toEqual(['bad_input', 'done']);
  });

  it('that are closed are read no more', () => {
    const { copy } = publish(ada, 'Emma');
    read(ada, copy(1));
    expect(ada.state.get('reading', copy(1))).toEqual({ openedAt: ada.time.now });
    expect(asked('books.closed', { licence: copy(1) })).toBe('done');
    expect(ada.state.get('reading', copy(1))).toBeUndefined();
  });
});

describe('a PIN', () => {
  const WRONG = { pin: '9999' };
  const PIN = { pin: '1234' };
  beforeEach(() => {
    expect(asked('safety.setPin', { next: '1234' })).toBe('done');
    for (const currency of [tea, bun]) expect(asked('safety.setLimit', { currency, amount: '10' })).toBe('done');
  });

  it('is asked for above the limit of a currency, summed, whichever of several it is', () => {
    for (const method of ['credits.issue', 'credits.retire'] as const) expect([asked(method, { currency: tea, amount: '10' }), asked(method, { currency: tea, amount: '11' }), asked(method, { currency: tea, amount: '11', ...PIN })]).toEqual(['done', 'pin_required', 'done']);
    const offered = (take: [CurrencyId, bigint][]) => ada.within(({ state }) => state.put('transfer', idNumber(1), {
      id: idNumber(1) as TransferId, contact: ben.instance, direction: 'in', state: 'offered', reason: null, give: [], take: take.map(([currency, amount]) => ({ kind: 'credit', currency, amount })), memo: '', purpose: 'payment', request: null, timeline: [],
    }));
    offered([[tea, 1n], [bun, 11n]]);
    expect(asked('transfers.accept', { id: idNumber(1) })).toBe('pin_required');
    offered([[tea, 6n], [tea, 5n]]);
    expect(asked('transfers.accept', { id: idNumber(1) })).toBe('pin_required');
    offered([[tea, 1n], [bun, 10n]]);
    expect(asked('transfers.accept', { id: idNumber(1) })).toBe('done');
  });

  it('is asked for when a limit is raised or removed, not when it is lowered or set', () => {
    const set = (amount: string | null, currency = tea, more: object = {}) => asked('safety.setLimit', { currency, amount, ...more });
    expect([set('10'), set('9'), set('10'), set(null), set('0'), set('1', UNKNOWN)]).toEqual(['done', 'done', 'pin_required', 'pin_required', 'done', 'unknown_currency']);
    expect([set('5', tea, PIN), set(null, tea, PIN), set('99')]).toEqual(['done', 'done', 'done']);
  });

  it('is asked for when more is to be taken without asking, not for less', () => {
    const rule = (amount: string | null, more: object = {}) => asked('people.setRule', { contact: ben.instance, rule: amount === null ? { mode: 'ask' } : { mode: 'auto', upTo: [{ currency: tea, amount }] }, ...more });
    expect([rule('5'), rule('5', WRONG), rule('5', PIN), rule('5'), rule('4'), rule('5'), rule(null)]).toEqual(['pin_required', 'pin_wrong', 'done', 'done', 'done', 'pin_required', 'done']);
  });

  it('can be removed by who knows it', () => {
    expect([asked('safety.setPin', { next: null }), asked('safety.setPin', { next: null, current: '1234' }), asked('credits.issue', { currency: tea, amount: '11' })]).toEqual(['pin_required', 'done', 'done']);
    expect(ada.state.get('self', 'self')?.pin).toBeNull();
  });

  it('that is wrong is counted; from the third in a row on there is a wait, and its end is told', () => {
    const wrong = () => failureOf('credits.issue', { currency: tea, amount: '11', ...WRONG });
    expect([wrong(), wrong()]).toMatchObject([{ code: 'pin_wrong', params: { failures: 1 } }, { code: 'pin_wrong', params: { failures: 2 } }]);
    expect(ada.call('safety.status' as never, {} as never)).toMatchObject({ ok: false }); // a query is no command
    expect(Object.keys(failureOf('credits.issue', { currency: tea, amount: '11' })?.params ?? {})).toEqual([]);
    const third = wrong();
    expect(third).toMatchObject({ code: 'pin_wrong', params: { failures: 3 } });
    const retryAt = third?.params?.['retryAt'] as number;
    expect(retryAt).toBeGreaterThan(BEGINNING + 29_000);
    const tooEarly = failureOf('credits.issue', { currency: tea, amount: '11', ...PIN });
    expect([tooEarly?.code, Math.abs((tooEarly?.params?.['retryAt'] as number) - retryAt) < 10]).toEqual(['pin_delayed', true]);
    ada.elapsedMs += 30_000;
    expect(asked('credits.issue', { currency: tea, amount: '11', ...PIN })).toBe('done');
    expect(ada.state.get('self', 'self')?.pin).toMatchObject({ failures: 0, retryAt: 0 });
    expect(Object.keys(wrong()?.params ?? {})).toEqual(['failures']);
  });
});

describe('pairing', () => {
  it('that is under way can be called off by its person', () => {
    stranger.meet([], false);
    expect(asked('pairing.start', { instance: stranger.instance })).toBe('done');
    expect(ada.state.get('pairing', stranger.instance)).toMatchObject({ startedByMe: true });
    expect([asked('pairing.cancel', { instance: stranger.instance }), ada.state.get('pairing', stranger.instance)]).toEqual(['done', undefined]);
    expect(asked('pairing.cancel', { instance: stranger.instance })).toBe('unknown_pairing');
  });
});
