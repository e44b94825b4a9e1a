/** The host that a window talks to while the real one opens: calls wait, a failure is shown, and trying again opens it once. */
import { describe, expect, it, vi } from 'vitest';
import { openingHost } from '../../../main/desktop/opening-host.ts';
import type { WalletHost } from '../../../main/host/wallet-host.port.ts';
import { Refusal } from '../../../protocol/errors.ts';

const LOCKED = new Refusal('wallet_locked', 'Another program has this wallet open.');
const call = (method: string) => ({ id: 1, method, input: {} });

/** A host whose opening the test decides about, one attempt after the other. */
function place() {
  const attempts: PromiseWithResolvers<WalletHost>[] = [];
  const open = () => {
    const attempt = Promise.withResolvers<WalletHost>();
    attempts.push(attempt);
    return attempt.promise;
  };
  const close = vi.fn(() => Promise.resolve());
  const real = { serve: (raw: { id: number }) => Promise.resolve({ id: raw.id, ok: true, value: 'real' }), onNotice: vi.fn(), onNotification: vi.fn(), offerLink: vi.fn(), close } as unknown as WalletHost;
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const host = openingHost({ open, statusOf: (fault) => ({ phase: 'stopped', fault }) as never, openFolder: () => {} });
  return { attempts, close, real, host };
}

describe('a host that is opening', () => {
  it('lets calls wait for it, and keeps a link for it', async () => {
    const { attempts, real, host } = place();
    const answer = host.serve(call('wallet.identity'));
    host.offerLink('tallystick://pair/x');
    attempts[0]?.resolve(real);
    expect(await answer).toMatchObject({ ok: true, value: 'real' });
    expect(real.offerLink).toHaveBeenCalledWith('tallystick://pair/x');
  });

  it('that could not be opened says why, and is opened once however many windows try again at a time', async () => {
    const { attempts, close, real, host } = place();
    attempts[0]?.reject(LOCKED);
    expect(await host.serve(call('wallet.identity'))).toMatchObject({ ok: false, failure: { code: 'wallet_locked' } });
    const again = [host.serve(call('app.retry')), host.serve(call('app.retry'))];
    await vi.waitFor(() => expect(attempts.length).toBeGreaterThan(1));
    const closed = host.close();
    attempts[1]?.resolve(real);
    for (const late of attempts.slice(2)) late.reject(LOCKED);
    expect(await Promise.all(again)).toMatchObject([{ ok: true, value: 'real' }, { ok: true, value: 'real' }]);
    await closed;
    expect([attempts.length, close.mock.calls.length]).toEqual([2, 1]);
  });
});
