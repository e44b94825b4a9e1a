/** `tallystick serve --ui`: the printed address lets one browser in, to the same wallet that commands talk to. */
import { rm } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ensureBuilt } from '../support/built.ts';
import { type CliWallets, createCliWallets } from '../support/cli-wallet.ts';

let wallets: CliWallets;
beforeAll(() => ensureBuilt('enclave', 'renderer'));
beforeEach(async () => { wallets = await createCliWallets(); });
afterEach(() => wallets.tearDown());

/** What a browser does with the address. */
async function enter(url: string): Promise<{ origin: string; cookie: string; key: string; page: string; status: number }> {
  const { origin } = new URL(url);
  const first = await fetch(url, { redirect: 'manual' });
  const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const key = /#key=(.+)$/.exec(first.headers.get('location') ?? '')?.[1] ?? '';
  const page = await fetch(`${origin}/`, { headers: { cookie } });
  return { origin, cookie, key, page: await page.text(), status: page.status };
}

async function call({ origin, cookie, key }: { origin: string; cookie: string; key: string }, method: string, input: unknown): Promise<Record<string, unknown>> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/contract?key=${key}`, { headers: { cookie, origin } });
  try {
    return await new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('open', () => socket.send(JSON.stringify({ id: 1, method, input })));
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as Record<string, unknown>;
        if (message['id'] === 1) resolve(message);
      });
    });
  } finally {
    socket.close();
  }
}

it('serves the interface of the wallet that it runs', async () => {
  const ada = await wallets.wallet('Ada');
  const { ready } = await ada.serve('--ui');
  const { page, status, ...entered } = await enter(String(ready['ui']));
  expect(status).toBe(200);
  expect(page).toContain('<script type="module"');
  expect(await call(entered, 'wallet.identity', {})).toMatchObject({ ok: true, value: { name: 'Ada', instance: ready['instance'] } });
  expect(await call(entered, 'app.status', {})).toMatchObject({ ok: true, value: { shell: 'browser', phase: 'running' } });
  await ada.value('currency', 'new', 'GLD');
  expect(await call(entered, 'credits.balances', {})).toMatchObject({ ok: true, value: [{ currency: { code: 'GLD' } }] });
});

it('prints an address that opens one browser once, and another when asked for', async () => {
  const ada = await wallets.wallet('Ada');
  const { ready } = await ada.serve('--ui');
  const first = String(ready['ui']);
  expect((await enter(first)).status).toBe(200);
  expect((await enter(first)).status).toBe(403);
  expect((await enter(String((await ada.value('ui-link'))['url']))).status).toBe(200);
});

it('lets a person make their first wallet in the browser, and commands see it', async () => {
  const ada = await wallets.wallet('Ada', { make: false });
  const { ready } = await ada.serve('--ui');
  expect(ready).toMatchObject({ ready: true, name: null, instance: null });
  expect((await ada.run('status')).lines).toEqual([expect.objectContaining({ code: 'no_wallet' })]);
  const entered = await enter(String(ready['ui']));
  expect(await call(entered, 'app.create', { name: 'Ada' })).toMatchObject({ ok: true, value: { phase: 'running' } });
  expect(await ada.value('status')).toMatchObject({ name: 'Ada', served: true });
});

it('does not take a port that is in use', async () => {
  const [ada, ben] = await Promise.all([wallets.wallet('Ada'), wallets.wallet('Ben')]);
  const { ready } = await ada.serve('--ui');
  const { port } = new URL(String(ready['ui']));
  const { status, lines } = await ben.run('serve', '--ui', port);
  expect([status, lines]).toEqual([2, [expect.objectContaining({ ok: false, code: 'bad_address' })]]);
  // What had been opened before is closed again.
  expect(await ben.value('status')).toMatchObject({ served: false });
});

it('shows a wallet that has stopped, and ends with the status of a fail-stop', async () => {
  const ada = await wallets.wallet('Ada');
  await rm(ada.env['TALLYSTICK_STATE_DIR'] ?? '', { recursive: true });
  const { ready, process: served } = await ada.serve('--ui');
  const entered = await enter(String(ready['ui']));
  const { value } = await call(entered, 'app.status', {});
  expect(value).toMatchObject({ phase: 'stopped', fault: { code: expect.stringMatching(/^(register_missing|store_corrupt)$/) } });
  served.child.kill('SIGTERM');
  expect(await served.next()).toMatchObject({ ok: false, code: expect.stringMatching(/^(register_missing|store_corrupt)$/) });
  expect((await served.ended).status).toBe(4);
});
