/** The command line, `npm start` and the app open the same wallet where no folder is given. */
import { expect, it } from 'vitest';
import { defaultDataFolder } from '../../../cli/data-folder.ts';

it.each([
  ['linux', {}, '/home/ada/.config/Tallystick/wallet'],
  ['linux', { XDG_CONFIG_HOME: '/c' }, '/c/Tallystick/wallet'],
  ['darwin', {}, '/home/ada/Library/Application Support/Tallystick/wallet'],
] as const)('is the same for the command line and for npm start on %s with %o', async (platform, env, expected) => {
  const { defaultDataFolder: forStart } = (await import(new URL('../../../scripts/data-folder.mjs', import.meta.url).href)) as { defaultDataFolder: typeof defaultDataFolder };
  expect(defaultDataFolder(env, platform, '/home/ada')).toBe(expected);
  expect(forStart(env, platform, '/home/ada')).toBe(expected);
});

it('is in the roaming profile on Windows', () => {
  expect(defaultDataFolder({ APPDATA: 'C:\\Users\\ada\\AppData\\Roaming' }, 'win32', 'C:\\Users\\ada')).toBe('C:\\Users\\ada\\AppData\\Roaming\\Tallystick\\wallet');
});
