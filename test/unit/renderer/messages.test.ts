/** The two languages say the same things, every error code has its sentence, and no screen asks for a message that is not there. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../../protocol/errors.ts';
import { TRANSFER_STATES, WaitsForSchema } from '../../../protocol/contracts/views.ts';
import { walletContract } from '../../../protocol/contracts/wallet.contract.ts';
import { catalogues, pickLanguage } from '../../../renderer/i18n/i18n.ts';

type Tree = { readonly [key: string]: string | Tree };
const flat = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]): [string, string][] => typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`));

const english = new Map(flat(catalogues.en));
const german = new Map(flat(catalogues.de));
const placeholders = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].toSorted();

describe('messages', () => {
  it('have the same keys in both languages', () => {
    expect([...german.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });

  it('are never empty and fill in the same names in both languages', () => {
    for (const [key, text] of english) {
      expect(text.trim(), key).not.toBe('');
      expect(german.get(key)?.trim(), key).not.toBe('');
      expect(placeholders(german.get(key) ?? ''), key).toEqual(placeholders(text));
    }
  });

  it('have a sentence for every error code', () => {
    for (const code of ERROR_CODES) {
      expect(english.get(`errors.${code}`), code).toMatch(/[.?]$/);
      expect(german.get(`errors.${code}`), code).toMatch(/[.?]$/);
    }
  });

  it('have a word for every state and every wait', () => {
    for (const state of TRANSFER_STATES) expect(english.has(`state.${state}`), state).toBe(true);
    for (const wait of WaitsForSchema.options) expect(english.has(`waits.${wait}`), wait).toBe(true);
  });

  it('contain nothing that the message format reads as a link to another message', () => {
    for (const [key, text] of [...english, ...german]) expect(text, key).not.toContain('@');
  });

  it('exist for every key that a screen names', () => {
    const missing: string[] = [];
    for (const file of globSync('renderer/**/*.{vue,ts}')) {
      const source = readFileSync(file, 'utf8');
      const named = [...source.matchAll(/(?:\$t|\bt)\('([\w.-]+)'/g), ...source.matchAll(/'((?:shell|home|library|send|people|activity|currencies|settings|stopped|welcome|pairing)\.[\w.-]+)'/g)];
      for (const [, key = ''] of named) if (!english.has(key) && !Object.hasOwn(walletContract, key)) missing.push(`${file}: ${key}`);
    }
    expect(missing).toEqual([]);
  });
});

describe('the language', () => {
  it('is the chosen one, else the first preferred one that is spoken, else English', () => {
    expect(pickLanguage('de', ['en-GB'])).toBe('de');
    expect(pickLanguage(null, ['fr-FR', 'de-AT', 'en'])).toBe('de');
    expect(pickLanguage(null, ['fr-FR'])).toBe('en');
    expect(pickLanguage(null, [])).toBe('en');
  });
});
