/** A live query gathers bursts, keeps what it knows through a failure, and never steps back in time. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Topic } from '../../../protocol/contracts/contract.ts';
import { type Result, fail, ok } from '../../../protocol/errors.ts';
import type { Carrier, CarrierState } from '../../../renderer/wallet/carrier.ts';
import { createWalletLink } from '../../../renderer/wallet/link.ts';
import { GATHER_MS, liveQuery } from '../../../renderer/wallet/live-query.ts';

function pretendCarrier() {
  let notice: (raw: unknown) => void = () => {};
  let state: (state: CarrierState) => void = () => {};
  const carrier: Carrier = { carry: () => Promise.reject(new Error('not used')), onNotice: (listener) => { notice = listener; }, onState: (listener) => { state = listener; } };
  return { carrier, notice: (raw: unknown) => notice(raw), changed: (...topics: Topic[]) => notice({ changed: topics }), become: (next: CarrierState) => state(next) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a live query', () => {
  it('asks once for a burst of notices about its topics, and not for others', async () => {
    const { carrier, changed } = pretendCarrier();
    const ask = vi.fn(() => Promise.resolve(ok(1)));
    liveQuery(createWalletLink(carrier), ['credits', 'transfers'], ask);
    changed('people');
    await vi.advanceTimersByTimeAsync(GATHER_MS * 2);
    expect(ask).not.toHaveBeenCalled();
    for (let i = 0; i < 20; i++) changed('credits', 'transfers');
    await vi.advanceTimersByTimeAsync(GATHER_MS * 2);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('throws away an answer that a newer question has overtaken', async () => {
    const { carrier } = pretendCarrier();
    const answers: ((result: Result<string>) => void)[] = [];
    const query = liveQuery(createWalletLink(carrier), ['credits'], () => new Promise<Result<string>>((resolve) => answers.push(resolve)));
    const [older, newer] = [query.refresh(), query.refresh()];
    answers[1]?.(ok('new'));
    await newer;
    answers[0]?.(ok('old'));
    await older;
    expect(query.data.value).toBe('new');
  });

  it('keeps the last answer when asking again fails, and says why', async () => {
    const { carrier } = pretendCarrier();
    let result: Result<string> = ok('known');
    const query = liveQuery(createWalletLink(carrier), ['credits'], () => Promise.resolve(result));
    expect(query.loading.value).toBe(true);
    await query.refresh();
    result = fail('session_closed', 'gone');
    await query.refresh();
    expect([query.data.value, query.failure.value?.code, query.loading.value]).toEqual(['known', 'session_closed', false]);
    result = ok('again');
    await query.refresh();
    expect([query.data.value, query.failure.value]).toEqual(['again', null]);
  });

  it('asks again when a lost wallet is back', async () => {
    const { carrier, become } = pretendCarrier();
    const ask = vi.fn(() => Promise.resolve(ok(1)));
    liveQuery(createWalletLink(carrier), ['credits'], ask);
    become('open');
    await vi.advanceTimersByTimeAsync(GATHER_MS * 2);
    expect(ask).not.toHaveBeenCalled();
    become('lost');
    become('open');
    await vi.advanceTimersByTimeAsync(GATHER_MS * 2);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('is deaf to malformed notices', async () => {
    const { carrier, notice } = pretendCarrier();
    const ask = vi.fn(() => Promise.resolve(ok(1)));
    liveQuery(createWalletLink(carrier), ['credits'], ask);
    for (const raw of [null, 7, 'credits', {}, { changed: 'credits' }, { changed: ['money'] }, { changed: ['credits'], more: 1 }]) notice(raw);
    await vi.advanceTimersByTimeAsync(GATHER_MS * 2);
    expect(ask).not.toHaveBeenCalled();
  });
});
