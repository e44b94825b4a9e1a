/**
 * Whether Chromium's sandbox can work for an Electron on this system. Without it Electron ends with a trap and a page of text.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const setting = (name) => { try { return readFileSync(`/proc/sys/${name}`, 'utf8').trim(); } catch { return null; } };

/** True where Electron refuses to start sandboxed at all. */
export const runsAsRoot = () => process.platform === 'linux' && process.getuid?.() === 0;

/**
 * Some distributions let no ordinary program make a user namespace, and a binary from the registry has no set-uid helper.
 * @param {string} electron path of the program
 * @returns {string | null} one line saying what is missing and how to get it
 */
export function sandboxTrouble(electron) {
  if (process.platform !== 'linux' || runsAsRoot()) return null;
  const restricted = setting('kernel/apparmor_restrict_unprivileged_userns') === '1' || setting('kernel/unprivileged_userns_clone') === '0'
    || setting('user/max_user_namespaces') === '0';
  if (!restricted) return null;
  const helper = join(dirname(electron), 'chrome-sandbox');
  try {
    const { mode, uid } = statSync(helper);
    if (uid === 0 && (mode & 0o4000) !== 0) return null;
  } catch {
    // No helper: nothing to rely on.
  }
  return `this system allows no sandbox for Electron (sudo chown root ${helper} && sudo chmod 4755 ${helper} would)`;
}
