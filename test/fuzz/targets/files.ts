/**
 * Files that this computer keeps: whatever somebody or a failing disk made of them, reading answers with a default or a
 * code, and a refusal leaves the file as it was.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProofFile } from '../../../cli/proof-file.ts';
import { ensureProfileDir } from '../../../main/desktop/folders.ts';
import { type Keychain, keychainRootSecretStore } from '../../../main/desktop/keychain.ts';
import { openWindowMemory } from '../../../main/desktop/window-memory.ts';
import { readPart } from '../../../main/host/modules/reader-parts.ts';
import { hostKey, rememberedPort } from '../../../main/host/network/host-key.ts';
import { openMarksFile } from '../../../main/host/library/marks-file.ts';
import { openHistoryCopy } from '../../../main/host/services/history-copy.ts';
import { parseAddressBook } from '../../../main/host/storage/address-book.ts';
import { parseHolder } from '../../../main/host/storage/data-lock.ts';
import { decodeArchived, encodeArchived } from '../../../main/host/storage/level-keys.ts';
import { openLevelPackageStore } from '../../../main/host/storage/level-package-store.ts';
import { openRegisterFile } from '../../../main/host/storage/register-file.ts';
import { decodeRegister } from '../../../main/host/storage/register-slots.ts';
import { fileRootSecretStore } from '../../../main/host/storage/root-secret.file.ts';
import { KEYCHAIN_FILE } from '../../../main/host/storage/root-secret.port.ts';
import { openSettingsFile, parseSettings } from '../../../main/host/storage/settings-file.ts';
import { walletIdOf } from '../../../main/host/storage/state-folder.ts';
import { announceEndpoint, findEndpoint } from '../../../main/host/transports/local-endpoint.ts';
import { MarksSchema, ReadingSettingsSchema } from '../../../protocol/contracts/library-host.contract.ts';
import { ContentIdSchema } from '../../../protocol/publication.codec.ts';
import { SettingsSchema } from '../../../protocol/contracts/host.contract.ts';
import { Refusal } from '../../../protocol/errors.ts';
import { once, scratchFolder } from '../engine/scratch.ts';
import { ACCEPTED, type Target, type Verdict, bytesTarget, codeOf, mustHold, refusedWith, sameBytes, textTarget } from '../engine/target.ts';

const NO = refusedWith('no');
type Codes = Parameters<typeof codeOf>[1];

/** Reads a file that holds the input, in one folder for all of them. @param read gives null for nothing usable, or throws a Refusal */
function fileTarget(name: string, covers: readonly string[], { file, read, codes = [], cost = 3, prepare = (folder) => Promise.resolve(folder), form }: {
  file: string; read: (folder: string) => Promise<unknown>; codes?: Codes; cost?: number; form?: 'json';
  /** What must be in the folder besides. @returns what `FOLDER` in an input stands for */
  prepare?: (folder: string) => Promise<string>;
}): Target {
  const prepared = once(async () => {
    const folder = scratchFolder(name);
    return { folder, filling: await prepare(folder) };
  });
  const run = async (input: Uint8Array | string): Promise<Verdict> => {
    const { folder, filling } = await prepared();
    const content = typeof input === 'string' ? input.replaceAll('FOLDER', filling) : input;
    const path = join(folder, file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content, { mode: 0o600 });
    try {
      return (await read(folder)) === null ? NO : ACCEPTED;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      mustHold(sameBytes(readFileSync(path), Buffer.from(content as string)), 'a file that was refused is another one now');
      return codeOf(error.failure, codes);
    }
  };
  return form === 'json' ? textTarget(name, { covers, form, cost, run }) : bytesTarget(name, { covers, cost, run });
}

/** Gives back what it was given, as a keychain does, and fails for what it did not seal. */
const KEYCHAIN: Keychain = {
  isEncryptionAvailable: () => true, getSelectedStorageBackend: () => 'gnome_libsecret', encryptString: (text) => Buffer.from(`sealed:${text}`),
  decryptString: (sealed) => {
    const text = sealed.toString();
    if (!text.startsWith('sealed:')) throw new Error('Error while decrypting the ciphertext');
    return text.slice(7);
  },
};

