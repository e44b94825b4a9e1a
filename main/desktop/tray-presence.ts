/**
 * Whether this desktop shows tray icons at all. Windows and macOS do; on Linux Electron makes a tray icon without
 * complaint even where nothing will ever draw it, and a window closed into it would be gone. The desktop's panel
 * announces itself on the session bus as the StatusNotifierWatcher; no answer counts as no.
 */
import { execFile } from 'node:child_process';

/** The bus answers in milliseconds; one that does not must not hold up the start. */
const ASK_TIMEOUT_MS = 1_000;

const QUESTION = [
  '--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus',
  'org.freedesktop.DBus.NameHasOwner', 'string:org.kde.StatusNotifierWatcher',
];

export async function hasTray(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): Promise<boolean> {
  if (platform !== 'linux') return true;
  if (!environment['DBUS_SESSION_BUS_ADDRESS'] && !environment['XDG_RUNTIME_DIR']) return false;
  return new Promise((resolve) => {
    execFile('dbus-send', QUESTION, { timeout: ASK_TIMEOUT_MS, env: environment }, (error, stdout) => {
      resolve(!error && /\bboolean true\b/.test(stdout));
    });
  });
}
