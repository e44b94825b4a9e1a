/** What a person typed, and whom or what it means (design §8). Money must not go to the second best match. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CurrencyId, instanceIdOf } from '../../../protocol/identifiers.ts';
import type { CurrencyView } from '../../../protocol/contracts/views.ts';
import { resolveContact } from '../../../cli/resolve-contact.ts';
import { minorOf, resolveCurrency } from '../../../cli/resolve-currency.ts';
import { resolveId } from '../../../cli/resolve-id.ts';
import { refusalCode } from '../../support/refusals.ts';

const key = (byte: number) => instanceIdOf(new Uint8Array(32).fill(byte));
describe('a contact', () => {
  const ada = { instance: key(1), name: 'Ada' };
  const ben = { instance: key(2), name: 'Ben' };
  const benToo = { instance: key(3), name: 'BEN' };
  const people = [ada, ben, benToo];

  it('is found by name, whatever its case, and by key or a beginning of it', () => {
    expect(resolveContact('Ada', people)).toBe(ada);
    expect(resolveContact(' ada ', people)).toBe(ada);
    expect(resolveContact(ada.instance, people)).toBe(ada);
    expect(resolveContact(ada.instance.slice(0, 12), people)).toBe(ada);
  });
  it('with the very name goes before one with another case', () => {
    expect(resolveContact('BEN', people)).toBe(benToo);
    expect(resolveContact('Ben', people)).toBe(ben);
    expect(refusalCode(() => resolveContact('ben', people))).toBe('ambiguous_name');
  });
  it('is never guessed from part of a name', () => expect(refusalCode(() => resolveContact('Ad', people))).toBe('unknown_contact'));
  it('is ambiguous, with the choices named, when two match', () => {
    const twins = [ada, { instance: key(9), name: 'Ada' }];
    expect(refusalCode(() => resolveContact('Ada', twins))).toBe('ambiguous_name');
    expect(() => resolveContact('Ada', twins)).toThrow(key(9));
  });
  it('is not found by what every key begins with', () => expect(refusalCode(() => resolveContact('tally1', [ada]))).toBe('unknown_contact'));
  it('named like a key does not take the place of that key', () => {
    const impostor = { instance: key(5), name: ada.instance as string };
    expect(refusalCode(() => resolveContact(ada.instance, [ada, impostor]))).toBe('ambiguous_name');
  });
  it('of any text at all is found or refused with a code', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      const code = refusalCode(() => resolveContact(text, people));
      return ['nothing thrown', 'unknown_contact', 'ambiguous_name'].includes(code);
    }));
  });
});

describe('a currency', () => {
  const currency = (byte: string, code: string, issuer: number, extra: Partial<CurrencyView> = {}): CurrencyView =>
    ({ id: byte.repeat(64) as CurrencyId, code, decimals: 2, name: code, issuer: key(issuer), issuerName: null, mine: false, ...extra });
  const mine = currency('a', 'GLD', 1, { mine: true, issuerName: 'Ada' });
  const bens = currency('b', 'GLD', 2, { issuerName: 'Ben' });
  const silver = currency('c', 'SLV', 2);

  it('is found by its code, in either case', () => expect(resolveCurrency('slv', [mine, bens, silver])).toBe(silver));
  it('with a code of two issuers must be said whose', () => {
    expect(refusalCode(() => resolveCurrency('GLD', [mine, bens]))).toBe('ambiguous_name');
    expect(() => resolveCurrency('GLD', [mine, bens])).toThrow(/GLD@me, GLD@tally1\w+ \(Ben\)/);
    for (const text of ['GLD@me', 'gld@Ada', `GLD@${key(1)}`, 'a'.repeat(64), 'a'.repeat(9)]) expect(resolveCurrency(text, [mine, bens])).toBe(mine);
    for (const text of ['GLD@ben', `GLD@${key(2).slice(0, 14)}`, 'b'.repeat(64)]) expect(resolveCurrency(text, [mine, bens])).toBe(bens);
  });
  it('that is unknown is refused, and so is an unknown issuer', () => {
    for (const text of ['XYZ', '', 'GLD@', 'GLD@nobody', 'f'.repeat(64)]) expect([text, refusalCode(() => resolveCurrency(text, [mine, bens]))]).toEqual([text, 'unknown_currency']);
    expect(() => resolveCurrency('f'.repeat(64), [mine])).toThrow('its id alone does not say who issues it');
  });
});

describe('an amount', () => {
  it('is read with the decimals of its currency', () => {
    expect(minorOf('12.5', { decimals: 2 })).toBe('1250');
    expect(minorOf('12', { decimals: 0 })).toBe('12');
  });
  it.each(['-1', '+1', '0', '0.00', '1e3', '1,000', 'NaN', 'Infinity', '', ' ', '1.', '.5', '01', '1.234', '0x10', '9223372036854775808', '१'])('of %j is refused', (text) => {
    expect(refusalCode(() => minorOf(text, { decimals: 2 }))).toBe('bad_amount');
  });
});

describe('an id', () => {
  const items = [{ id: 'abcd'.padEnd(32, '0') }, { id: 'abcd1'.padEnd(32, '0') }];
  it('is found by a unique beginning', () => expect(resolveId('ABCD1', items)).toBe(items[1]));
  it('is refused when ambiguous, unknown or malformed', () => {
    expect(refusalCode(() => resolveId('abcd', items))).toBe('ambiguous_name');
    expect(refusalCode(() => resolveId('ffff', items))).toBe('unknown_transfer');
    for (const text of ['', 'abc', 'xyz1', '../..', 'a'.repeat(33)]) expect(refusalCode(() => resolveId(text, items))).toBe('bad_input');
  });
});