/** A folder with two parts, and beside it files that are none. */
const partsFolder = once(() => {
  const folder = scratchFolder('parts');
  mkdirSync(join(folder, 'parts'));
  for (const part of ['mupdf.wasm', 'noto-sans.ttf']) writeFileSync(join(folder, 'parts', part), 'a part');
  for (const other of ['secret.ttf', 'parts/.ttf', 'parts/Secret.ttf']) writeFileSync(join(folder, other), 'no part');
  return Promise.resolve(folder);
});

export const FILE_TARGETS: readonly Target[] = [
  bytesTarget('register-slots', {
    covers: ['main/host/storage/register-slots.ts#decodeRegister'],
    run(bytes) {
      const state = decodeRegister(bytes);
      if (!state) return NO;
      mustHold(state.value.length === 32 && state.turn >= 0n && [0, 1].includes(state.next), 'no register state');
      return ACCEPTED;
    },
  }),
  fileTarget('register-file', ['main/host/storage/register-file.ts'], {
    file: 'register', codes: ['register_failed'], cost: 20,
    read: async (folder) => {
      const register = await openRegisterFile(join(folder, 'register'));
      try {
        const value = await register.read();
        mustHold(value?.length === 32, 'a register that is there holds nothing');
        return value;
      } finally {
        await register.close();
      }
    },
  }),
  textTarget('settings', {
    covers: ['main/host/storage/settings-file.ts#parseSettings', 'main/host/storage/settings-file.ts'], form: 'json',
    run(text) {
      const { settings, understood } = parseSettings(text);
      mustHold(SettingsSchema.safeParse(settings).success, 'settings that are none');
      return understood ? ACCEPTED : NO;
    },
  }),
  fileTarget('settings-file', ['main/host/storage/settings-file.ts'], {
    file: 'settings.json', form: 'json', cost: 30,
    read: async (folder) => {
      const settings = await openSettingsFile(join(folder, 'settings.json'));
      mustHold((await settings.set({ theme: 'dark' })).theme === 'dark', 'a setting that cannot be set');
      return settings.keptAside === null ? settings : null;
    },
  }),
  textTarget('address-book', {
    covers: ['main/host/storage/address-book.ts#parseAddressBook', 'main/host/storage/address-book.ts'], form: 'json',
    run(text) {
      const book = parseAddressBook(text, 3);
      mustHold(book.size <= 3, 'more entries than the limit');
      return book.size > 0 ? ACCEPTED : NO;
    },
  }),
  fileTarget('marks-file', ['main/host/library/marks-file.ts'], {
    file: 'reading.json', form: 'json', cost: 30,
    read: async (folder) => {
      const marks = await openMarksFile(join(folder, 'reading.json'));
      const content = ContentIdSchema.parse('ab'.repeat(32));
      mustHold(MarksSchema.safeParse(marks.of(content)).success && ReadingSettingsSchema.safeParse(marks.reading()).success, 'marks that are none');
      mustHold((await marks.setReading({ theme: 'sepia' })).theme === 'sepia', 'a setting that cannot be set');
      return marks.of(content).position;
    },
  }),
  bytesTarget('archive-record', {
    covers: ['main/host/storage/level-keys.ts#decodeArchived'],
    run(bytes) {
      const record = decodeArchived(7, bytes);
      if (!record) return refusedWith('damaged');
      mustHold(record.sealed.length <= bytes.length && (record.ids.some((id) => id.includes('\ufffd')) || sameBytes(encodeArchived(record), bytes)), 'what was read is written otherwise');
      return ACCEPTED;
    },
  }),
  fileTarget('root-secret', ['main/host/storage/root-secret.file.ts'], { file: 'root-secret', codes: ['keychain_unavailable'], read: (folder) => fileRootSecretStore.load(folder) }),
  fileTarget('keychain-secret', ['main/desktop/keychain.ts'], { file: KEYCHAIN_FILE, codes: ['keychain_unavailable'], read: (folder) => keychainRootSecretStore(KEYCHAIN, 'linux', fileRootSecretStore).load(folder) }),
  fileTarget('wallet-id', ['main/host/storage/state-folder.ts#walletIdOf', 'main/host/storage/state-folder.ts'], {
    file: 'wallet-id', codes: ['store_corrupt'],
    read: async (folder) => {
      const id = await walletIdOf(folder);
      mustHold(/^[0-9a-f]{32}$/.test(id ?? ''), 'an id that is none');
      return id;
    },
  }),
  textTarget('reader-part', {
    covers: ['main/host/modules/reader-parts.ts#readPart'], cost: 3,
    async run(name) {
      // The port lets no longer one through.
      if (name.length > 100) return NO;
      const folder = await partsFolder();
      try {
        const bytes = await readPart(join(folder, 'parts', 'reader.mjs'), name);
        mustHold(Buffer.from(bytes).toString() === 'a part', 'a file that is no part was read');
        return ACCEPTED;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return codeOf(error.failure, ['bad_input', 'not_supported']);
      }
    },
  }),
  textTarget('lock-holder', { covers: ['main/host/storage/data-lock.ts#parseHolder', 'main/host/storage/data-lock.ts'], form: 'json', run: (text) => (parseHolder(text) ? ACCEPTED : NO) }),
  fileTarget('endpoint-note', ['main/host/transports/local-endpoint.ts'], {
    file: 'control.json', form: 'json', read: (folder) => findEndpoint(folder, 'win32'),
    prepare: async (folder) => {
      await announceEndpoint(folder, 'win32');
      return (JSON.parse(readFileSync(join(folder, 'control.json'), 'utf8')) as { folder: string }).folder;
    },
  }),
  fileTarget('window-memory', ['main/desktop/window-memory.ts'], {
    file: 'window.json', form: 'json',
    read: (folder) => {
      const { bounds, maximized } = openWindowMemory(folder).read();
      mustHold(bounds === null || (bounds.width > 0 && bounds.height > 0), 'a window without a size');
      return Promise.resolve(bounds ?? (maximized || null));
    },
  }),
  fileTarget('profile-id', ['main/desktop/folders.ts'], {
    file: 'desktop-profile', codes: ['store_corrupt', 'forbidden'],
    read: (folder) => {
      const state = join(folder, 'state');
      const profile = ensureProfileDir(folder, state);
      mustHold(/^desktop-[0-9a-f]{32}$/.test(profile.slice(state.length + 1)), 'a profile somewhere else');
      return Promise.resolve(profile);
    },
  }),
  fileTarget('host-key', ['main/host/network/host-key.ts'], {
    file: 'network/peer.key', cost: 20,
    read: async (folder) => {
      const before = readFileSync(join(folder, 'network', 'peer.key'));
      const key = await hostKey(folder);
      mustHold(key.raw.length > 0, 'no key');
      return sameBytes(readFileSync(join(folder, 'network', 'peer.key')), before) ? key : null;
    },
  }),
  fileTarget('remembered-port', ['main/host/network/host-key.ts'], {
    file: 'network/port',
    read: async (folder) => {
      const port = await rememberedPort(folder);
      mustHold(port === null || (port >= 1024 && port <= 65_535), 'a port that is none');
      return port;
    },
  }),
  fileTarget('store-format', ['main/host/storage/level-folder.ts'], {
    file: 'packages/format', codes: ['data_too_new', 'store_corrupt', 'store_failed', 'wallet_locked'], cost: 400,
    prepare: async (folder) => {
      await (await openLevelPackageStore(join(folder, 'packages'), { reserveBytes: 4096 })).close();
      return folder;
    },
    read: async (folder) => {
      const store = await openLevelPackageStore(join(folder, 'packages'), { reserveBytes: 4096 });
      await store.close();
      return store;
    },
  }),
  fileTarget('history-copy', ['main/host/services/history-copy.ts#openHistoryCopy', 'main/host/services/history-copy.ts'], {
    file: 'ada.history', codes: ['bad_input', 'data_too_new'], cost: 5,
    read: async (folder) => {
      const copy = await openHistoryCopy(join(folder, 'ada.history'));
      const { from, to } = copy.header;
      mustHold((await copy.packages(from, 1000)).every(({ n }, at) => n === from + at && n <= to), 'a package that is none');
      mustHold((await copy.base() === null) === (from === 1), 'a base where there is none, or none where there is');
      await copy.close();
      return copy;
    },
  }),
  fileTarget('proof-file', ['cli/proof-file.ts#readProofFile', 'cli/proof-file.ts'], { file: 'proofs', codes: ['bad_input', 'bad_proof', 'not_a_fork', 'proof_forged'], cost: 20, read: (folder) => readProofFile(join(folder, 'proofs')) }),
];
