/** The PIN is asked for by one dialog: for one thing after the other, until it is right or the person gives up. */
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { type Result, fail, ok } from '../../../protocol/errors.ts';
import { type WithPin, usePin } from '../../../renderer/wallet/pin.store.ts';

vi.mock('../../../renderer/wallet/safety.store.ts', () => ({ useSafety: () => ({ refresh: () => Promise.resolve() }) }));

beforeEach(() => setActivePinia(createPinia()));

const guarded = (what: string) => ({ pin }: WithPin): Promise<Result<string>> => Promise.resolve(pin === undefined ? fail('pin_required', 'PIN') : pin === '1234' ? ok(what) : fail('pin_wrong', 'wrong'));
const asked = (pin: ReturnType<typeof usePin>) => vi.waitFor(() => expect([pin.asking, pin.busy]).toEqual([true, false]));

it('is asked for again until it is right', async () => {
  const pin = usePin();
  const done = pin.withPin(guarded('sent'));
  await asked(pin);
  pin.submit('1111');
  await vi.waitFor(() => expect(pin.failure?.code).toBe('pin_wrong'));
  await asked(pin);
  pin.submit('1234');
  expect(await done).toEqual(ok('sent'));
  expect(pin.asking).toBe(false);
});

it('is asked for two things one after the other, and neither is forgotten', async () => {
  const pin = usePin();
  const [first, second] = [pin.withPin(guarded('first')), pin.withPin(guarded('second'))];
  await asked(pin);
  await new Promise((resolve) => setTimeout(resolve));
  pin.submit('1234');
  expect(await first).toEqual(ok('first'));
  await asked(pin);
  await new Promise((resolve) => setTimeout(resolve));
  pin.cancel();
  expect(await second).toMatchObject({ ok: false, failure: { code: 'pin_required' } });
  expect(pin.asking).toBe(false);
});
