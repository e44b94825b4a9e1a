/**
 * The vault's process while its wallet is served (design §4, §5.3): what it runs under, that it comes back from a crash by
 * itself with everything, and that it stays stopped after a fail-stop until a person has put right what was wrong.
 */
import { open, readFile, readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLevelPackageStore } from '../../main/host/storage/level-package-store.ts';
import { decodeRegister, encodeSlot, SLOT_SPACING } from '../../main/host/storage/register-slots.ts';
import { walletIdOf } from '../../main/host/storage/state-folder.ts';
import { ensureBuilt } from '../support/built.ts';
import { type TwoWallets, pairedWallets } from '../support/two-wallets.ts';
import { type WalletFolders, type WalletProcess, type Wallets, balanceOf, createWallets, meet, need, soon, vaultOf } from '../support/wallet-process.ts';

const onLinux = process.platform === 'linux';
if (!onLinux) console.warn('SKIPPED: the vault\'s process is looked up in /proc, which only Linux has');

let wallets: Wallets;
beforeAll(() => ensureBuilt('enclave', 'renderer'));
beforeEach(async () => { wallets = await createWallets(); });
afterEach(() => wallets.tearDown());

const phaseOf = async ({ client }: WalletProcess) => (await need(client['app.status']({}))).phase;
const statusOf = ({ client }: WalletProcess) => need(client['app.status']({}));
const vaultPid = async (wallet: WalletProcess): Promise<number> => (await vaultOf(wallet)) ?? Promise.reject(new Error(`${wallet.folders.name} has no vault`));

/** Kills the vault and waits until the host has noticed. */
async function crash(wallet: WalletProcess): Promise<void> {
  const { restarts } = await statusOf(wallet);
  process.kill(await vaultPid(wallet), 'SIGKILL');
  await soon(wallet, 'its host to notice', async () => ((await statusOf(wallet)).restarts > restarts || (await phaseOf(wallet)) === 'stopped' ? true : null));
}

async function pay(from: WalletProcess, to: WalletProcess, currency: string, amount: string): Promise<string> {
  const { id } = await need(from.client['transfers.send']({ contact: to.instance, currency, amount }));
  return await soon(from, 'the transfer to end', async () => {
    const { state } = await need(from.client['transfers.get']({ id }));
    return ['offered', 'in-transit'].includes(state) ? null : state;
  });
}

const held = async (wallet: WalletProcess, currency: string): Promise<string> => (await balanceOf(wallet, currency)).held;

