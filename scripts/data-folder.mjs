/**
 * The app's data folder where none is given: Electron's `userData` for the name Tallystick, so that the browser interface
 * opens the same wallet as the window would.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Absolute path; not made here. */
export function defaultDataFolder(env = process.env, platform = process.platform, home = homedir()) {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Tallystick', 'wallet');
  if (platform === 'win32') return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Tallystick', 'wallet');
  return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'Tallystick', 'wallet');
}
