/** Everything that is shipped may be combined with code under AGPL-3.0-or-later, and the licence itself is whole. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { textOf } from './source-tree.ts';

interface Entry {
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Compatible according to the FSF's list of licences; MPL-2.0 by its section 3.3. */
const COMPATIBLE = new Set([
  'MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'CC0-1.0', 'Unlicense', 'Zlib',
  'MPL-2.0', 'LGPL-3.0-or-later', 'GPL-3.0-or-later', 'AGPL-3.0-or-later', 'AGPL-3.0-only',
]);

/** Development dependencies whose code ends up in what people run, because it is bundled. */
const BUNDLED = ['ses', 'vue', 'vue-router', 'vue-i18n', 'pinia', 'reka-ui', 'electron'];

/** An SPDX expression of the simple forms that packages use: one name, or names joined by OR or by AND. */
function isCompatible(expression: string): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  if (bare.includes(' OR ')) return bare.split(' OR ').some(isCompatible);
  if (bare.includes(' AND ')) return bare.split(' AND ').every(isCompatible);
  return COMPATIBLE.has(bare);
}

const packages = (JSON.parse(textOf('package-lock.json')) as { packages: Record<string, Entry> }).packages;

/** Where Node finds `name` when the package at `from` asks for it. */
function resolveFrom(from: string, name: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules') - 1))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (folder === '') return null;
  }
}

function shippedPackages(): Set<string> {
  const shipped = new Set<string>();
  const waiting = Object.keys(packages).filter((path) => path !== '' && packages[path]?.dev !== true && packages[path]?.devOptional !== true);
  waiting.push(...BUNDLED.map((name) => `node_modules/${name}`));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const entry = packages[path];
    if (shipped.has(path) || !entry) continue;
    shipped.add(path);
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      const found = resolveFrom(path, name);
      if (found) waiting.push(found);
    }
  }
  return shipped;
}

describe('licences', () => {
  it('of everything shipped are compatible with the AGPL', () => {
    const shipped = [...shippedPackages()];
    expect(shipped.length).toBeGreaterThan(BUNDLED.length);
    expect(shipped.filter((path) => !isCompatible(packages[path]?.license ?? 'none')).map((path) => `${path}: ${packages[path]?.license}`)).toEqual([]);
  });

  it('of every bundled package are looked at: the list names only what is installed', () => {
    expect(BUNDLED.filter((name) => !packages[`node_modules/${name}`])).toEqual([]);
  });

  it('would be refused if they forbade it', () => {
    expect(['SSPL-1.0', 'BUSL-1.1', 'UNLICENSED', 'none', '(MIT AND CC-BY-NC-4.0)'].filter(isCompatible)).toEqual([]);
    expect(isCompatible('(MIT OR SSPL-1.0)')).toBe(true);
  });

  it('include our own, whole and unchanged', () => {
    expect(JSON.parse(textOf('package.json'))).toMatchObject({ license: 'AGPL-3.0-or-later' });
    // The text as the Free Software Foundation first published it.
    expect(createHash('sha256').update(textOf('LICENSE')).digest('hex')).toBe('57c8ff33c9c0cfc3ef00e650a1cc910d7ee479a8bc509f6c9209a7c2a11399d6');
  });
});
