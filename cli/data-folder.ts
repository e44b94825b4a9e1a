/**
 * The data folder where none is given: the one that the desktop app uses (Electron's `userData` for the name Tallystick,
 * and `wallet` in it), so that both open the same wallet. scripts/data-folder.mjs says the same for `npm start`.
 */
import { posix, win32 } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Absolute path; not made here. Pure. */
export function defaultDataFolder(env: Environment, platform: NodeJS.Platform, home: string): string {
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Tallystick', 'wallet');
  if (platform === 'win32') return win32.join(env['APPDATA'] ?? win32.join(home, 'AppData', 'Roaming'), 'Tallystick', 'wallet');
  return posix.join(env['XDG_CONFIG_HOME'] || posix.join(home, '.config'), 'Tallystick', 'wallet');
}
