/** What the start scripts promise to the rest: one default data folder, one list of Debian packages, one version of Node. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { defaultDataDir } from '../../main/desktop/folders.ts';
import { defaultDataFolder } from '../../scripts/data-folder.mjs';
import { node24 } from '../../scripts/installation.mjs';
import { allFiles, textOf } from './source-tree.ts';

describe('the start scripts', () => {
  it.each([
    ['linux', { XDG_CONFIG_HOME: '' }, '/home/ann/.config'],
    ['linux', { XDG_CONFIG_HOME: '/home/ann/settings' }, '/home/ann/settings'],
    ['darwin', {}, '/home/ann/Library/Application Support'],
    ['win32', { APPDATA: '/home/ann/AppData/Roaming' }, '/home/ann/AppData/Roaming'],
  ] as const)('serve the wallet to a browser that the window would open (%s)', (platform, env, appData) => {
    expect(defaultDataFolder(env, platform, '/home/ann')).toBe(defaultDataDir(appData));
  });

  it('run everything on the Node of the registry package', () => {
    expect(execFileSync(node24, ['--version'], { encoding: 'utf8' })).toMatch(/^v24\./);
  });

  it('need nothing but Node itself, so that they run before anything is installed', () => {
    const early = ['start', 'test', 'tallystick', 'build', 'check'].map((name) => `scripts/${name}.mjs`);
    const seen = new Set<string>();
    const outside: string[] = [];
    for (let path = early.pop(); path !== undefined; path = early.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      for (const [, specifier = ''] of textOf(path).matchAll(/^import .*?['"]([^'"]+)['"];$/gm)) {
        if (specifier.startsWith('./')) early.push(`scripts/${specifier.slice(2)}`);
        else if (!specifier.startsWith('node:')) outside.push(`${path}: ${specifier}`);
      }
    }
    expect(outside).toEqual([]);
    expect(seen.size).toBeGreaterThan(8);
  });

  it('name the Debian packages in one place', () => {
    const elsewhere = allFiles.filter((path) => /^(scripts|\.ci|test)\//.test(path) && path !== 'scripts/debian-packages.sh')
      .filter((path) => /apt(-get)? +install/.test(textOf(path)));
    expect(elsewhere).toEqual([]);
    expect(textOf('scripts/debian-packages.sh')).toContain('packages=(');
  });

  it('build both modules before they start a host, so that a fresh clone can read a book', () => {
    const built = ['scripts/start.mjs', 'scripts/tallystick.mjs'].flatMap((path) => [...textOf(path).matchAll(/ensureBuilt\(\[([^\]]*)/g)].map(([, parts = '']) => parts));
    expect(built).toHaveLength(3);
    for (const parts of built) expect(parts).toMatch(/'enclave', 'reader'/);
  });

  it('end the run of the tests with the summary, in CI too', () => {
    expect(textOf('.ci/run')).toContain('npm --silent test');
  });
});
