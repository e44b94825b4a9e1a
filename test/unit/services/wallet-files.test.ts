/** A wallet that was made is never taken for one that is still to be made (design §5.3). */
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fileRootSecretStore } from '../../../main/host/storage/root-secret.file.ts';
import { markMade, openWalletFiles } from '../../../main/host/services/wallet-files.ts';

let home: string;
beforeEach(async () => { home = await mkdtemp(join(tmpdir(), 'tallystick-files-')); await mkdir(join(home, 'data'), { mode: 0o700 }); });
afterEach(() => rm(home, { recursive: true, force: true }));

const options = () => ({ dataDir: join(home, 'data'), stateDir: join(home, 'state'), shell: 'none' as const, rootSecrets: fileRootSecretStore });
const codeOf = (opening: Promise<unknown>): Promise<string> => opening.then(() => 'opened', (error: { failure: { code: string } }) => error.failure.code);

async function made(): Promise<void> {
  const files = await openWalletFiles(options(), true);
  await files.register.advance(null, new Uint8Array(32).fill(1));
  await files.close();
}

it('a making that was cut short may be taken up again', async () => {
  await (await openWalletFiles(options(), true)).close();
  expect(await codeOf(openWalletFiles(options(), true).then((files) => files.close()))).toBe('opened');
});

it.each([['register only', ['register']], ['whole state', ['register', 'root-secret']]])('a wallet whose %s was deleted is not made anew over', async (_name, lost) => {
  await made();
  await markMade(options().dataDir);
  const [id] = await readdir(options().stateDir);
  for (const file of lost) await rm(join(options().stateDir, id ?? '', file), { force: true });
  for (const create of [false, true]) expect(await codeOf(openWalletFiles(options(), create))).toBe('register_missing');
});

it('a folder with packages whose state folder is on another computer is not given a new secret', async () => {
  // Also where nothing marks it as made: an earlier version made it, or it was killed before the mark.
  const files = await openWalletFiles(options(), true);
  await files.store.append({ n: 1, sealed: Uint8Array.of(1), archive: [] });
  await files.close();
  const elsewhere = { ...options(), stateDir: join(home, 'state of another computer') };
  for (const create of [false, true]) expect(await codeOf(openWalletFiles(elsewhere, create))).toBe('register_missing');
  expect(await codeOf(openWalletFiles(options(), false).then((again) => again.close()))).toBe('opened');
});

it('a copy of a folder that is open is refused, and told that it is a copy', async () => {
  await made();
  const copy = { ...options(), dataDir: join(home, 'copy') };
  await cp(options().dataDir, copy.dataDir, { recursive: true });
  const files = await openWalletFiles(options(), false);
  const refused = await openWalletFiles(copy, false).then((opened) => opened.close(), (error: { failure: unknown }) => error.failure);
  expect(refused).toMatchObject({ code: 'wallet_locked', params: { pid: process.pid }, detail: expect.stringContaining('one is a copy of the other') });
  await files.close();
  expect(await codeOf(openWalletFiles(copy, false).then((opened) => opened.close()))).toBe('opened');
});