describe.skipIf(!onLinux)('the process of a vault', () => {
  it('has no environment, and permission to read its bundle only', async () => {
    const ada = await wallets.start(await wallets.make('Ada'));
    const pid = await vaultPid(ada);
    const commandLine = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').filter(Boolean);
    const bundle = commandLine.at(-1) ?? '';
    expect(bundle).toMatch(/\/out\/enclave\/vault\.mjs$/);
    expect(commandLine.slice(1, -1).sort()).toEqual(['--max-semi-space-size=32', '--no-warnings', '--permission', `--allow-fs-read=${bundle}`].sort());
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter(Boolean);
    // How Node tells a child about its message port.
    expect(environment.filter((line) => !/^NODE_CHANNEL_(FD|SERIALIZATION_MODE)=/.test(line))).toEqual([]);
  });

  it('has nothing open but its message port, its voice and what Node itself needs', async () => {
    const ada = await wallets.start(await wallets.make('Ada'));
    const pid = await vaultPid(ada);
    const open = await Promise.all((await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    expect(open.filter((target) => !/^(anon_inode:|pipe:|socket:|\/dev\/null$|\/dev\/urandom$|$)/.test(target))).toEqual([]);
    expect(open.some((target) => target.includes(ada.folders.data) || target.includes(ada.folders.state))).toBe(false);
  });
});

describe.skipIf(!onLinux)('a vault that crashes', () => {
  let pair: TwoWallets;
  beforeEach(async () => { pair = await pairedWallets(wallets); });

  it('is started again by itself, with its state, and meets its contacts again', async () => {
    const { ada, ben, currencies: [adas] } = pair;
    const before = [await need(ada.client['credits.balances']({})), await need(ada.client['wallet.identity']({}))] as const;
    const pid = await vaultPid(ada);
    await crash(ada);
    expect([await need(ada.client['credits.balances']({})), await need(ada.client['wallet.identity']({}))]).toEqual(before);
    expect(await vaultPid(ada)).not.toBe(pid);
    expect(await statusOf(ada)).toMatchObject({ phase: 'running', fault: null, restarts: 1 });
    await meet(ada, ben);
    expect(await pay(ada, ben, adas, '10')).toBe('done');
    expect([await held(ada, adas), await held(ben, adas)]).toEqual(['989', '11']);
  });

  it('on both sides at once finds the other again', async () => {
    const { ada, ben, currencies: [, bens] } = pair;
    await Promise.all([crash(ada), crash(ben)]);
    await meet(ada, ben);
    expect(await pay(ben, ada, bens, '10')).toBe('done');
  });

  it('with a transfer under way ends it once it is back', async () => {
    const { ada, ben, currencies: [adas] } = pair;
    ben.freeze();
    const { id, state } = await need(ada.client['transfers.send']({ contact: ben.instance, currency: adas, amount: '10' }));
    expect(state).toBe('in-transit');
    await crash(ada);
    expect((await need(ada.client['transfers.get']({ id }))).state).toBe('in-transit');
    ben.thaw();
    expect(await soon(ada, 'the answer', async () => ((await need(ada.client['transfers.get']({ id }))).state === 'done' ? 'done' : null))).toBe('done');
    expect([await held(ada, adas), await held(ben, adas)]).toEqual(['989', '11']);
  });

  it('and leaves a caller waiting is said so, with a code', async () => {
    const { ada, ben, currencies: [adas] } = pair;
    const pid = await vaultPid(ada);
    process.kill(pid, 'SIGSTOP');
    const calling = ada.client['transfers.send']({ contact: ben.instance, currency: adas, amount: '10' });
    process.kill(pid, 'SIGKILL');
    expect(await calling).toMatchObject({ ok: false, failure: { code: 'module_crashed' } });
    expect(await held(ada, adas)).toBe('999');
  });
});

const registerOf = async ({ data, state }: WalletFolders): Promise<string> => join(state, (await walletIdOf(data)) ?? '', 'register');

/** Moves the register on, as somebody would who can write to the folder (assurance row 15, software tier). */
async function intrude(folders: WalletFolders): Promise<{ undo(): Promise<void> }> {
  const path = await registerOf(folders);
  const genuine = await readFile(path);
  const state = decodeRegister(genuine);
  if (!state) throw new Error('the register cannot be read');
  const forged = Buffer.from(genuine);
  for (const slot of [0, 1]) forged.set(encodeSlot(state.turn + 1n, new Uint8Array(32).fill(7)), slot * SLOT_SPACING);
  await writeFile(path, forged);
  return { undo: () => writeFile(path, genuine) };
}

/** Over what is there, without making the file shorter for a moment: LevelDB has it mapped, and would die of reading beyond its end. */
async function overwrite(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(bytes, 0, bytes.length, 0);
  } finally {
    await file.close();
  }
}

/** The sealed packages and the snapshot of a folder that nobody has open. */
async function sealedIn({ data }: WalletFolders): Promise<Uint8Array[]> {
  const store = await openLevelPackageStore(join(data, 'packages'));
  const snapshot = await store.latestSnapshot();
  const sealed = [...(snapshot ? [snapshot.sealed] : []), ...(await store.packages(1, 10_000)).map((record) => record.sealed)];
  await store.close();
  return sealed;
}

/**
 * Spoils every sealed package in the store's tables, and nothing between them: LevelDB, which checks no checksums while it reads,
 * ends its process with an assertion where it finds no key.
 */
async function spoil({ data }: WalletFolders, sealed: readonly Uint8Array[]): Promise<{ undo(): Promise<void> }> {
  const folder = join(data, 'packages', 'level');
  const tables = (await readdir(folder)).filter((name) => /\.(ldb|sst)$/.test(name)).map((name) => join(folder, name));
  const genuine = new Map(await Promise.all(tables.map(async (path) => [path, await readFile(path)] as const)));
  let found = 0;
  for (const [path, bytes] of genuine) {
    const spoilt = Buffer.from(bytes);
    for (const box of sealed) {
      const at = bytes.indexOf(box.subarray(8, 40));
      if (at < 0) continue;
      found++;
      spoilt[at + 9] = (spoilt[at + 9] ?? 0) ^ 1;
    }
    await overwrite(path, spoilt);
  }
  expect(found, 'packages in the tables').toBeGreaterThan(sealed.length / 2);
  return { undo: async () => { for (const [path, bytes] of genuine) await overwrite(path, bytes); } };
}

describe.skipIf(!onLinux)('a vault that stops itself', () => {
  /** The interface keeps the host running, so that a person can be told and can try again. */
  const STAYING = { args: ['--ui'] } as const;
  let pair: TwoWallets;
  let sealed: Uint8Array[];
  beforeEach(async () => {
    pair = await pairedWallets(wallets);
    await pair.ada.stop();
    sealed = await sealedIn(pair.folders.ada);
    pair.ada = await wallets.start(pair.folders.ada, STAYING);
    await meet(pair.ada, pair.ben);
    await quiet(pair.ada);
  });

  /** What a meeting brings (each remembers the other's position) is stored by now. */
  const quiet = async (wallet: WalletProcess): Promise<void> => {
    let before = -1;
    await soon(wallet, 'its journal to rest', async () => {
      const { n } = await need(wallet.client['wallet.identity']({}));
      await new Promise((resolve) => setTimeout(resolve, 200));
      const rests = n === before;
      before = n;
      return rests ? true : null;
    });
  };

  const tryAgain = async (wallet: WalletProcess) => await need(wallet.client['app.retry']({}));

  it('because somebody moved its register stays stopped, says why, and goes on once that is undone', async () => {
    const { ada, ben, currencies: [adas] } = pair;
    const { undo } = await intrude(pair.folders.ada);
    const reply = await ada.client['transfers.send']({ contact: ben.instance, currency: adas, amount: '10' });
    expect(reply).toMatchObject({ ok: false, failure: { code: 'register_failed' } });
    await soon(ada, 'its vault to stop', async () => ((await phaseOf(ada)) === 'stopped' ? true : null));
    expect(await statusOf(ada)).toMatchObject({ phase: 'stopped', fault: { code: 'register_failed', detail: expect.stringContaining('register') }, restarts: 0 });
    await soon(ada, 'its vault to be gone', async () => ((await vaultOf(ada)) === null ? true : null));
    expect(await ada.client['credits.balances']({})).toMatchObject({ ok: false, failure: { code: 'register_failed' } });
    // Trying again mends nothing by itself.
    expect(await tryAgain(ada)).toMatchObject({ phase: 'stopped', fault: { code: 'rollback_detected' } });
    await undo();
    expect(await tryAgain(ada)).toMatchObject({ phase: 'running', fault: null });
    expect(await held(ada, adas)).toBe('999');
    await meet(ada, ben);
    expect(await pay(ada, ben, adas, '10')).toBe('done');
    expect([await held(ada, adas), await held(ben, adas)]).toEqual(['989', '11']);
  });

  it('because its store is damaged stays stopped, says so, and goes on once the store is whole', async () => {
    const { ada, ben, currencies: [adas] } = pair;
    const { undo } = await spoil(pair.folders.ada, sealed);
    await crash(ada);
    await soon(ada, 'its vault to stop', async () => ((await phaseOf(ada)) === 'stopped' ? true : null));
    expect(await statusOf(ada)).toMatchObject({ phase: 'stopped', fault: { code: 'store_corrupt' } });
    expect(await tryAgain(ada)).toMatchObject({ phase: 'stopped', fault: { code: 'store_corrupt' } });
    await undo();
    expect(await tryAgain(ada)).toMatchObject({ phase: 'running', fault: null });
    expect(await held(ada, adas)).toBe('999');
    await meet(ada, ben);
    expect(await pay(ada, ben, adas, '10')).toBe('done');
  });

  it('ends `serve` without an interface with exit status 4 and the reason on stdout', async () => {
    await pair.ada.stop();
    // Alone, so that nothing but the command below makes it write.
    await pair.ben.stop();
    const serve = wallets.serve(pair.folders.ada);
    expect(await serve.next()).toMatchObject({ ready: true });
    await intrude(pair.folders.ada);
    const sent = await wallets.run(pair.folders.ada, 'issue', 'ADA', '5');
    expect(sent).toMatchObject({ status: 4, lines: [{ ok: false, code: 'register_failed' }] });
    expect(await serve.next()).toMatchObject({ ok: false, code: 'register_failed' });
    expect((await serve.ended).status).toBe(4);
  });
});
