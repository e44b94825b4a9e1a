/**
 * The vault's bundle (design §4): what is in it, that it can be made again byte for byte, and that it reaches for nothing.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enclaveConfig } from '../../scripts/bundle-enclave.mjs';
import { allowing, loadedBy, sourcesElsewhere } from './bundled.ts';

/** What may be in the bundle. Packages below the line come with those above it. */
const ALLOWED_PACKAGES = [
  'ses', '@noble/curves', '@noble/ciphers', '@noble/hashes', '@scure/base', '@scure/bip39', 'cborg', 'zod',
  '@endo/cache-map', '@endo/env-options', '@endo/immutable-arraybuffer', '@endo/harden',
];
const OUR_OWN = /^(enclave\/(vault|runtime|grants)|protocol)\//;

const isAllowed = allowing(OUR_OWN, ALLOWED_PACKAGES);

describe('the bundle of the vault', () => {
  const work = mkdtempSync(join(tmpdir(), 'tallystick-bundle-'));
  let here = '';
  let there = '';
  let modules: string[] = [];

  beforeAll(async () => {
    await build(enclaveConfig(join(work, 'a')));
    await build(enclaveConfig(join(work, 'b'), sourcesElsewhere(work)));
    here = readFileSync(join(work, 'a', 'vault.mjs'), 'utf8');
    there = readFileSync(join(work, 'b', 'vault.mjs'), 'utf8');
    modules = JSON.parse(readFileSync(join(work, 'a', 'vault.modules.json'), 'utf8')) as string[];
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it('holds only our own modules and packages on the list', () => {
    expect(modules).toContain('enclave/runtime/vault-main.ts');
    expect(modules.filter((path) => !isAllowed(path))).toEqual([]);
  });

  it('would be noticed to hold anything else', () => {
    expect(['main/host/wallet-host.ts', 'node_modules/level/index.js', 'enclave/reader/page.ts', '../elsewhere/x.ts', 'node_modules/zod/../level/index.js'].filter(isAllowed))
      .toEqual(['node_modules/zod/../level/index.js']);
    expect(modules.filter((path) => path.includes('..'))).toEqual([]);
  });

  it('is the same, byte for byte, when it is made again in another place', () => {
    expect(there === here).toBe(true);
    expect(here.length).toBeGreaterThan(10_000);
  });

  it('imports nothing and loads nothing', () => {
    expect(loadedBy(here)).toEqual([]);
  });
});
