/** Who may import whom (design §4): each rule fails on a file that breaks it, with the lint configuration that is in use. */
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { ROOT } from './source-tree.ts';

/** As configured, but for the rules that need types: those of a file that does not exist are not known. */
const eslint = new ESLint({
  cwd: ROOT,
  overrideConfig: {
    languageOptions: { parserOptions: { projectService: false } },
    rules: Object.fromEntries(['no-floating-promises', 'no-misused-promises', 'switch-exhaustiveness-check'].map((name) => [`@typescript-eslint/${name}`, 'off'])),
  },
});

/** Messages of the rule about imports for a file with this text at this place. */
async function troublesOf(path: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(path.endsWith('.vue') ? `<script setup lang="ts">\n${text}\n</script>\n<template><p /></template>\n` : text, { filePath: `${ROOT}${path}` });
  const messages = result?.messages ?? [];
  expect(messages.filter(({ fatal }) => fatal), 'the fixture must parse').toEqual([]);
  return messages.filter(({ ruleId }) => ruleId === 'house/imports').map(({ message }) => message);
}

const FORBIDDEN: readonly [string, string, string][] = [
  ['the host reaches into the vault', 'main/host/wallet-host.ts', `import { step } from '../../enclave/vault/step.ts'; step;`],
  ['the command line reaches into the vault', 'cli/tallystick.ts', `export * from '../enclave/vault/step.ts';`],
  ['the vault knows the host', 'enclave/vault/step.ts', `import type { WalletHost } from '../../main/host/wallet-host.port.ts'; export type X = WalletHost;`],
  ['the vault knows its own start-up', 'enclave/vault/step.ts', `export { boot } from '../runtime/boot.ts';`],
  ['the vault uses a module of Node', 'enclave/vault/step.ts', `import { randomBytes } from 'node:crypto'; randomBytes;`],
  ['the runtime uses a module of Node by its old name', 'enclave/runtime/vault-main.ts', `import fs from 'fs'; fs;`],
  ['the vault holds a package that is not allowed', 'enclave/vault/step.ts', `import { Level } from 'level'; Level;`],
  ['the reader knows the vault', 'enclave/reader/reading.ts', `import { step } from '../vault/step.ts'; step;`],
  ['the vault holds the reader’s parsers', 'enclave/vault/step.ts', `import { SaxesParser } from 'saxes'; SaxesParser;`],
  ['what both share knows one of them', 'enclave/grants/grants.codec.ts', `import '../reader/reading.ts';`],
  ['a module loads something later', 'enclave/runtime/vault-main.ts', `await import('libp2p');`],
  ['protocol/ imports the host', 'protocol/limits.ts', `import '../main/host/wallet-host.ts';`],
  ['protocol/ uses a module of Node', 'protocol/limits.ts', `import 'node:fs';`],
  ['the host imports Electron', 'main/host/wallet-host.ts', `import { app } from 'electron'; app;`],
  ['the host names a type of Electron', 'main/host/wallet-host.ts', `export type X = import('electron').App;`],
  ['the host imports the desktop', 'main/host/wallet-host.ts', `import '../desktop/index.ts';`],
  ['the command line imports Electron', 'cli/tallystick.ts', `import 'electron';`],
  ['a feature imports another', 'renderer/features/send/SendForm.vue', `import { x } from '../people/people.ts'; x;`],
  ['the building blocks know a feature', 'renderer/ui/button.ts', `import '../features/send/send.ts';`],
  ['the interface imports the host', 'renderer/main.ts', `import '../main/host/wallet-host.ts';`],
  ['the interface uses a module of Node', 'renderer/main.ts', `import 'node:path';`],
  ['the preload script imports the host', 'preload/index.ts', `import '../main/host/wallet-host.ts';`],
  ['the preload script uses a module of Node', 'preload/index.ts', `const fs = require('fs'); fs;`],
  ['an import goes by an absolute path', 'cli/tallystick.ts', `import '/etc/wallet.js';`],
];

const ALLOWED: readonly [string, string][] = [
  ['enclave/runtime/vault-main.ts', `import 'ses'; import { step } from '../vault/step.ts'; import { fail } from '../../protocol/errors.ts'; step; fail;`],
  ['enclave/vault/step.ts', `import { sha256 } from '@noble/hashes/sha2.js'; import { decode } from 'cborg'; sha256; decode;`],
  ['enclave/reader/engine/engine.ts', `await import('mupdf'); import { Inflate } from 'fflate/browser'; import '../../grants/grants.codec.ts'; Inflate;`],
  ['main/host/wallet-host.ts', `import { Level } from 'level'; import 'node:fs'; import '../../protocol/errors.ts'; Level;`],
  ['main/desktop/index.ts', `import { app } from 'electron'; import '../host/wallet-host.ts'; app;`],
  ['preload/index.ts', `import { ipcRenderer } from 'electron'; import '../protocol/bridge.ts'; ipcRenderer;`],
  ['renderer/features/send/SendForm.vue', `import { x } from './amount.ts'; import { y } from '../../ui/button.ts'; x; y;`],
  ['cli/tallystick.ts', `import '../main/host/wallet-host.ts'; import { Command } from 'commander'; Command;`],
  ['test/unit/vault.test.ts', `import '../../enclave/vault/step.ts'; import 'node:fs';`],
];

describe('the lint refuses that', () => {
  it.each(FORBIDDEN)('%s', async (_what, path, text) => {
    expect(await troublesOf(path, text)).toHaveLength(1);
  });
});

describe('the lint accepts ordinary imports of', () => {
  it.each(ALLOWED)('%s', async (path, text) => {
    expect(await troublesOf(path, text)).toEqual([]);
  });
});

describe('the lint keeps the vault free of', () => {
  it.each(['Date.now()', 'new Date()', 'Math.random()', 'crypto.getRandomValues(new Uint8Array(1))', 'setTimeout(() => 0, 1)', 'fetch("x")', 'process.exit()'])('%s', async (text) => {
    const [result] = await eslint.lintText(`export const x = ${text};\n`, { filePath: `${ROOT}enclave/vault/step.ts` });
    expect(result?.messages.filter(({ ruleId }) => ruleId?.startsWith('no-restricted')).length).toBeGreaterThan(0);
  });
});
