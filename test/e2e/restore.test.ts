/**
 * Folders that are not what the wallet left (assurance rows 9, 10, 14, 46): older copies put back, moved away from their
 * state, damaged, newer than this version, or opened twice. The command line of a real wallet must refuse with exit status
 * 4, JSON on stdout and words on stderr, change nothing, and open again when the right folder is back.
 */
import { cp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLevelPackageStore } from '../../main/host/storage/level-package-store.ts';
import { walletIdOf } from '../../main/host/storage/state-folder.ts';
import { ensureBuilt } from '../support/built.ts';
import { diceFrom } from '../support/dice.ts';
import { type WalletFolders, type WalletProcess, type Wallets, createWallets, need } from '../support/wallet-process.ts';

const SEED = process.env['TALLYSTICK_DAMAGE_SEED'] ?? String(Date.now());
/** Bits flipped in each file of the wallet; each costs the start of a wallet. */
const FLIPS_PER_FILE = Number(process.env['TALLYSTICK_DAMAGE_FLIPS'] ?? 3);

let wallets: Wallets;
let ada: WalletFolders;
let currency: string;
beforeAll(() => ensureBuilt('enclave'));
beforeEach(async () => {
  wallets = await createWallets();
  ada = await wallets.make('Ada');
  const serving = await wallets.start(ada);
  ({ id: currency } = await need(serving.client['credits.createCurrency']({ code: 'GLD', decimals: 0, name: 'Gold' })));
  await serving.stop();
});
afterEach(() => wallets.tearDown());

/** Serves the wallet while credits are issued, one package each. */
async function live(times: number): Promise<void> {
  const serving: WalletProcess = await wallets.start(ada);
  for (let n = 0; n < times; n += 1) await need(serving.client['credits.issue']({ currency, amount: '5' }));
  await serving.stop();
}

