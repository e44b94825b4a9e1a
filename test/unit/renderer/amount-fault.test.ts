/** Why an amount was refused: one rule is named, and never for an amount that the reader takes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DECIMALS } from '../../../protocol/limits.ts';
import { amountFault } from '../../../renderer/i18n/amount-fault.ts';
import { readTypedAmount } from '../../../renderer/i18n/typed-amount.ts';
import { sharedMessages } from '../../../renderer/i18n/shared.messages.ts';

describe('what is wrong with an amount', () => {
  it.each([
    ['', 2, 'en', 'empty'], ['-5', 2, 'en', 'sign'], ['+5', 2, 'de', 'sign'], ['ten', 2, 'en', 'digits'], ['1e3', 2, 'en', 'digits'], ['007', 2, 'en', 'digits'], ['.5', 2, 'en', 'digits'], ['٣', 2, 'en', 'digits'],
    ['1.2.3', 2, 'en', 'grouping'], ['1,00,0', 2, 'en', 'grouping'], ['0,250', 3, 'en', 'grouping'], ['12.345', 2, 'en', 'decimals'], ['12,345', 2, 'de', 'decimals'], ['1,250.505', 2, 'en', 'decimals'], ['12.5', 0, 'en', 'whole'],
    ['0', 2, 'en', 'zero'], ['0,00', 2, 'de', 'zero'], ['99999999999999999999', 2, 'en', 'large'], ['99.999.999.999.999.999.999', 2, 'de', 'large'],
  ] as const)('%s with %i decimals in %s: %s', (text, decimals, locale, fault) => {
    expect(readTypedAmount(text, decimals, locale).ok).toBe(false);
    expect(amountFault(text, decimals, locale)).toBe(fault);
  });

  it('has a sentence in both languages, whatever was typed', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-0-9.,]{1,24}$/)), fc.integer({ min: 0, max: MAX_DECIMALS }), fc.constantFrom('en' as const, 'de' as const), (text, decimals, locale) => {
      expect(sharedMessages[locale].amountFault[amountFault(text, decimals, locale)]).toMatch(/\.$/);
    }));
  });
});
