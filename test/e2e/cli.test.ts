/** The command line with real wallets: real vault processes, real disk, real sockets on loopback (design §8). */
import { spawn } from 'node:child_process';
import { cp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built.ts';
import { runCli } from '../support/run-cli.ts';
import { type CliWallet, type CliWallets, createCliWallets, pairByWords } from '../support/cli-wallet.ts';

/** A file where a folder should be. */
const A_FILE = fileURLToPath(import.meta.url);

let wallets: CliWallets;
beforeAll(() => ensureBuilt('enclave'));
beforeEach(async () => { wallets = await createCliWallets(); });
afterEach(() => wallets.tearDown());

const heldBy = async (wallet: CliWallet): Promise<Record<string, string>> =>
  Object.fromEntries(((await wallet.value('status'))['balances'] as { code: string; amount: string }[]).map(({ code, amount }) => [code, amount]));

describe('a wallet that nobody serves', () => {
  it('is made once, and says who it is', async () => {
    const ada = await wallets.wallet('Ada', { make: false });
    expect((await ada.run('status')).lines).toEqual([expect.objectContaining({ ok: false, code: 'no_wallet' })]);
    await expect(stat(ada.data)).rejects.toMatchObject({ code: 'ENOENT' });
    for (const name of ['', ' ', 'x'.repeat(41), 'A\u202eda', 'A\nda']) expect((await ada.run('init', '--name', name)).lines).toEqual([expect.objectContaining({ code: 'bad_input' })]);
    await expect(stat(ada.data)).rejects.toMatchObject({ code: 'ENOENT' });
    for (const command of [['status'], ['serve'], ['init', '--name', 'Ada']]) {
      const { status, lines } = await runCli([...command, '--data', A_FILE, '--json'], { env: ada.env });
      expect([command, status, lines[0]?.['code']]).toEqual([command, 2, 'bad_input']);
    }
    const made = await ada.value('init', '--name', 'Ada');
    expect(made).toMatchObject({ name: 'Ada', tier: 'software', rootSecret: 'file' });
    const again = await ada.run('init', '--name', 'Eve');
    expect([again.status, again.lines[0]?.['code']]).toEqual([2, 'wallet_exists']);
    expect(await ada.value('status')).toMatchObject({ name: 'Ada', instance: made['instance'], measurement: made['measurement'], n: 1, balances: [], inTransit: [], licences: [], phase: 'running', served: false });
  });

  it('serves commands that come at once one after the other', async () => {
    const ada = await wallets.wallet('Ada');
    await ada.value('currency', 'new', 'GLD', '--decimals', '0');
    const runs = await Promise.all(Array.from({ length: 4 }, () => ada.run('issue', 'GLD', '5')));
    expect(runs.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(await heldBy(ada)).toEqual({ GLD: '20' });
  });

  it('refuses what its books do not allow', async () => {
    const ada = await wallets.wallet('Ada');
    await ada.value('currency', 'new', 'GLD', '--decimals', '2');
    for (const [args, status, code] of [
      [['currency', 'new', 'GLD'], 3, 'currency_exists'], [['issue', 'GLD', '92233720368547758.08'], 2, 'bad_amount'],
      [['redeem', '1', 'GLD'], 3, 'insufficient_funds'], [['issue', 'GLD', '1.001'], 2, 'bad_amount'], [['rename', 'x'.repeat(41)], 2, 'bad_input'],
    ] as const) {
      const run = await ada.run(...args);
      expect([args, run.status, run.lines[0]?.['code']]).toEqual([args, status, code]);
    }
    await ada.value('issue', 'GLD', '92233720368547758.07');
    expect((await ada.run('issue', 'GLD', '0.01')).lines[0]).toMatchObject({ ok: false, code: 'amount_overflow' });
    expect(await heldBy(ada)).toEqual({ GLD: '92233720368547758.07' });
  });

  it('that was put back from an older copy stops, and says so by exit status 4', async () => {
    const ada = await wallets.wallet('Ada');
    await ada.value('currency', 'new', 'GLD', '--decimals', '0');
    await cp(ada.data, `${ada.data} copy`, { recursive: true });
    await ada.value('issue', 'GLD', '5');
    await rm(ada.data, { recursive: true });
    await cp(`${ada.data} copy`, ada.data, { recursive: true });
    for (const command of [['status'], ['serve'], ['issue', 'GLD', '5'], ['send', 'Ben', '1', 'GLD']]) {
      const { status, lines, err } = await ada.run(...command);
      expect([command, status, lines]).toEqual([command, 4, [expect.objectContaining({ ok: false, code: 'rollback_detected', detail: expect.any(String) })]]);
      expect(err).toContain('rollback_detected');
    }
  });
});

describe('serve', () => {
  it('says that it is ready in one line, and ends cleanly when asked to', async () => {
    const ada = await wallets.wallet('Ada');
    const served = await ada.serve();
    expect(served.ready).toEqual({ ready: true, name: 'Ada', instance: expect.stringMatching(/^tally1/), peerId: expect.stringMatching(/^12D3/), addresses: [expect.stringMatching(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/12D3/)], pid: served.process.child.pid });
    expect(await ada.value('status')).toMatchObject({ served: true, addresses: served.ready['addresses'], peerId: served.ready['peerId'] });
    expect(await served.end()).toBe(0);
    expect(await ada.value('status')).toMatchObject({ served: false });
  });

  it('does not start twice, and names who is in the way', async () => {
    const ada = await wallets.wallet('Ada');
    const { process: first } = await ada.serve();
    const { status, lines } = await ada.run('serve');
    expect([status, lines]).toEqual([1, [expect.objectContaining({ ok: false, code: 'wallet_locked', detail: expect.stringContaining(String(first.child.pid)) })]]);
    expect(await ada.value('status')).toMatchObject({ served: true });
  });

  it('starts again after it was killed, at the same address', async () => {
    const ada = await wallets.wallet('Ada');
    const first = await ada.serve();
    first.process.child.kill('SIGKILL');
    await first.process.ended;
    expect((await ada.serve()).address).toBe(first.address);
  });

  it('ends with its stdin if asked to, so that a script leaves nothing behind', async () => {
    const ada = await wallets.wallet('Ada');
    const { process: served } = await ada.serve('--end-with-stdin');
    served.child.stdin?.end();
    expect((await served.ended).status).toBe(0);
  });

  it('ends with exit status 4 when the vault has stopped for good', async () => {
    const ada = await wallets.wallet('Ada');
    const { process: served } = await ada.serve();
    const state = join(wallets.home, 'Ada state');
    const register = (await readdir(state, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && entry.name.startsWith('register'));
    expect(register.length).toBeGreaterThan(0);
    for (const { parentPath, name } of register) await writeFile(join(parentPath, name), 'not a register');
    const { status } = await ada.run('currency', 'new', 'GLD');
    expect(status).toBe(4);
    expect(await served.next()).toMatchObject({ ok: false, code: expect.stringMatching(/^register_/) });
    expect((await served.ended).status).toBe(4);
  });

  it('needs a wallet, and listens on nothing that it does not understand', async () => {
    const ada = await wallets.wallet('Ada', { make: false });
    expect((await ada.run('serve')).lines).toEqual([expect.objectContaining({ code: 'no_wallet' })]);
    await ada.value('init', '--name', 'Ada');
    expect((await ada.run('serve', '--ui=seventy')).lines[0]).toMatchObject({ code: 'bad_input' });
  });
});

describe('two wallets', () => {
  let ada: CliWallet;
  let ben: CliWallet;
  beforeEach(async () => {
    [ada, ben] = await Promise.all([wallets.wallet('Ada'), wallets.wallet('Ben')]);
  });

  it('pair by words, pay, ask, refuse, withdraw, redeem, and their books balance', async () => {
    const [, served] = await Promise.all([ada.serve(), ben.serve()]);
    await pairByWords(ada, ben, served.address);
    await ada.value('currency', 'new', 'GLD', '--decimals', '2');
    await ada.value('issue', 'GLD', '100');

    const paying = ada.start('send', 'Ben', '12.50', 'GLD', '--memo', 'lunch', '--wait');
    const [offer] = await poll(() => ben.list('transfers', '--pending'));
    expect([await ben.value('status'), await ada.value('status')]).toMatchObject([{ waiting: { offers: 1, requests: 0 } }, { waiting: { offers: 0, requests: 0 } }]);
    expect(offer).toMatchObject({ direction: 'in', contactName: 'Ada', memo: 'lunch', state: 'offered', waitsFor: 'your-answer', give: [{ amount: '12.50', code: 'GLD' }] });
    expect(await ben.value('accept', String(offer?.['id']).slice(0, 8), '--wait')).toMatchObject({ state: 'done' });
    expect(await paying.next()).toMatchObject({ state: 'done', id: offer?.['id'] });
    expect((await paying.ended).status).toBe(0);

    const request = await ben.value('request', 'Ada', '2.50', 'GLD');
    await poll(() => ada.list('transfers', '--pending'));
    expect([await ben.value('status'), await ada.value('status')]).toMatchObject([{ waiting: { offers: 0, requests: 0 } }, { waiting: { offers: 0, requests: 1 } }]);
    expect(await ada.value('accept', String(request['id']), '--wait')).toMatchObject({ state: 'done' });

    const declined = ada.start('send', 'Ben', '1', 'GLD', '--wait');
    const [second] = await poll(() => ben.list('transfers', '--pending'));
    await ben.value('decline', String(second?.['id']));
    expect(await declined.next()).toMatchObject({ state: 'declined' });
    expect((await declined.ended).status).toBe(3);

    const withdrawn = await ada.value('send', 'Ben', '1', 'GLD');
    expect(await ada.value('cancel', String(withdrawn['id']))).toMatchObject({ state: 'cancelled' });

    await ada.value('contacts', 'rule', 'Ben', 'auto', '5', 'GLD');
    expect(await ben.value('redeem', '5', 'GLD', '--wait')).toMatchObject({ state: 'done', purpose: 'redemption' });

    expect([await heldBy(ada), await heldBy(ben)]).toEqual([{ GLD: '85.00' }, { GLD: '10.00' }]);
    const explained = await ada.value('explain', '--currency', 'GLD');
    expect(explained).toMatchObject({ verified: true });
    expect((explained['entries'] as Record<string, unknown>[]).map(({ event, amount, held }) => [event, amount, held])).toEqual([
      ['issued', '100.00', '100.00'], ['committed', '12.50', '87.50'], ['delivered', '12.50', '87.50'], ['committed', '2.50', '85.00'], ['delivered', '2.50', '85.00'], ...expectedRedemption,
    ]);
  });

  it('do not pair when the words differ', async () => {
    const [, served] = await Promise.all([ada.serve(), ben.serve()]);
    const { status, lines } = await ada.run('pair', served.address, '--yes-words', 'not those words');
    expect([status, lines.at(-1)?.['code']]).toEqual([3, 'pairing_failed']);
    expect([await ada.list('contacts'), await ben.list('contacts')]).toEqual([[], []]);
  });

  it('reach each other from a command that opens the network itself', async () => {
    const [first, served] = await Promise.all([ada.serve(), ben.serve()]);
    await pairByWords(ada, ben, served.address);
    await ada.value('currency', 'new', 'GLD', '--decimals', '0');
    await ada.value('issue', 'GLD', '10');
    expect(await first.end()).toBe(0);

    const paying = ada.start('send', 'Ben', '4', 'GLD', '--wait');
    const [offer] = await poll(() => ben.list('transfers', '--pending'));
    await ben.value('accept', String(offer?.['id']));
    expect(await paying.next()).toMatchObject({ state: 'done' });
    expect((await paying.ended).status).toBe(0);
    expect(await heldBy(ben)).toEqual({ GLD: '4' });
  });

  it('that are apart leave the offer waiting, exit status 5 when told to wait', async () => {
    const [first, served] = await Promise.all([ada.serve(), ben.serve()]);
    await pairByWords(ada, ben, served.address);
    await ada.value('currency', 'new', 'GLD', '--decimals', '0');
    await ada.value('issue', 'GLD', '10');
    await Promise.all([first.end(), served.end()]);
    const { status, lines } = await ada.run('send', 'Ben', '4', 'GLD', '--wait', '--timeout', '1');
    expect([status, lines]).toEqual([5, [expect.objectContaining({ state: 'offered', waitsFor: 'their-device' })]]);
    await Promise.all([ada.serve(), ben.serve()]);
    expect(await poll(() => ben.list('transfers', '--pending'))).toEqual([expect.objectContaining({ id: lines[0]?.['id'] })]);
  });

  it('say that nobody is there, exit status 5', async () => {
    await ada.serve();
    const served = await ben.serve();
    await served.end();
    const { status, lines } = await ada.run('pair', served.address, '--confirm');
    expect([status, lines[0]?.['code']]).toEqual([5, 'peer_unreachable']);
  });

  it('ask for the PIN above the limit', async () => {
    const [, served] = await Promise.all([ada.serve(), ben.serve()]);
    await pairByWords(ada, ben, served.address);
    await ada.value('currency', 'new', 'GLD', '--decimals', '0');
    await ada.value('issue', 'GLD', '10');
    expect((await ada.runWith({ input: '1234\n' }, 'pin', 'set', '--pin-stdin')).lines).toEqual([expect.objectContaining({ pinSet: true })]);
    await ada.value('limit', 'GLD', '5');
    expect(await ada.value('send', 'Ben', '5', 'GLD')).toMatchObject({ state: 'offered' });
    expect((await ada.run('send', 'Ben', '6', 'GLD')).lines).toEqual([expect.objectContaining({ code: 'pin_required' })]);
    expect((await ada.runWith({ input: '0000\n' }, 'send', 'Ben', '6', 'GLD', '--pin-stdin')).lines).toEqual([expect.objectContaining({ code: 'pin_wrong' })]);
    expect((await ada.run('limit', 'GLD', 'none')).lines).toEqual([expect.objectContaining({ code: 'pin_required' })]);
    expect((await ada.runWith({ input: '1234\n' }, 'limit', 'GLD', 'none', '--pin-stdin')).status).toBe(0);
    expect(await ada.value('send', 'Ben', '4', 'GLD')).toMatchObject({ state: 'offered' });
  });
});

/** What redeeming looks like at the issuer. */
const expectedRedemption = [['received', '5.00', '90.00'], ['redeemed', '5.00', '85.00']];

/** Asks until there is something; each asking is a process, so this is slow enough by itself. */
async function poll(ask: () => Promise<Record<string, unknown>[]>): Promise<Record<string, unknown>[]> {
  for (;;) {
    const found = await ask();
    if (found.length > 0) return found;
  }
}

it('ends quietly when its reader has seen enough', async () => {
  const ada = await wallets.wallet('Ada');
  const run = ada.start('status');
  run.child.stdout?.destroy();
  const [status] = (await once(run.child, 'exit')) as [number | null];
  expect(status).toBe(0);
});

it('through npm in a checkout means folders from where the person stands, and advises what can be typed there', async () => {
  const script = fileURLToPath(new URL('../../scripts/tallystick.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, 'status', '--data', 'nowhere', '--json'], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)), env: { ...process.env, INIT_CWD: wallets.home }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const folder = join(await realpath(wallets.home), 'nowhere');
  expect(JSON.parse(out)).toMatchObject({ code: 'no_wallet', params: { folder } });
  expect(err).toContain(`npm run -s tallystick -- init --name NAME --data ${folder}`);
});
