/**
 * The two voices of the command line (design §8): stdout carries JSON, one value per line, when --json is given or when it
 * is not a terminal; words for people go to stderr.
 */
import type { Failure } from '../protocol/errors.ts';
import { nextStep } from './next-step.ts';

export interface Output {
  /** What a command came to: the value for programs, the words for people. */
  result(value: unknown, words: string): void;
  /** Something on the way, for people only. */
  say(words: string): void;
  /** How far something is, in the place of what was said of it before; nothing at the end. Only where a terminal shows it. */
  progress(words: string): void;
  /** Something drawn, such as a code to scan; only where a terminal shows it. The caller answers for every character. */
  picture(text: string): void;
  failure(failure: Failure): void;
  /** For one word or name inside words. */
  strong(text: string): string;
}

interface Streams {
  readonly stdout: { write(text: string): unknown; isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; isTTY?: boolean };
}

export function createOutput(json: boolean, { stdout, stderr }: Streams = process, env: Readonly<Record<string, string | undefined>> = process.env): Output {
  const forPrograms = json || stdout.isTTY !== true;
  const colours = stderr.isTTY === true && !env['NO_COLOR'];
  const say = (words: string): void => { if (words !== '') stderr.write(`${printable(words, colours)}\n`); };
  const wipe = (words: string): void => { if (stderr.isTTY === true) stderr.write(`\r\u001b[2K${printable(words, colours)}`); };
  return {
    say,
    progress: wipe,
    result: (value, words) => {
      if (forPrograms) stdout.write(`${JSON.stringify(value)}\n`);
      if (!json) say(words);
    },
    failure: (failure) => {
      if (forPrograms) stdout.write(`${JSON.stringify({ ok: false, ...failure })}\n`);
      const next = nextStep(failure.code);
      say(`${strong('tallystick:')} ${failure.detail} [${failure.code}]${next ? `\n  ${next}` : ''}`);
    },
    picture: (text) => { if (stderr.isTTY === true) stderr.write(`${text.trimEnd()}\n`); },
    strong,
  };
}

// Marks that become bold type at the very end; all that they could do to a terminal if forged is that.
const [BOLD, PLAIN] = ['\u0001', '\u0002'];
const strong = (text: string): string => `${BOLD}${text}${PLAIN}`;

// Names and notes come from other people; a terminal would obey what is hidden in them.
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const printable = (words: string, colours: boolean): string => words.replace(UNPRINTABLE, (character) => {
  if (character === '\n') return character;
  if (character === BOLD) return colours ? '\u001b[1m' : '';
  if (character === PLAIN) return colours ? '\u001b[0m' : '';
  return '\ufffd';
});
