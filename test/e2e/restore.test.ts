/**
 * Folders that are not what the wallet left (assurance rows 9, 10, 14, 46): older copies put back, moved away from their
 * state, damaged, newer than this version, or opened twice. The command line of a real wallet must refuse with exit status
 * 4, JSON on stdout and words on stderr, change nothing, and open again when the right folder is back.
 */
import { cp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLevelPackageStore } from '../../main/host/storage/level-package-store.ts';
import { walletIdOf } from '../../main/host/storage/state-folder.ts';
import { ensureBuilt } from '../support/built.ts';
import { diceFrom } from '../support/dice.ts';
import { type WalletFolders, type WalletProcess, type Wallets, createWallets, need } from '../support/wallet-process.ts';

const SEED = process.env['TALLYSTICK_DAMAGE_SEED'] ?? String(Date.now());
/** Bits flipped in each file of the wallet; each costs the start of a wallet. */
const FLIPS_PER_FILE = Number(process.env['TALLYSTICK_DAMAGE_FLIPS'] ?? 3);

let wallets: Wallets;
/** One wallet's folders at two moments of its life, some packages apart; every test starts with a copy of the newer ones. */
let older: WalletFolders;
let newest: WalletFolders;
let before: Shown;
let currency: string;
let ada: WalletFolders;
let copies = 0;

beforeAll(async () => {
  await ensureBuilt('enclave');
  wallets = await createWallets();
  ada = await wallets.make('Ada');
  const serving = await wallets.start(ada);
  ({ id: currency } = await need(serving.client['credits.createCurrency']({ code: 'GLD', decimals: 0, name: 'Gold' })));
  await serving.stop();
  await live(2);
  older = await bothOf(ada);
  await live(3);
  newest = await bothOf(ada);
  before = await shown();
});
beforeEach(async () => { ada = await bothOf(newest); });
afterEach(() => wallets.endAll());
afterAll(() => wallets.tearDown());

const bothOf = async ({ name, data, state }: WalletFolders): Promise<WalletFolders> => {
  copies += 1;
  return { name, data: await copyOf(data, `data ${copies}`), state: await copyOf(state, `state ${copies}`) };
};

/** Serves the wallet while credits are issued, one package each. */
async function live(times: number): Promise<void> {
  const serving: WalletProcess = await wallets.start(ada);
  for (let n = 0; n < times; n += 1) await need(serving.client['credits.issue']({ currency, amount: '5' }));
  await serving.stop();
}

const copyOf = async (folder: string, name: string): Promise<string> => {
  const copy = join(wallets.home, name);
  await rm(copy, { recursive: true, force: true });
  // A socket is no file, and no copy of a folder has one.
  await cp(folder, copy, { recursive: true, filter: async (path) => !(await stat(path)).isSocket() });
  return copy;
};
async function replace(folder: string, by: string): Promise<void> {
  await rm(folder, { recursive: true });
  await cp(by, folder, { recursive: true });
}
const inState = async (name: string, of = ada): Promise<string> => join(of.state, (await walletIdOf(of.data)) ?? '', name);

interface Shown { readonly n: number; readonly head: string; readonly balances: unknown }
async function shown(of = ada): Promise<Shown> {
  const { status, lines, err } = await wallets.run(of, 'status');
  expect([status, err]).toEqual([0, '']);
  const { n, head, balances } = lines[0] as unknown as Shown;
  return { n, head, balances };
}

/** What of value lies on the disk: every package, and the files that open them. */
async function valueOnDisk(): Promise<unknown> {
  const copy = await copyOf(join(ada.data, 'packages'), 'to-look-at');
  const store = await openLevelPackageStore(copy);
  try {
    const packages = await store.packages(1, 10_000);
    return [packages.map(({ n, sealed }) => [n, Buffer.from(sealed).toString('hex')]), await store.latestSnapshot(), await fileOrNull(await inState('register')), await fileOrNull(await inState('root-secret'))];
  } finally {
    await store.close();
    await rm(copy, { recursive: true });
  }
}
const fileOrNull = (path: string): Promise<string | null> => readFile(path, 'hex').catch(() => null);

