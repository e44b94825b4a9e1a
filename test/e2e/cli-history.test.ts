/** `tallystick history` and `audit --with`, with a real wallet (design §5.6): copied, let go of, audited, and audited with the copies. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built.ts';
import { type CliWallet, type CliWallets, createCliWallets } from '../support/cli-wallet.ts';

let wallets: CliWallets;
let ada: CliWallet;
beforeAll(async () => {
  await ensureBuilt('enclave');
  wallets = await createCliWallets();
  ada = await wallets.wallet('Ada');
});
afterAll(() => wallets.tearDown());

const journalOf = async (...args: string[]) => (await ada.run('audit', ...args)).lines.find(({ type }) => type === 'journal');

it('keeps everything until it is told to let go, and then what it was told to copy', async () => {
  await ada.value('currency', 'new', 'GLD', '--decimals', '0');
  await ada.value('issue', 'GLD', '10');
  expect(await ada.value('history')).toMatchObject({ type: 'history', n: 3, from: 1, since: null, packages: 3 });
  const refused = await ada.run('history', '--compact');
  expect([refused.status, refused.lines[0]?.['code']]).toEqual([2, 'bad_input']);
  const [first, second] = [join(wallets.home, 'first.history'), join(wallets.home, 'second.history')];
  expect(await ada.value('history', '--export', first)).toMatchObject({ type: 'copy', file: first, from: 1, to: 3, bytes: (await stat(first)).size });
  const again = await ada.run('history', '--export', first, '--compact', '--yes');
  expect([again.status, again.lines[0]?.['code']]).toEqual([2, 'bad_input']);
  expect(await ada.value('history', '--compact', '--yes')).toEqual({ type: 'compacted', upTo: 3, released: true });

  expect(await ada.value('history')).toMatchObject({ n: 4, from: 4, packages: 1 });
  expect(await journalOf()).toMatchObject({ n: 4, verified: true, carried: { n: 3 } });
  expect(await journalOf('--with', first)).toMatchObject({ n: 4, verified: true, carried: null });
  const later = await ada.value('explain');
  expect(later).toMatchObject({ verified: true, carried: { n: 3, balances: [{ code: 'GLD', held: '10', inTransit: '0' }] }, entries: [] });

  // Through a process that serves it, and once more.
  const served = await ada.serve();
  await ada.value('issue', 'GLD', '5');
  const lines = (await ada.run('history', '--export', second, '--compact', '--yes')).lines;
  expect(lines).toEqual([expect.objectContaining({ type: 'copy', from: 4, to: 5 }), { type: 'compacted', upTo: 5, released: true }]);
  expect(await journalOf('--with', first, '--with', second)).toMatchObject({ n: 6, verified: true, carried: null });
  // The first alone does not lead to where the trace begins now.
  expect(await journalOf('--with', first)).toMatchObject({ n: 3, verified: false, trouble: { code: 'store_corrupt' } });
  expect(await ada.value('status')).toMatchObject({ phase: 'running', balances: [expect.objectContaining({ amount: '15' })] });
  expect(await served.end()).toBe(0);
});
