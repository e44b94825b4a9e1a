/** What the app takes from its command line, and that a link ends it (assurance row 43). */
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../main/desktop/arguments.ts';
import { MAX_LINK_CHARS, linkOf } from '../../../main/desktop/rules/deep-link.ts';

const DEFAULTS = { dataDir: '/home/ada/wallet', listen: ['/ip4/0.0.0.0/tcp/0'] };
const parse = (...argv: string[]) => parseArguments(argv, DEFAULTS);

describe('the arguments of the app', () => {
  it('have defaults', () => {
    expect(parse()).toEqual({ ok: true, value: { dataDir: resolve('/home/ada/wallet'), listen: ['/ip4/0.0.0.0/tcp/0'], mdns: true, hidden: false, link: null } });
  });

  it('are read in both spellings, among switches of Chromium and the app\'s folder', () => {
    const given = parse('--no-sandbox', '--inspect=0', '-r', 'x.cjs', '/opt/app', '--data', 'w', '--listen=/ip4/1.2.3.4/tcp/5', '--listen', '/ip6/::1/tcp/0', '--no-mdns', '--hidden', '--type=x');
    expect(given).toEqual({ ok: true, value: { dataDir: resolve('w'), listen: ['/ip4/1.2.3.4/tcp/5', '/ip6/::1/tcp/0'], mdns: false, hidden: true, link: null } });
  });

  it.each([['--data'], ['--listen'], ['--data='], ['--data', '--listen'], ['--listen', 'tallystick://pair/x']])('are refused where a value is missing: %s %s', (...argv) => {
    expect(parse(...argv)).toMatchObject({ ok: false, failure: { code: 'bad_input' } });
  });

  it('end at a link: what follows was not written by the person', () => {
    expect(parse('--no-mdns', 'tallystick://pair/x?a=--data=/y', '--data', '/evil', '--hidden')).toMatchObject({
      ok: true, value: { link: 'tallystick://pair/x?a=--data=/y', dataDir: resolve('/home/ada/wallet'), hidden: false, mdns: false },
    });
  });

  it('end at a link that is too long, too, which is dropped', () => {
    expect(parse(`tallystick://${'x'.repeat(MAX_LINK_CHARS)}`, '--data', '/evil')).toMatchObject({ ok: true, value: { link: null, dataDir: resolve('/home/ada/wallet') } });
  });

  it('are never a reason to throw, and never more than sixteen addresses', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom('--data', '--listen', '--listen=/ip4/1.1.1.1/tcp/1', 'tallystick://x'), fc.string()), { maxLength: 60 }), (argv) => {
      const given = parseArguments(argv, DEFAULTS);
      if (given.ok) expect(given.value.listen.length).toBeLessThanOrEqual(16);
      else expect(given.failure.code).toBe('bad_input');
    }));
  });
});

describe('a link', () => {
  it.each([['tallystick://pair/x', true], ['TallyStick:x', true], ['https://tallystick', false], [' tallystick://x', false], ['tallystickx://', false], [7, false], [null, false], [{}, false]])('is text of our scheme: %j → %s', (value, is) => {
    expect(linkOf(value)).toBe(is ? value : null);
  });
});
