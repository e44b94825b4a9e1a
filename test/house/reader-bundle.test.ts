/**
 * The reader's bundle (design §4): what is in it, that it can be made again byte for byte, that it reaches for nothing, and that
 * its measurement covers the files beside it.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildReader, readerConfig } from '../../scripts/bundle-reader.mjs';
import { exportStackPointer } from '../../scripts/export-stack-pointer.mjs';
import { READER_PARTS } from '../../scripts/reader-parts.mjs';
import { allowing, loadedBy, sourcesElsewhere } from './bundled.ts';
import { ROOT, textOf } from './source-tree.ts';

/** What may be in the bundle. Packages below the line come with those above it. */
const ALLOWED_PACKAGES = [
  'ses', '@noble/curves', '@noble/ciphers', '@noble/hashes', '@scure/base', 'zod', 'cborg', 'mupdf', 'fflate', 'saxes',
  '@endo/cache-map', '@endo/env-options', '@endo/immutable-arraybuffer', '@endo/harden', 'xmlchars',
];
const OUR_OWN = /^(enclave\/(reader|grants|runtime)|protocol)\//;

const isAllowed = allowing(OUR_OWN, ALLOWED_PACKAGES);
const parts = READER_PARTS as readonly { readonly name: string; readonly file: string; readonly source: string }[];

describe('the bundle of the reader', () => {
  const work = mkdtempSync(join(tmpdir(), 'tallystick-reader-bundle-'));
  let here = '';
  let modules: string[] = [];

  beforeAll(async () => {
    await buildReader(join(work, 'a'));
    await build(readerConfig(join(work, 'b'), sourcesElsewhere(work)));
    here = readFileSync(join(work, 'a', 'reader.mjs'), 'utf8');
    modules = JSON.parse(readFileSync(join(work, 'a', 'reader.modules.json'), 'utf8')) as string[];
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it('holds only our own modules and packages on the list, and nothing of the vault', () => {
    expect(modules).toContain('enclave/runtime/reader-main.ts');
    expect(modules.filter((path) => !isAllowed(path))).toEqual([]);
    expect(modules.filter((path) => path.startsWith('enclave/vault/') || path === 'enclave/runtime/sealing.ts')).toEqual([]);
  });

  it('is the same, byte for byte, when it is made again in another place', () => {
    expect(readFileSync(join(work, 'b', 'reader.mjs'), 'utf8') === here).toBe(true);
  });

  it('imports nothing and loads nothing', () => {
    expect(loadedBy(here)).toEqual([]);
    expect(here.match(/(?<![\w.*/] )\bimport\(\s*["'][^"']+["']\s*\)(?!\.)/g)).toBeNull();
    expect(here).not.toContain('createRequire');
  });

  it('knows the hash of every file beside it, and the licences lie there, too', () => {
    for (const { name, file } of parts) {
      const hash = createHash('sha256').update(readFileSync(join(work, 'a', file))).digest('hex');
      expect(here.includes(hash), name).toBe(true);
    }
    const made = new Set(readdirSync(join(work, 'a')));
    expect([...made].sort()).toEqual([...parts.map(({ file }) => file), 'AGPL.txt', 'OFL.txt', 'reader.mjs', 'reader.modules.json'].sort());
    expect(readFileSync(join(work, 'a', 'OFL.txt'), 'utf8')).toContain('SIL OPEN FONT LICENSE');
  });
});

describe('the fonts', () => {
  it('are under the SIL Open Font License, every one', () => {
    const packages = [...new Set(parts.flatMap(({ source }) => /^node_modules\/(@expo-google-fonts\/[^/]+)\//.exec(source)?.[1] ?? []))];
    expect(packages.length).toBeGreaterThan(15);
    for (const name of packages) {
      expect(JSON.parse(textOf(`node_modules/${name}/package.json`)), name).toMatchObject({ license: 'MIT AND OFL-1.1' });
      expect(textOf(`node_modules/${name}/LICENSE_FONT`), name).toContain('SIL OPEN FONT LICENSE Version 1.1');
    }
  });
});

describe('MuPDF’s WASM', () => {
  const original = new Uint8Array(readFileSync(`${ROOT}node_modules/mupdf/dist/mupdf-wasm.wasm`));

  it('can reach nothing but what its loader gives it: no function of the system’s own', () => {
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(original));
    expect(imports.every(({ kind, module }) => kind === 'function' && module === 'a')).toBe(true);
  });

  it('is as its makers built it, but for one export', () => {
    const changed = exportStackPointer(original, 'stackPointer');
    const exportsOf = (wasm: Uint8Array): string[] => WebAssembly.Module.exports(new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>)).map(({ name, kind }) => `${kind} ${name}`);
    expect(exportsOf(changed)).toEqual([...exportsOf(original), 'global stackPointer']);
    expect(() => exportStackPointer(original.slice(8), 'x')).toThrow('no WebAssembly');
    const room = changed.length - original.length;
    expect(room).toBeLessThan(32);
    // Beyond the list of exports, every byte is where it was.
    expect(Buffer.compare(changed.subarray(100_000), original.subarray(100_000 - room))).toBe(0);
  });
});
