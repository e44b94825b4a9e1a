/**
 * Where the app keeps its data folder when it is not told, and Chromium's profile for it.
 *
 * The profile belongs to the state folder: on Windows it holds the key of safeStorage, which must not travel with the
 * data. Which profile is a data folder's is written inside it, not derived from its path, so that a wallet that was
 * moved to another place still finds its key, and a copy of it meets the original's single-instance lock.
 *
 * Everything here is synchronous because the profile must be chosen before Electron is ready (index.ts).
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../protocol/errors.ts';

/**
 * The data folder when `--data` is not given; the start script serves the same one to a browser.
 * @param appData the platform's folder for the data of apps, absolute
 */
export const defaultDataDir = (appData: string): string => join(appData, 'Tallystick', 'wallet');

const PROFILE_ID = /^[0-9a-f]{32}$/;

/**
 * The profile folder of the app for this data folder; makes both if missing, mode 0700. Whether they are really private
 * is checked by the host before it opens them.
 * @throws Refusal `store_corrupt` if the profile's name is damaged, `forbidden` if a folder cannot be made
 */
export function ensureProfileDir(dataDir: string, stateDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const path = join(dataDir, 'desktop-profile');
    const profile = join(stateDir, `desktop-${readId(path) ?? makeId(path)}`);
    mkdirSync(profile, { recursive: true, mode: 0o700 });
    return profile;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('forbidden', `The folder ${dataDir} or ${stateDir} cannot be used: ${String(error)}`, undefined, error);
  }
}

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;

function readId(path: string): string | null {
  let id: string;
  try {
    id = readFileSync(path, 'latin1').trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  // It becomes part of a path: nothing else is accepted, whoever wrote it.
  if (!PROFILE_ID.test(id)) throw new Refusal('store_corrupt', `The file ${path} is damaged. Put it back from a copy of the folder.`, { path });
  return id;
}

/** Names a new profile, durably and whole; if another start was quicker, its name counts. */
function makeId(path: string): string {
  const id = randomBytes(16).toString('hex');
  const beside = `${path}.${id}.tmp`;
  const file = openSync(beside, 'wx', 0o600);
  try {
    writeSync(file, `${id}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(beside, path);
    return id;
  } catch (error) {
    const other = hasCode(error, 'EEXIST') ? readId(path) : null;
    if (other === null) throw error;
    return other;
  } finally {
    rmSync(beside, { force: true });
  }
}
