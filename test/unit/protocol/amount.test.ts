/** What a person typed as an amount, and the sentence that says what is wrong with it (protocol/amount.ts). */
import { expect, it } from 'vitest';
import { parseAmount } from '../../../protocol/amount.ts';

it.each([
  ['12', 1200n], ['12.5', 1250n], ['0.01', 1n], [' 7 ', 700n], ['92233720368547758.07', 2n ** 63n - 1n],
])('%s is an amount', (text, value) => {
  expect(parseAmount(text, 2)).toEqual({ ok: true, value });
});

it.each([
  ['9'.repeat(18), /larger than any currency/], ['9'.repeat(20), /larger than any currency/], [`${'9'.repeat(400)}.5`, /larger than any currency/],
  ['05', /begin with zeros/], ['00.5', /begin with zeros/], ['.5', /both sides/], ['5.', /both sides/],
  ['-5', /no sign/], ['+5', /no sign/], ['1e9', /exponent/], ['1.5E-3', /exponent/],
  ['1.001', /has 2 decimals/], ['1.0000000000', /has 2 decimals/], ['0', /more than zero/], ['0.00', /more than zero/],
  ['', /is digits/], ['.', /is digits/], ['1,5', /no comma: write 1000, not 1,000/], ['1,000', /no comma/], ['1,000.50', /no comma/], ['1.000,50', /no comma/], ['1.2.3', /is digits/], ['NaN', /is digits/], ['0x10', /is digits/], ['٣', /is digits/],
])('%s is not, and is told why', (text, why) => {
  expect(parseAmount(text, 2)).toMatchObject({ ok: false, failure: { code: 'bad_amount', detail: expect.stringMatching(why) } });
});
