/** Amounts as people type them: both languages' marks, and never a wrong guess by a factor of a thousand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_AMOUNT, MAX_DECIMALS } from '../../../protocol/limits.ts';
import { displayAmount } from '../../../renderer/i18n/number-format.ts';
import { readTypedAmount } from '../../../renderer/i18n/typed-amount.ts';

const read = (text: string, decimals: number, locale: string): bigint | string => {
  const result = readTypedAmount(text, decimals, locale);
  return result.ok ? result.value : result.failure.code;
};

describe('an amount that was typed', () => {
  it.each([
    ['12', 2, 'en', 1200n], ['12.5', 2, 'en', 1250n], ['1,250.50', 2, 'en', 125050n], ['1250', 0, 'en', 1250n], [' 7 ', 2, 'en', 700n], ['12.', 2, 'en', 1200n], ['0.01', 2, 'en', 1n],
    ['12,5', 2, 'de', 1250n], ['1.250,50', 2, 'de', 125050n], ['1.250', 2, 'de', 125000n], ['12.5', 2, 'de', 1250n], ['1 250,5', 2, 'de', 125050n], ['12,5', 2, 'en', 1250n],
  ] as const)('%s with %i decimals in %s is %s', (text, decimals, locale, minor) => {
    expect(read(text, decimals, locale)).toBe(minor);
  });

  it.each([
    ['', 2, 'en'], ['0', 2, 'en'], ['0.00', 2, 'en'], ['-5', 2, 'en'], ['+5', 2, 'en'], ['1e3', 2, 'en'], ['1.234', 2, 'en'], ['12.345', 2, 'en'], ['NaN', 2, 'en'], ['Infinity', 2, 'en'], ['١٢', 2, 'en'], ['0x10', 2, 'en'],
    ['1,25,0', 2, 'en'], ['1.2.3', 2, 'en'], ['12,3456', 2, 'de'], ['0,250', 3, 'en'], ['12.50', 0, 'en'], ['9223372036854775808', 0, 'en'], ['99999999999999999999999', 0, 'en'],
  ] as const)('%s with %i decimals in %s is refused', (text, decimals, locale) => {
    expect(read(text, decimals, locale)).toBe('bad_amount');
  });

  it('is understood again when it is shown and typed back, in either language', () => {
    fc.assert(fc.property(fc.bigInt(1n, MAX_AMOUNT), fc.integer({ min: 0, max: MAX_DECIMALS }), fc.constantFrom('en', 'de'), (minor, decimals, locale) => {
      expect(read(displayAmount(minor, decimals, locale), decimals, locale)).toBe(minor);
    }));
  });

  it('never throws, whatever was typed', () => {
    fc.assert(fc.property(fc.string(), fc.integer({ min: 0, max: MAX_DECIMALS }), (text, decimals) => {
      expect(['bigint', 'string']).toContain(typeof read(text, decimals, 'de'));
    }));
  });
});

describe('an amount that is shown', () => {
  it('keeps every digit of the largest amount', () => {
    expect(displayAmount(MAX_AMOUNT, 2, 'en')).toBe('92,233,720,368,547,758.07');
    expect(displayAmount(MAX_AMOUNT, 9, 'de')).toBe('9.223.372.036,854775807');
    expect(displayAmount('0', 0, 'en')).toBe('0');
  });
});