/** Every way to the wallet is closed, for this reason, said to programs and to people. */
async function expectRefused(code: string, of = ada): Promise<void> {
  for (const command of [['status'], ['serve']]) {
    const { status, lines, err } = await wallets.run(of, ...command);
    expect([command, status, lines]).toEqual([command, 4, [{ ok: false, code, detail: expect.stringMatching(/\w{3,} \w+/), ...(lines[0]?.['params'] ? { params: expect.anything() } : {}) }]]);
    expect(err).toContain(`[${code}]`);
  }
}

describe('an older copy put back', () => {
  it.each([
    ['of the whole data folder', '.'],
    ['of the packages only', 'packages'],
    ['of the database only', 'packages/level'],
  ])('%s is refused and left as it is; the newest folder opens again and goes on', async (_which, part) => {
    await replace(join(ada.data, part), join(older.data, part));
    const onDisk = await valueOnDisk();
    await expectRefused('rollback_detected');
    expect(await valueOnDisk()).toEqual(onDisk);
    await replace(ada.data, newest.data);
    expect(await shown()).toEqual(before);
    await live(1);
    expect((await shown()).n).toBe(before.n + 1);
  });

  it('of any one file is refused, or changes nothing', async () => {
    const outcomes: unknown[] = [];
    for (const file of await filesIn(older.data)) {
      await replace(ada.data, newest.data);
      await cp(join(older.data, file), join(ada.data, file));
      outcomes.push(await openOrRefused(ada, file));
    }
    await replace(ada.data, newest.data);
    expect(await shown()).toEqual(before);
    expect(outcomes).toContain(4);
  });

  it('of no packages at all, when a new wallet is asked for, is refused too and kept', async () => {
    await rm(join(ada.data, 'packages'), { recursive: true });
    const register = await fileOrNull(await inState('register'));
    expect((await wallets.run(ada, 'init', '--name', 'Eve')).lines).toEqual([expect.objectContaining({ ok: false, code: 'rollback_detected' })]);
    expect(await fileOrNull(await inState('register'))).toEqual(register);
  });

  it('of packages whose wallet-id is gone is refused by every command with the same words', async () => {
    await rm(join(ada.data, 'wallet-id'));
    for (const command of [['status'], ['serve'], ['init', '--name', 'Eve']]) {
      const { status, lines, err } = await wallets.run(ada, ...command);
      expect([command, status, lines]).toEqual([command, 4, [expect.objectContaining({ ok: false, code: 'register_missing', detail: expect.stringContaining('wallet-id is missing') })]]);
      expect(err).not.toContain('init');
    }
  });

  it('of no packages at all is refused', async () => {
    await rm(join(ada.data, 'packages'), { recursive: true });
    await expectRefused('rollback_detected');
  });
});

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  // Level's own diary and lock hold nothing.
  return entries.filter((entry) => entry.isFile() && !/^(LOG|LOG\.old|LOCK)$/.test(entry.name)).map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
}

/** @returns the exit status; anything but a refusal by integrity or exactly the same state fails the test */
async function openOrRefused(of: WalletFolders, what: string): Promise<number> {
  const { status, lines, err } = await wallets.run(of, 'status');
  if (status === 4) {
    expect([what, lines]).toEqual([what, [expect.objectContaining({ ok: false, code: expect.stringMatching(/^(rollback_detected|store_corrupt|store_failed|register_missing|register_failed|data_too_new)$/) })]]);
    return 4;
  }
  expect([what, status, lines[0] && { n: lines[0]['n'], head: lines[0]['head'], balances: lines[0]['balances'] }, err]).toEqual([what, 0, before, '']);
  return 0;
}

describe('the freshness register', () => {
  it('put back from before is refused, and so is a folder without one; the newest opens again', async () => {
    const genuine = await readFile(await inState('register'));
    await cp(await inState('register', older), await inState('register'));
    await expectRefused('rollback_detected');
    await rm(await inState('register'));
    await expectRefused('register_missing');
    await writeFile(await inState('register'), genuine);
    expect(await shown()).toEqual(before);
  });

  it('that did not come along when the data folder was copied is missed', async () => {
    await expectRefused('register_missing', { ...ada, state: join(wallets.home, 'state of another computer') });
    expect(await shown()).toEqual(before);
  });
});

