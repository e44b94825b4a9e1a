/** What goes to stdout, what to stderr, and what never reaches a terminal (design §8). */
import { describe, expect, it } from 'vitest';
import { createOutput } from '../../../cli/output.ts';

function voices(json: boolean, tty: { out: boolean; err: boolean }, env: Record<string, string> = {}) {
  const said = { out: '', err: '' };
  const output = createOutput(json, {
    stdout: { isTTY: tty.out, write: (text) => { said.out += text; } },
    stderr: { isTTY: tty.err, write: (text) => { said.err += text; } },
  }, env);
  return { said, output };
}

describe('a result', () => {
  it('is one line of JSON on stdout with --json, and nothing else there', () => {
    const { said, output } = voices(true, { out: true, err: true });
    output.say('Connecting…');
    output.result({ a: 1, text: 'two\nlines' }, 'words');
    expect(said).toEqual({ out: '{"a":1,"text":"two\\nlines"}\n', err: 'Connecting…\n' });
  });
  it('is words only at a terminal', () => {
    const { said, output } = voices(false, { out: true, err: true });
    output.result({ a: 1 }, 'words');
    expect(said).toEqual({ out: '', err: 'words\n' });
  });
  it('is both where stdout goes to a program', () => {
    const { said, output } = voices(false, { out: false, err: true });
    output.result({ a: 1 }, 'words');
    expect(said).toEqual({ out: '{"a":1}\n', err: 'words\n' });
  });
});

describe('how far something is', () => {
  it('stands in one line of a terminal, in the place of what was there before', () => {
    const { said, output } = voices(true, { out: false, err: true });
    output.progress('Encrypting, 9 %');
    output.progress('Encrypting, 10 %\u0007');
    output.progress('');
    expect(said).toEqual({ out: '', err: '\r\u001b[2KEncrypting, 9 %\r\u001b[2KEncrypting, 10 %\ufffd\r\u001b[2K' });
  });
  it('is said nowhere else', () => {
    const { said, output } = voices(false, { out: true, err: false });
    output.progress('Encrypting, 9 %');
    expect(said).toEqual({ out: '', err: '' });
  });
});

describe('a failure', () => {
  it('has its code on stdout and on stderr what to do', () => {
    const { said, output } = voices(true, { out: false, err: false });
    output.failure({ code: 'no_wallet', detail: 'There is no wallet in /x.', params: { folder: '/x' } });
    expect(JSON.parse(said.out)).toEqual({ ok: false, code: 'no_wallet', detail: 'There is no wallet in /x.', params: { folder: '/x' } });
    expect(said.err).toContain('tallystick init');
  });
});

describe('a terminal', () => {
  it.each([
    ['a terminal', true, {}, '\u001b[1mBen\u001b[0m\n'],
    ['no terminal', false, {}, 'Ben\n'],
    ['a terminal whose owner wants none', true, { NO_COLOR: '1' }, 'Ben\n'],
  ])('is given bold type on %s as it should', (_where, err, env, expected) => {
    const { said, output } = voices(false, { out: true, err }, env as Record<string, string>);
    output.say(output.strong('Ben'));
    expect(said.err).toBe(expected);
  });
  it('is not given what other people hid in a name or a note', () => {
    const { said, output } = voices(false, { out: true, err: true });
    output.say('\u001b]0;title\u0007 \u001b[2J \u001b[8m \u202egnp.exe \r\u0008\u009b31m');
    expect(said.err).toBe('\ufffd]0;title\ufffd \ufffd[2J \ufffd[8m \ufffdgnp.exe \ufffd\ufffd\ufffd31m\n');
  });
});