const copyOf = async (folder: string, name: string): Promise<string> => {
  const copy = join(wallets.home, name);
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
  ])('%s is refused and left as it is; the newest folder opens again', async (_which, part) => {
    await live(2);
    const older = await copyOf(join(ada.data, part), 'older');
    await live(3);
    const before = await shown();
    const newest = await copyOf(ada.data, 'newest');
    await replace(join(ada.data, part), older);
    const onDisk = await valueOnDisk();
    await expectRefused('rollback_detected');
    expect(await valueOnDisk()).toEqual(onDisk);
    await replace(ada.data, newest);
    expect(await shown()).toEqual(before);
    await live(1);
    expect((await shown()).n).toBe(before.n + 1);
  });

  it('of any one file is refused, or changes nothing', async () => {
    await live(2);
    const older = await copyOf(ada.data, 'older');
    await live(3);
    const before = await shown();
    const newest = await copyOf(ada.data, 'newest');
    const outcomes: unknown[] = [];
    for (const file of await filesIn(older)) {
      await replace(ada.data, newest);
      await cp(join(older, file), join(ada.data, file));
      outcomes.push(await openOrRefused(ada, before, file));
    }
    await replace(ada.data, newest);
    expect(await shown()).toEqual(before);
    expect(outcomes).toContain(4);
  });

  it('of an empty folder of packages is refused', async () => {
    await live(2);
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
async function openOrRefused(of: WalletFolders, before: Shown, what: string): Promise<number> {
  const { status, lines, err } = await wallets.run(of, 'status');
  if (status === 4) {
    expect([what, lines]).toEqual([what, [expect.objectContaining({ ok: false, code: expect.stringMatching(/^(rollback_detected|store_corrupt|store_failed|register_missing|register_failed|data_too_new)$/) })]]);
    return 4;
  }
  expect([what, status, lines[0] && { n: lines[0]['n'], head: lines[0]['head'], balances: lines[0]['balances'] }, err]).toEqual([what, 0, before, '']);
  return 0;
}

describe('the freshness register', () => {
  it('put back from before is refused, and so is a new one in its place', async () => {
    await live(2);
    const older = await readFile(await inState('register'));
    await live(3);
    const before = await shown();
    const newest = await readFile(await inState('register'));
    await writeFile(await inState('register'), older);
    await expectRefused('rollback_detected');
    await rm(await inState('register'));
    await expectRefused('register_missing');
    await writeFile(await inState('register'), newest);
    expect(await shown()).toEqual(before);
  });

  it('that did not come along when the data folder was copied is missed', async () => {
    await live(2);
    const elsewhere: WalletFolders = { name: 'Ada', data: await copyOf(ada.data, 'another computer'), state: join(wallets.home, 'another computer state') };
    await expectRefused('register_missing', elsewhere);
    expect((await shown()).n).toBeGreaterThan(0);
  });
});

it(`flipped bits anywhere in the wallet's files are noticed or without effect (${FLIPS_PER_FILE} in each file)`, async () => {
  await live(10);
  const again = `TALLYSTICK_DAMAGE_SEED=${SEED} TALLYSTICK_DAMAGE_FLIPS=${FLIPS_PER_FILE} npx vitest run test/e2e/restore.test.ts`;
  const dice = diceFrom(SEED);
  const before = await shown();
  const pristine: WalletFolders = { name: 'Ada', data: await copyOf(ada.data, 'pristine'), state: await copyOf(ada.state, 'pristine state') };
  const id = (await walletIdOf(ada.data)) ?? '';
  const files = [
    ...(await filesIn(ada.data)).filter((file) => /^(wallet-id|packages\/(format|level\/.+))$/.test(file)).map((file) => ['data', file] as const),
    ...['register', 'root-secret'].map((file) => ['state', join(id, file)] as const),
  ];
  const plan: { where: 'data' | 'state'; file: string; byte: number; bit: number }[] = [];
  for (const [where, file] of files) {
    const { size } = await stat(join(pristine[where], file));
    for (let n = 0; n < FLIPS_PER_FILE && size > 0; n += 1) plan.push({ where, file, byte: dice.upTo(size), bit: dice.upTo(8) });
  }
  const outcomes: Record<number, number> = {};
  // Two at a time, as many as the smallest machine has processors.
  const work = async (lane: number): Promise<void> => {
    for (let flip = plan.shift(); flip; flip = plan.shift()) {
      const home = join(wallets.home, `damaged ${lane}`);
      await rm(home, { recursive: true, force: true });
      await mkdir(home);
      const damaged: WalletFolders = { name: 'Ada', data: join(home, 'data'), state: join(home, 'state') };
      await cp(pristine.data, damaged.data, { recursive: true });
      await cp(pristine.state, damaged.state, { recursive: true });
      const path = join(damaged[flip.where], flip.file);
      const bytes = await readFile(path);
      bytes[flip.byte] = (bytes[flip.byte] ?? 0) ^ (1 << flip.bit);
      await writeFile(path, bytes);
      const status = await openOrRefused(damaged, before, `${JSON.stringify(flip)}; again: ${again}`);
      outcomes[status] = (outcomes[status] ?? 0) + 1;
    }
  };
  await Promise.all([work(0), work(1)]);
  console.log(`seed ${SEED}: exit statuses ${JSON.stringify(outcomes)}`);
  expect(outcomes[4]).toBeGreaterThan(0);
});

it('a folder of a newer version is refused and left as it is', async () => {
  await live(2);
  const before = await shown();
  const format = join(ada.data, 'packages', 'format');
  const bytesBefore = new Map<string, string>();
  const read = async (into: Map<string, string>) => { for (const file of await filesIn(join(ada.data, 'packages'))) into.set(file, await readFile(join(ada.data, 'packages', file), 'hex')); };
  const written = await readFile(format);
  await writeFile(format, '2\n');
  await read(bytesBefore);
  await expectRefused('data_too_new');
  const bytesAfter = new Map<string, string>();
  await read(bytesAfter);
  expect(bytesAfter).toEqual(bytesBefore);
  await writeFile(format, written);
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
