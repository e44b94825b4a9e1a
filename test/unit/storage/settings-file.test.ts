/** Settings: whatever is in the file, the wallet starts. */
import fc from 'fast-check';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_SETTINGS, openSettingsFile, parseSettings } from '../../../main/host/storage/settings-file.ts';
import { SettingsSchema } from '../../../protocol/contracts/host.contract.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-settings-'));
  path = join(folder, 'settings.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('without a file the defaults hold, and reading writes nothing', async () => {
  expect((await openSettingsFile(path)).get()).toEqual({ visibility: 'visible', language: null, theme: 'system', notifications: true });
  expect(await readdir(folder)).toEqual([]);
});

test('what is set is there after opening again, the rest as it was', async () => {
  const settings = await openSettingsFile(path);
  await Promise.all([settings.set({ theme: 'dark' }), settings.set({ language: 'de' }), settings.set({ notifications: undefined })]);
  const expected = { ...DEFAULT_SETTINGS, theme: 'dark', language: 'de' };
  expect(settings.get()).toEqual(expected);
  const again = await openSettingsFile(path);
  expect(again.get()).toEqual(expected);
  expect(again.keptAside).toBeNull();
  expect(await readdir(folder)).toEqual(['settings.json']);
});

test('a wrong value is refused and changes nothing', async () => {
  const settings = await openSettingsFile(path);
  await settings.set({ theme: 'dark' });
  await expect(settings.set({ theme: 'pink' as 'dark' })).rejects.toThrow('bad_input');
  expect((await openSettingsFile(path)).get().theme).toBe('dark');
});

test('a malformed file gives the defaults and is kept aside', async () => {
  await writeFile(path, '{"theme": "da');
  const settings = await openSettingsFile(path);
  expect(settings.get()).toEqual(DEFAULT_SETTINGS);
  await settings.set({ theme: 'light' });
  expect(await readFile(settings.keptAside ?? '', 'utf8')).toBe('{"theme": "da');
});

test('settings of a newer version are kept aside; those that are known still hold', async () => {
  const text = '{"theme":"dark","visibility":"telepathic","sound":true}';
  await writeFile(path, text);
  const settings = await openSettingsFile(path);
  expect(settings.get()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark' });
  expect(await readFile(settings.keptAside ?? '', 'utf8')).toBe(text);
});

test('a folder that cannot be written refuses with a code, and the settings are as they were', async () => {
  const settings = await openSettingsFile(path);
  await rm(folder, { recursive: true });
  await writeFile(folder, '');
  await expect(settings.set({ theme: 'dark' })).rejects.toThrow('internal');
  expect(settings.get()).toEqual(DEFAULT_SETTINGS);
  await rm(folder);
});

test('any text gives well-formed settings', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.json().map((json) => `{"theme":${json},"notifications":${json}}`)), (text) => {
    expect(SettingsSchema.safeParse(parseSettings(text).settings).success).toBe(true);
  }));
});
