/** The profile folder of a wallet and what the window remembers there. */
import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureProfileDir } from '../../../main/desktop/folders.ts';
import { openWindowMemory } from '../../../main/desktop/window-memory.ts';

let home: string;
beforeEach(() => { home = mkdtempSync(join(tmpdir(), 'tallystick-folders-')); });
afterEach(() => { rmSync(home, { recursive: true, force: true }); });

describe('the profile of a wallet', () => {
  const [data, state] = [() => join(home, 'data'), () => join(home, 'state')];

  it('lies in the state folder, is private, and is the same at every start', () => {
    const profile = ensureProfileDir(data(), state());
    expect(profile.startsWith(join(state(), 'desktop-'))).toBe(true);
    expect(statSync(profile).mode & 0o777).toBe(0o700);
    expect(ensureProfileDir(data(), state())).toBe(profile);
    expect(readdirSync(data())).toEqual(['desktop-profile']);
  });
  it('is found again after the data folder was moved', () => {
    const profile = ensureProfileDir(data(), state());
    renameSync(data(), join(home, 'moved'));
    expect(ensureProfileDir(join(home, 'moved'), state())).toBe(profile);
  });
  it('is never a path that somebody wrote into the data folder', () => {
    ensureProfileDir(data(), state());
    writeFileSync(join(data(), 'desktop-profile'), '../../elsewhere');
    expect(() => ensureProfileDir(data(), state())).toThrow(expect.objectContaining({ failure: expect.objectContaining({ code: 'store_corrupt' }) as unknown }) as Error);
  });
  it('is refused with a code where the data folder is a file', () => {
    writeFileSync(data(), '');
    expect(() => ensureProfileDir(data(), state())).toThrow(expect.objectContaining({ failure: expect.objectContaining({ code: 'forbidden' }) as unknown }) as Error);
  });
});

describe('what the window remembers', () => {
  it('survives a start, and damage to it is as if new', () => {
    const bounds = { x: 1, y: 2, width: 500, height: 600 };
    openWindowMemory(home).change({ bounds, trayExplained: true });
    expect(openWindowMemory(home).read()).toEqual({ bounds, maximized: false, trayExplained: true });
    for (const damage of ['', '{', '[]', '{"bounds":{"x":"1"}}']) {
      writeFileSync(join(home, 'window.json'), damage);
      expect(openWindowMemory(home).read()).toEqual({ bounds: null, maximized: false, trayExplained: false });
    }
  });
});
