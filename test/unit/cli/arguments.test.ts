/** Any arguments at all end with help or with a code that says what is wrong, never with a stack (assurance row 38). */
import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ERROR_CODES } from '../../../protocol/errors.ts';
import { settle } from '../../../cli/command.ts';
import { createOutput } from '../../../cli/output.ts';
import { createProgram, runProgram } from '../../../cli/program.ts';

const NOWHERE = join(tmpdir(), `tally-no-such-folder-${process.pid}`);
let out = '';

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => { out += String(text); return true; });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

async function run(argv: readonly string[]): Promise<{ status: number; out: string }> {
  out = '';
  process.exitCode = 0;
  const status = await settle(createOutput(true), () => runProgram(argv));
  return { status: Number(process.exitCode) || status, out };
}

// Those that do something without a wallet have tests of their own.
const commands = createProgram().commands.map((command) => command.name()).filter((name) => !['init', 'demo'].includes(name));
const words = fc.oneof(
  fc.constantFrom(...commands, 'new', 'rule', 'set', 'help'),
  fc.constantFrom('--json', '--wait', '--memo', '--pending', '--accept', '--limit', '--listen', '--timeout', '--decimals', '--help', '--', '-x', '--no-such'),
  fc.constantFrom('GLD', 'Ben', '5', '-5', '1e9', '0x10', 'NaN', '../..', 'tally1', '__proto__', 'constructor', 'toString'),
  fc.string(),
);

it('gives a code or help for any arguments, and makes nothing', async () => {
  await fc.assert(fc.asyncProperty(fc.array(words, { maxLength: 6 }), async (argv) => {
    const { status, out: said } = await run(['--data', NOWHERE, ...argv]);
    if (status === 0) {
      expect(said).toMatch(/Usage:|^\d+\.\d+\.\d+\n$/);
      return;
    }
    // 1: a browser's address of a wallet that is not served.
    expect(argv.includes('ui-link') ? [1, 2] : [2]).toContain(status);
    const failure = JSON.parse(said) as { ok: boolean; code: string };
    expect(failure.ok).toBe(false);
    expect(ERROR_CODES.filter((code) => code !== 'internal')).toContain(failure.code);
  }), { numRuns: 500 });
  expect(existsSync(NOWHERE)).toBe(false);
});

it('has help for every command that says what it does', async () => {
  for (const name of commands) {
    const { status, out: help } = await run(['help', name]);
    expect([name, status]).toEqual([name, 0]);
    if (name !== 'help') expect(help).toMatch(/--json/);
  }
});

it.each([
  [['renew', 'x', '--untill', '2026-01-01'], /tallystick renew --help$/],
  [['currency', 'new', 'GLD', '--no-such'], /tallystick currency new --help$/],
  [['contacts', 'rule', 'root'], /'ask\|auto'.* See tallystick contacts rule --help$/],
  [['send', 'Ben'], /tallystick send --help$/],
  [['no-such-command'], /See tallystick --help$/],
])('says of %j where the answer is', async (argv, where) => {
  const { status, out: said } = await run(argv);
  expect([status, JSON.parse(said)]).toEqual([2, { ok: false, code: 'bad_input', detail: expect.stringMatching(where) }]);
});
