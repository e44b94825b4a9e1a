/**
 * Nothing that takes data from outside is left out of the fuzzer: every exported decoder and schema, every file that parses,
 * and every method of every contract has a target with samples. Whoever adds one finds out here.
 */
import { describe, expect, it } from 'vitest';
import * as hostModule from '../../protocol/contracts/host.contract.ts';
import * as readerModule from '../../protocol/contracts/reader.contract.ts';
import * as shellModule from '../../protocol/contracts/shell.contract.ts';
import * as vaultModule from '../../protocol/contracts/vault.contract.ts';
import { allFiles, textOf } from '../house/source-tree.ts';
import { corpusOf } from './engine/corpus.ts';
import { listTargets } from './engine/run-targets.ts';
import { CORPUS } from './engine/corpus.ts';

const targets = await listTargets();
const covered = new Set(targets.flatMap(({ covers }) => covers));
const coveredFiles = new Set([...covered].map((where) => where.replace(/#.*/, '')));

const sources = allFiles.filter((path) => /^(protocol|enclave|main|cli|preload|renderer)\/.*\.ts$/.test(path));
const exportsOf = (path: string): string[] => [...textOf(path).matchAll(/^export (?:async )?(?:function\*?|const) (\w+)/gm)].map(([, name = '']) => name);

/** Names that functions have which make sense of what came from outside. */
const DECODER = /^(parse|decode|read)([A-Z]\w*)?$|^is\w*(Url|Link|Address|Permitted)$|^(is(ChunkOf|SignedPosition)|linkOf|appFileOf|instanceKeyOf|sightingIn|walletIdOf|checkForkProof|dialTargets|usageFailure)$|Schema$/;
/** In the modules and in what crosses a boundary, whatever opens something sealed. Elsewhere that name is for windows, files and hosts. */
const OPENER = /^open([A-Z]\w*)?$/;

/** What has such a name and is none, or is one of sealed bytes of its own; with why. */
const NOT_A_DECODER: Readonly<Record<string, string>> = {
  'cli/demo/library.ts#readBook': 'a step of the demonstration',
  'cli/prompt.ts#readLine': 'takes a line as it is; what it means is asked of the parsers',
  'enclave/runtime/archive.ts#openArchived': 'only what this vault has sealed itself: test/unit/vault/archive.test.ts',
  'enclave/runtime/packages.codec.ts#decodePackage': 'only what this vault has sealed itself: targets/sealed.ts',
  'enclave/runtime/packages.codec.ts#decodeSnapshot': 'only what this vault has sealed itself',
  'enclave/runtime/packages.codec.ts#decodeFinished': 'only what this vault has sealed itself',
  'enclave/vault/library/reading.ts#open': 'a command of the vault: vault/books.open',
  'enclave/vault/sessions/session.ts#openSessionWith': 'begins a session; what comes in it: targets/peer-bytes.ts',
  'main/host/storage/level-failure.ts#readFailure': 'puts words to a failure',
};

/** Where something is parsed at all; the address of a file of this program is not. */
const PARSES = /\.safeParse\(|\w\.parse\(|JSON\.parse\(|new URL\((?!.*import\.meta\.url)|\bdecode\w*\(|new TextDecoder|\.exec\(|new DataView/;

/** Files that parse only what this program wrote itself and nobody else could have, or check with a schema that has a target; with why. */
const TRUSTED: Readonly<Record<string, string>> = {
  'cli/commands/init.ts': 'a name, by its schema',
  'cli/demo/wallet-process.ts': 'the first line of a wallet that the demonstration started itself',
  'enclave/reader/epub/assemble.ts': 'writes the archive that the engine gets',
  'enclave/reader/pages/png.codec.ts': 'writes pictures',
  'enclave/runtime/audit.ts': 'the vault’s own sealed packages',
  'enclave/runtime/beginning.ts': 'the vault’s own sealed bases',
  'enclave/runtime/archive.ts': 'the vault’s own sealed archive',
  'enclave/runtime/journal.ts': 'the vault’s own sealed packages',
  'enclave/runtime/packages.codec.ts': 'the vault’s own sealed packages',
  'enclave/vault/entropy.ts': 'numbers its own hashes',
  'enclave/vault/people/pairing.machine.ts': 'makes words of its own hash',
  'main/host/library/content-making.ts': 'a manifest, by its decoder, which has a target',
  'main/host/modules/process-memory.ts': 'a number from the system, about a process of our own',
  'main/host/storage/level-package-store.ts': 'records, by level-keys.ts',
  'renderer/features/reading/book-pages.ts': 'hands pictures on to page-image.ts',
  'renderer/features/reading/page-image.ts': 'a picture that the reader drew, decoded by the browser',
};

describe('the fuzzer has a target for', () => {
  it('every exported decoder and schema', () => {
    const decoders = sources.flatMap((path) => exportsOf(path).filter((name) => DECODER.test(name) || (OPENER.test(name) && /^(enclave|protocol)\//.test(path))).map((name) => `${path}#${name}`));
    expect(decoders.length).toBeGreaterThan(80);
    expect(decoders.filter((where) => !covered.has(where) && !(where in NOT_A_DECODER) && !coversWhole(where))).toEqual([]);
    expect(Object.keys(NOT_A_DECODER).filter((where) => !decoders.includes(where)), 'excepted for nothing').toEqual([]);
  });

  it('every file that parses', () => {
    const parsing = sources.filter((path) => PARSES.test(textOf(path).replace(/^\s*(\*|\/\/).*$/gm, '')));
    expect(parsing.length).toBeGreaterThan(50);
    expect(parsing.filter((path) => !coveredFiles.has(path) && !(path in TRUSTED))).toEqual([]);
    expect(Object.keys(TRUSTED).filter((path) => !parsing.includes(path)), 'excepted for nothing').toEqual([]);
  });

  it('every method of every contract', () => {
    const contracts = Object.entries({ ...hostModule, ...readerModule, ...shellModule, ...vaultModule }).filter(([name]) => name.endsWith('Contract')) as [string, object][];
    const named = allFiles.filter((path) => /^protocol\/contracts\/\w+\.contract\.ts$/.test(path));
    // wallet.contract.ts is the sum of two of them.
    expect(named.length).toBe(contracts.length + 1);
    const methods = contracts.flatMap(([contract, parts]) => Object.keys(parts).map((method) => `${contract}:${method}`));
    expect(methods.filter((method) => !covered.has(method))).toEqual([]);
  });

  it('nothing that is not there any more', () => {
    const gone = [...covered].filter((where) => {
      if (where.includes(':')) return false;
      const [path = '', name] = where.split('#');
      return !allFiles.includes(path) || (name !== undefined && !exportsOf(path).includes(name));
    });
    expect(gone).toEqual([]);
  });
});

/** A target of a whole file stands for what it exports, too. */
function coversWhole(where: string): boolean {
  return covered.has(where.replace(/#.*/, ''));
}

describe('the corpus', () => {
  it('has samples for every target, under one name', () => {
    expect(new Set(targets.map(({ name }) => name)).size).toBe(targets.length);
    expect(targets.filter((target) => corpusOf(target).valid.length === 0).map(({ name }) => name)).toEqual([]);
  });

  it('has none for targets that are not there, and says of every case what it was', () => {
    const folders = allFiles.filter((path) => path.startsWith('test/fuzz/corpus/')).map((path) => path.replace('test/fuzz/corpus/', '').replace(/\/[^/]+$/, ''));
    expect([...new Set(folders)].filter((name) => !targets.some((target) => target.name === name))).toEqual([]);
    const cases = targets.flatMap((target) => corpusOf(target).cases);
    expect(cases.length).toBeGreaterThan(0);
    for (const { was, expect: expected } of cases) {
      expect(was).toMatch(/^[A-Z].{20,}\.$/);
      expect(expected).toMatch(/^(accepted|refused [\w -]+)$/);
    }
    expect(CORPUS.endsWith('/test/fuzz/corpus/')).toBe(true);
  });
});