it(`flipped bits anywhere in the wallet's files are noticed or without effect (${FLIPS_PER_FILE} in each file)`, async () => {
  const again = `TALLYSTICK_DAMAGE_SEED=${SEED} TALLYSTICK_DAMAGE_FLIPS=${FLIPS_PER_FILE} npx vitest run test/e2e/restore.test.ts`;
  const dice = diceFrom(SEED);
  const id = (await walletIdOf(newest.data)) ?? '';
  const files = [
    ...(await filesIn(newest.data)).filter((file) => /^(wallet-id|packages\/(format|level\/.+))$/.test(file)).map((file) => ['data', file] as const),
    ...['register', 'root-secret'].map((file) => ['state', join(id, file)] as const),
  ];
  const plan: { where: 'data' | 'state'; file: string; byte: number; bit: number }[] = [];
  for (const [where, file] of files) {
    const { size } = await stat(join(newest[where], file));
    for (let n = 0; n < FLIPS_PER_FILE && size > 0; n += 1) plan.push({ where, file, byte: dice.upTo(size), bit: dice.upTo(8) });
  }
  const outcomes: Record<number, number> = {};
  // Two at a time, as many as the smallest machine has processors.
  const work = async (lane: number): Promise<void> => {
    for (let flip = plan.shift(); flip; flip = plan.shift()) {
      const damaged: WalletFolders = { ...newest, data: await copyOf(newest.data, `damaged ${lane}`), state: await copyOf(newest.state, `damaged ${lane} state`) };
      const path = join(damaged[flip.where], flip.file);
      const bytes = await readFile(path);
      bytes[flip.byte] = (bytes[flip.byte] ?? 0) ^ (1 << flip.bit);
      await writeFile(path, bytes);
      const status = await openOrRefused(damaged, `${JSON.stringify(flip)}; again: ${again}`);
      outcomes[status] = (outcomes[status] ?? 0) + 1;
    }
  };
  await Promise.all([work(0), work(1)]);
  console.log(`seed ${SEED}: exit statuses ${JSON.stringify(outcomes)}`);
  expect(outcomes[4]).toBeGreaterThan(0);
});

it('a folder of a newer version is refused and left as it is', async () => {
  const folder = join(ada.data, 'packages');
  const contents = async () => await Promise.all((await filesIn(folder)).map(async (file) => [file, await readFile(join(folder, file), 'hex')]));
  const written = await readFile(join(folder, 'format'));
  await writeFile(join(folder, 'format'), '2\n');
  const left = await contents();
  await expectRefused('data_too_new');
  expect(await contents()).toEqual(left);
  await writeFile(join(folder, 'format'), written);
  expect(await shown()).toEqual(before);
});

describe('a wallet that is being served', () => {
  const secondServe = async (of: WalletFolders) => await wallets.run(of, 'serve');

  it('does not open a second time, nor does a copy of its folder, and both say who has it', async () => {
    const first = await wallets.start(ada);
    const copy: WalletFolders = { ...ada, data: await copyOf(ada.data, 'copy') };
    for (const folders of [ada, copy]) {
      const { status, lines, err } = await secondServe(folders);
      expect([status, lines]).toEqual([1, [expect.objectContaining({ ok: false, code: 'wallet_locked', detail: expect.stringContaining(`process ${first.pid}`) })]]);
      expect(err).toContain('wallet_locked');
      expect([folders === copy, err.includes('copy of the other'), err.includes(ada.state)]).toEqual([folders === copy, folders === copy, false]);
    }
    await need(first.client['credits.issue']({ currency, amount: '5' }));
    await first.kill();
    // The copy was taken before that: it is an older one now. The folder itself opens.
    await expectRefused('rollback_detected', copy);
    const second = await wallets.start(ada);
    expect(second.instance).toBe(first.instance);
  });

  it('and whose folder is moved away meanwhile still has it to itself', async () => {
    const first = await wallets.start(ada);
    const moved: WalletFolders = { ...ada, data: join(wallets.home, 'moved') };
    await rename(ada.data, moved.data);
    expect((await secondServe(moved)).lines).toEqual([expect.objectContaining({ code: 'wallet_locked', detail: expect.stringContaining(String(first.pid)) })]);
  });
});
