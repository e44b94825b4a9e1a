/**
 * The command line against a wallet that some process serves (design §8): what it asks, what it prints, and its exit
 * status. The wallet is a double behind a real local socket; cli.test.ts has real ones.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Handlers } from '../../protocol/contracts/contract.ts';
import type { AppStatus } from '../../protocol/contracts/host.contract.ts';
import type { BalanceView, ContactView, CurrencyView, PairingView, TransferView } from '../../protocol/contracts/views.ts';
import type { WalletContract } from '../../protocol/contracts/wallet.contract.ts';
import { ERROR_CODES, Refusal, exitStatusOf } from '../../protocol/errors.ts';
import { type CurrencyId, type RequestId, type TransferId, instanceIdOf } from '../../protocol/identifiers.ts';
import { type LocalSocketServer, serveLocalSocket } from '../../main/host/transports/local-socket.ts';
import { runCli, startCli } from '../support/run-cli.ts';
import { type WalletDouble, createWalletDouble } from '../support/wallet-double.ts';

const ME = instanceIdOf(new Uint8Array(32).fill(7));
const BEN = instanceIdOf(new Uint8Array(32).fill(8));
const app: AppStatus = {
  phase: 'running', fault: null, version: '0', tier: 'software', rootSecret: 'file', measurement: 'aa', versions: {}, dataFolder: '/d', restarts: 0, shell: 'none',
};
const gld: CurrencyView = { id: 'a'.repeat(64) as CurrencyId, code: 'GLD', decimals: 2, name: 'Gold', issuer: ME, issuerName: 'Ada', mine: true };
const balance: BalanceView = { currency: gld, held: '1250', inTransit: '250', writtenOff: '0', sent: '0', received: '0', issued: '1500', redeemed: '0', pinAbove: null };
const ben: ContactView = { instance: BEN, name: 'Ben', theirName: 'Ben', tier: 'software', measurement: 'aa', rule: { mode: 'ask' }, pairedAt: 1, online: true, keyChanged: null, trouble: null };
const transfer = (state: TransferView['state']): TransferView => ({
  id: 'c0ffee'.padEnd(32, '0') as TransferId, direction: 'out', contact: BEN, contactName: 'Ben', give: [{ kind: 'credit', currency: gld, amount: '500' }], take: [],
  memo: '', purpose: 'payment', state, waitsFor: null, reason: null, timeline: [{ state, at: 1 }], receipt: null,
});

let folder = '';
let server: LocalSocketServer | null = null;
afterEach(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function serving(handlers: Partial<Handlers<WalletContract>>): Promise<WalletDouble> {
  folder = await mkdtemp(join(tmpdir(), 'tally-cli-'));
  const wallet = createWalletDouble({ 'app.status': () => app, 'credits.balances': () => [balance], 'people.contacts': () => [ben], 'books.shelf': () => [], ...handlers });
  server = await serveLocalSocket(wallet, folder);
  return wallet;
}
const cli = (...args: string[]) => runCli([...args, '--data', folder]);

describe('status', () => {
  it('prints one line with everything that scripts rely on', async () => {
    await serving({
      'wallet.identity': () => ({ name: 'Ada', instance: ME, tier: 'software', n: 4, head: 'ff', measurement: 'aa', createdAt: 1 }),
      'network.status': () => ({ peerId: '12D3', addresses: ['/ip4/127.0.0.1/tcp/1/p2p/12D3'], discovery: 'on', trouble: null, nearby: [] }),
      'transfers.pending': () => [],
      'requests.list': () => [],
    });
    const { status, lines, err } = await cli('status', '--json');
    expect(status).toBe(0);
    expect(lines).toEqual([expect.objectContaining({
      name: 'Ada', instance: ME, peerId: '12D3', addresses: ['/ip4/127.0.0.1/tcp/1/p2p/12D3'], tier: 'software', n: 4, head: 'ff', licences: [],
      measurement: 'aa', rootSecret: 'file', phase: 'running',
      balances: [expect.objectContaining({ code: 'GLD', currency: gld.id, amount: '12.50', minor: '1250', decimals: 2, issuer: ME })],
      inTransit: [{ code: 'GLD', currency: gld.id, amount: '2.50', minor: '250', decimals: 2, issuer: ME }],
    })]);
    expect(err).toBe('');
  });

  it('of a stopped wallet is the reason, with exit status 4', async () => {
    await serving({ 'app.status': () => ({ ...app, phase: 'stopped', fault: { code: 'rollback_detected', detail: 'The folder is older than the register.' } }) });
    for (const command of [['status'], ['send', 'Ben', '1', 'GLD'], ['contacts']]) {
      const { status, lines, err } = await cli(...command, '--json');
      expect([status, lines]).toEqual([4, [{ ok: false, code: 'rollback_detected', detail: 'The folder is older than the register.' }]]);
      expect(err).toContain('older than the register');
    }
  });
});

describe('send', () => {
  it('finds contact and currency, and reads the amount with the currency’s decimals', async () => {
    const asked: unknown[] = [];
    await serving({ 'transfers.send': (input) => { asked.push(input); return transfer('offered'); } });
    const { status, lines } = await cli('send', 'ben', '5', 'gld', '--memo', 'lunch', '--json');
    expect(asked).toEqual([{ contact: BEN, currency: gld.id, amount: '500', memo: 'lunch', purpose: 'payment', take: [] }]);
    expect(status).toBe(0);
    expect(lines).toEqual([expect.objectContaining({ id: transfer('offered').id, state: 'offered', contact: BEN, give: [expect.objectContaining({ code: 'GLD', amount: '5.00', minor: '500' })] })]);
  });

  it.each([
    [['send', 'Ben', '-5', 'GLD'], 'bad_amount'], [['send', 'Ben', '1.234', 'GLD'], 'bad_amount'], [['send', 'Ben', '0', 'GLD'], 'bad_amount'],
    [['send', 'Ben', '1e3', 'GLD'], 'bad_amount'], [['send', 'Ben', '99999999999999999999', 'GLD'], 'bad_amount'], [['send', 'Ben', 'NaN', 'GLD'], 'bad_amount'],
    [['send', 'Eve', '1', 'GLD'], 'unknown_contact'], [['send', 'Ben', '1', 'XXX'], 'unknown_currency'], [['send', 'Ben', '1'], 'bad_input'],
    [['send', 'Ben', '1', 'GLD', '--memo', 'x'.repeat(141)], 'bad_input'], [['send', 'Ben', '1', 'GLD', '--wait', '--timeout', 'soon'], 'bad_input'],
    [['accept', 'zz'], 'bad_input'], [['accept', 'abcdef'], 'unknown_transfer'], [['limit', 'GLD'], 'bad_input'], [['visibility', 'loud'], 'bad_input'],
    [['contacts', 'rule', 'Ben', 'auto'], 'bad_input'], [['contacts', 'rule', 'Ben', 'auto', '5'], 'bad_input'], [['nonsense'], 'bad_input'], [['send', '--what'], 'bad_input'],
    [['currency', 'new', 'G'], 'bad_input'], [['currency', 'new', 'GLD', '--decimals', '99'], 'bad_input'],
  ])('and others refuse %j with %s, exit status 2, having changed nothing', async (args, code) => {
    const wallet = await serving({ 'transfers.pending': () => [], 'transfers.history': () => ({ items: [], cursor: null }), 'requests.list': () => [], 'transfers.send': () => transfer('done'), 'credits.createCurrency': () => gld, 'people.setRule': () => ({}) });
    const { status, lines, err } = await cli(...args, '--json');
    expect([status, lines]).toEqual([2, [expect.objectContaining({ ok: false, code })]]);
    expect(err).toContain(code);
    // What reached the wallet was refused by its schema or was a question.
    expect(wallet.seen.filter((method) => method === 'people.setRule')).toEqual([]);
  });

  it('passes a refusal on with its code, whatever it is', async () => {
    const codes = ERROR_CODES.filter((_code, index) => index % 7 === 0);
    let code = codes[0];
    await serving({ 'transfers.send': () => { throw new Refusal(code ?? 'internal', 'Because.'); } });
    for (code of codes) {
      if (code === 'pin_required') continue;
      const { status, lines } = await cli('send', 'Ben', '1', 'GLD', '--json');
      expect([code, status, lines[0]?.['code']]).toEqual([code, exitStatusOf(code), code]);
    }
  });

  it.each([['done', 0], ['declined', 3], ['returned', 3]] as const)('--wait waits until it is %s and says so by its exit status', async (state, expected) => {
    let now: TransferView['state'] = 'offered';
    const wallet = await serving({ 'transfers.send': () => transfer(now), 'transfers.get': () => transfer(now) });
    const run = cli('send', 'Ben', '5', 'GLD', '--wait', '--json');
    await expect.poll(() => wallet.seen.includes('transfers.get'), { timeout: 20_000 }).toBe(true);
    now = state;
    wallet.notify({ changed: ['transfers'] });
    const { status, lines } = await run;
    expect([status, lines.map((line) => line['state'])]).toEqual([expected, [state]]);
  });

  it('--wait gives up with exit status 5 and says where it stands', async () => {
    await serving({ 'transfers.send': () => transfer('in-transit'), 'transfers.get': () => transfer('in-transit') });
    const { status, lines } = await cli('send', 'Ben', '5', 'GLD', '--wait', '--timeout', '0.2', '--json');
    expect([status, lines.map((line) => line['state'])]).toEqual([5, ['in-transit']]);
  });
});

describe('an answer', () => {
  const FINISHED: Partial<Handlers<WalletContract>> = {
    'transfers.pending': () => [], 'transfers.get': () => transfer('done'),
    // Not on the first page.
    'transfers.history': ({ cursor }) => (cursor === null ? { items: [{ ...transfer('declined'), id: 'beef'.padEnd(32, '0') as TransferId }], cursor: 1 } : { items: [transfer('done')], cursor: null }),
    'requests.list': () => [{ id: 'facade'.padEnd(32, '0') as RequestId, direction: 'in', contact: BEN, contactName: 'Ben', currency: gld, amount: '100', memo: '', state: 'paid', at: 1 }],
  };
  it('to what has ended is refused with how it ended, and nothing is done', async () => {
    const wallet = await serving(FINISHED);
    for (const [verb, id, words] of [
      ['accept', 'c0ffee', 'This transfer is done already.'], ['decline', 'C0FFEE'.padEnd(32, '0'), 'This transfer is done already.'], ['cancel', 'beef', 'This transfer is declined already.'],
      ['write-off', 'c0ffee', 'This transfer is done already.'], ['accept', 'facade', 'This request is paid already.'], ['decline', 'facade'.padEnd(32, '0'), 'This request is paid already.'],
    ] as const) {
      const { status, lines } = await cli(verb, id, '--json');
      expect([verb, id, status, lines]).toEqual([verb, id, 3, [{ ok: false, code: 'wrong_state', detail: words }]]);
    }
    expect((await cli('accept', 'abcdef', '--json')).lines).toEqual([expect.objectContaining({ code: 'unknown_transfer' })]);
    expect(wallet.seen.filter((method) => /accept|decline|cancel|writeOff|send/.test(method))).toEqual([]);
  });
  it('that leaves a transfer under way says how to learn its end', async () => {
    const accepted: TransferView = { ...transfer('accepted'), direction: 'in', waitsFor: 'their-commit' };
    await serving({ 'transfers.pending': () => [{ ...accepted, state: 'offered' }], 'requests.list': () => [], 'transfers.accept': () => accepted, 'transfers.get': () => accepted });
    const { err } = await cli('accept', 'c0ffee');
    expect(err).toContain(`How it ends: tallystick transfers --data ${folder}   ·   a command waits for the end with --wait`);
    expect((await cli('accept', 'c0ffee', '--wait', '--timeout', '0.1')).err).toMatch(/How it ends: tallystick transfers --data \S+\n$/);
  });
});

describe('the PIN', () => {
  const withPin: Partial<Handlers<WalletContract>> = {
    'transfers.send': ({ pin }) => {
      if (pin === undefined) throw new Refusal('pin_required', 'Above the limit.');
      if (pin !== '1234') throw new Refusal('pin_wrong', 'That is not the PIN.');
      return transfer('done');
    },
  };
  it('is taken from stdin or the environment, once the vault asks for it', async () => {
    await serving(withPin);
    const args = ['send', 'Ben', '5', 'GLD', '--json', '--data', folder];
    expect((await runCli([...args, '--pin-stdin'], { input: '1234\n' })).status).toBe(0);
    expect((await runCli(args, { env: { TALLYSTICK_PIN: '1234' } })).status).toBe(0);
    expect((await runCli([...args, '--pin-stdin'], { input: '9999\n' })).lines[0]).toMatchObject({ code: 'pin_wrong' });
    expect((await runCli(args)).lines[0]).toMatchObject({ code: 'pin_required' });
  });
  it('is no argument: those can be read by others', async () => {
    await serving(withPin);
    expect((await cli('send', 'Ben', '5', 'GLD', '--pin', '1234')).status).toBe(2);
  });
});

describe('pair', () => {
  const WORDS = ['tally', 'stick', 'half'];
  function pairing(outcome: 'both' | 'they refuse') {
    const state: { pairing: PairingView | null; contacts: ContactView[]; confirmed: boolean[] } = { pairing: null, contacts: [], confirmed: [] };
    const handlers: Partial<Handlers<WalletContract>> = {
      'network.connect': () => ({ instance: BEN, name: 'Ben' }),
      'people.contacts': () => state.contacts,
      'people.strangers': () => [{ instance: BEN, name: 'Ben', tier: 'software', measurement: 'aa', resembles: null }],
      'pairing.list': () => (state.pairing ? [state.pairing] : []),
      'pairing.start': () => {
        state.pairing = { instance: BEN, name: 'Ben', tier: 'software', startedByMe: true, state: 'compare', words: WORDS };
        return {};
      },
      'pairing.confirm': ({ matches }) => {
        state.confirmed.push(matches);
        state.pairing = null;
        if (matches && outcome === 'both') state.contacts = [ben];
        return {};
      },
    };
    return { state, handlers };
  }

  it.each([['/ip4/127.0.0.1/tcp/1'], ['Ben'], [BEN.slice(0, 20)]])('with %s confirms when the words on the other screen are the same', async (who) => {
    const { state, handlers } = pairing('both');
    await serving(handlers);
    const { status, lines } = await cli('pair', who, '--yes-words', ' Tally stick  HALF ', '--json');
    expect([status, lines]).toEqual([0, [expect.objectContaining({ state: 'compare', words: WORDS, instance: BEN }), expect.objectContaining({ state: 'paired', instance: BEN, name: 'Ben' })]]);
    expect(state.confirmed).toEqual([true]);
  });

  it('refuses, on both sides, when the words differ', async () => {
    const { state, handlers } = pairing('both');
    await serving(handlers);
    const { status, lines } = await cli('pair', 'Ben', '--yes-words', 'tally stick whole', '--json');
    expect([status, lines.at(-1)?.['code'], state.confirmed]).toEqual([3, 'pairing_failed', [false]]);
  });

  it('takes an answer from stdin after it has printed the words', async () => {
    const { state, handlers } = pairing('both');
    await serving(handlers);
    const run = startCli(['pair', 'Ben', '--json', '--data', folder]);
    expect(await run.next()).toMatchObject({ state: 'compare', words: WORDS });
    run.write('perhaps\nyes\n');
    expect(await run.next()).toMatchObject({ state: 'paired' });
    expect((await run.ended).status).toBe(0);
    expect(state.confirmed).toEqual([true]);
  });

  it('confirms nothing when nobody answers', async () => {
    const { state, handlers } = pairing('both');
    await serving(handlers);
    const { status, lines } = await cli('pair', 'Ben', '--json');
    expect([status, lines.at(-1)?.['code'], state.confirmed]).toEqual([2, 'bad_input', []]);
  });

  it('says when the other side refused', async () => {
    const { handlers } = pairing('they refuse');
    await serving(handlers);
    const { status, lines } = await cli('pair', 'Ben', '--confirm', '--json');
    expect([status, lines.at(-1)?.['code']]).toEqual([3, 'pairing_failed']);
  });

  it('answers only a pairing that is under way', async () => {
    const { handlers } = pairing('both');
    await serving(handlers);
    expect((await cli('pair', '--accept', 'Ben', '--confirm', '--json')).lines).toEqual([expect.objectContaining({ code: 'unknown_pairing' })]);
  });
});

it('finds its wallet whether --data and --json come before the command or after it', async () => {
  await serving({});
  for (const args of [['--data', folder, '--json', 'contacts'], ['contacts', '--json', '--data', folder], ['--json', 'contacts', `--data=${folder}`]]) {
    const { status, lines } = await runCli(args);
    expect([status, lines]).toEqual([0, [[ben]]]);
  }
});

it('puts nothing but JSON on stdout and no warning of Node on stderr', async () => {
  await serving({});
  const { out, err } = await cli('contacts');
  expect(JSON.parse(out)).toEqual([ben]);
  expect(err).not.toMatch(/Warning/);
});
