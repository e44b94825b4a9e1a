/**
 * The documents say what the code says, wherever a machine can tell: links and paths, commands, error codes, messages and
 * their fields, limits, and the words that the interface does not use.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../cli/program.ts';
import { ERROR_CODES, exitStatusOf } from '../../protocol/errors.ts';
import * as limits from '../../protocol/limits.ts';
import { CurrencyDescriptorSchema } from '../../protocol/currency.codec.ts';
import { LaneFrameSchema, MessageSchema } from '../../protocol/messages.codec.ts';
import { EvidenceSchema } from '../../protocol/statements.codec.ts';
import { anchorsOf, codeSpansOf, documents, linksOf, proseOf, sectionOf, tableRows } from './documents.ts';
import { ROOT, allFiles, textOf } from './source-tree.ts';

const bare = (cell = ''): string => cell.replaceAll('`', '');
const protocol = textOf('docs/PROTOCOL.md');

describe('the documents', () => {
  it('link to what is there, down to the heading', () => {
    const broken = documents.flatMap((path) => linksOf(proseOf(path)).filter((target) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [file = '', anchor] = target.split('#');
      const full = file === '' ? path : join(dirname(path), file);
      return !existsSync(`${ROOT}${full}`) || (anchor !== undefined && !anchorsOf(textOf(full)).includes(anchor));
    }).map((target) => `${path}: ${target}`));
    expect(broken).toEqual([]);
  });

  it('name files and folders that exist', () => {
    const ours = /^(enclave|protocol|main|preload|renderer|cli|test|docs|scripts)\/[\w./-]*$/;
    const missing = documents.flatMap((path) => codeSpansOf(proseOf(path)).filter((code) => ours.test(code) && !existsSync(`${ROOT}${code}`)).map((code) => `${path}: ${code}`));
    expect(missing).toEqual([]);
  });

  it('name npm scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const asked = documents.flatMap((path) => [...textOf(path).matchAll(/npm (?:run (?:-s |--silent )?([\w-]+)|(start|test)\b)/g)].map(([, run, short]) => run ?? short ?? ''));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('the README’s table of commands', () => {
  const program = createProgram();
  const rows = tableRows(textOf('README.md'), 'command');
  /** Follows the words that name commands; what is left are arguments. */
  const find = (words: readonly string[]): Command | null => {
    let at: Command = program;
    for (const word of words) {
      const next = at.commands.find((command) => command.name() === word);
      if (!next) return at === program ? null : at;
      at = next;
    }
    return at === program ? null : at;
  };
  const spans = rows.flatMap(([first = '', second = '']) => [...codeSpansOf(first), ...codeSpansOf(second)].map((span) => ({ span, row: first })));

  it('names commands and options that the command line has', () => {
    const unknown = spans.filter(({ span, row }) => {
      const words = span.replace(/^tallystick /, '').split(' ');
      const own = find(bare(row).replace(/^tallystick /, '').split(' '));
      const named = span.startsWith('--') ? own : find(words);
      const lowerCase = words.filter((word) => /^[a-z-]+$/.test(word) && !word.startsWith('-'));
      const path = lowerCase.length > 1 ? named?.name() === lowerCase.at(-1) : named !== null;
      return !path || words.filter((word) => word.startsWith('--')).some((flag) => !named?.options.some(({ long }) => long === flag));
    });
    expect(unknown).toEqual([]);
  });

  it('leaves out none', () => {
    const named = new Set(spans.map(({ span }) => find(span.replace(/^tallystick /, '').split(' '))?.name()));
    expect(program.commands.map((command) => command.name()).filter((name) => name !== 'help' && !named.has(name))).toEqual([]);
  });
});

it('every error code is in the table of codes, with its exit status', () => {
  const rows = tableRows(textOf('docs/ERRORS.md'), 'code').map(([code, status]) => [bare(code), Number(status)]);
  expect(rows).toEqual(ERROR_CODES.map((code) => [code, exitStatusOf(code)]));
});

describe('the protocol’s description', () => {
  /** Names in the first column of a section's tables. */
  const fieldsIn = (title: string): string[] | null => {
    const section = sectionOf(protocol, title);
    return section === null ? null : [...tableRows(section, 'field'), ...tableRows(section, 'claim')].flatMap(([name = '']) => codeSpansOf(name)).sort();
  };

  it('has every message between vaults, with exactly its fields', () => {
    for (const { shape } of MessageSchema.options) {
      const { type, ...fields } = shape;
      const name = [...type.values][0] as string;
      // The claims inside evidence stand in the same section.
      const expected = [...Object.keys(fields), ...(name === 'evidence' ? Object.keys(EvidenceSchema.shape) : [])].sort();
      expect(fieldsIn(`\`${name}\``), name).toEqual(expected);
    }
  });

  it('has every field of lane frames and currency descriptors', () => {
    for (const field of [...Object.keys(LaneFrameSchema.shape), ...Object.keys(CurrencyDescriptorSchema.shape)]) expect(protocol).toContain(`| \`${field}\` |`);
  });

  it('has the limits as they are', () => {
    const known = limits as Readonly<Record<string, unknown>>;
    const rows = tableRows(protocol, 'name').filter(([name]) => bare(name).startsWith('MAX_'));
    expect(rows.length).toBeGreaterThan(10);
    for (const [name, value] of rows) expect(`${bare(name)} = ${String(known[bare(name)])}`).toBe(`${bare(name)} = ${value}`);
  });
});

it('the threat model has every row of the matrix once, each with a guard or without a claim', () => {
  const rows = tableRows(textOf('docs/THREAT_MODEL.md'), '#');
  expect(rows.map(([number]) => Number(number))).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect(rows.filter(([, , today = '', guard = '']) => !today.startsWith('not yet') && codeSpansOf(guard).length === 0)).toEqual([]);
});

describe('the interface', () => {
  /** Words to avoid for one thing that the interface says of another, and of which. */
  const OTHER_SENSE: Readonly<Record<string, string>> = {
    version: 'of the app, not a measurement', record: 'the freshness register, told to people', account: 'of the computer’s user, or that there is none',
    server: 'that there is none', guest: 'a kind of Wi-Fi', token: 'what a currency may stand for',
    bookmark: 'a person’s mark in a book, not the reader’s position',
  };

  it('uses no word that the glossary avoids', async () => {
    const avoided = ['word'].flatMap((first) => tableRows(textOf('docs/GLOSSARY.md'), first)).flatMap(([, , avoid = '']) => avoid.split(/[,;]/)).map((word) => word.trim()).filter((word) => word !== '');
    expect(avoided.length).toBeGreaterThan(30);
    const found: string[] = [];
    const excepted = new Set<string>();
    for (const path of allFiles.filter((name) => /^renderer\/.*\.messages\.ts$/.test(name))) {
      for (const catalogue of Object.values((await import(`${ROOT}${path}`)) as Record<string, { en?: unknown }>)) {
        for (const text of textsIn(catalogue.en)) {
          for (const word of avoided.filter((one) => new RegExp(`\\b${one}s?\\b`, 'i').test(text))) {
            if (word in OTHER_SENSE) excepted.add(word);
            else found.push(`${path}: ${word}: ${text}`);
          }
        }
      }
    }
    expect(found).toEqual([]);
    expect(Object.keys(OTHER_SENSE).filter((word) => !excepted.has(word)), 'no longer said').toEqual([]);
  });
});

const textsIn = (tree: unknown): string[] => (typeof tree === 'string' ? [tree] : typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(textsIn) : []);
