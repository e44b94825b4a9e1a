/** Sizes, speeds and waits as a person reads them. */
import { expect, it } from 'vitest';
import { leftText, percentOf, speedText } from '../../../renderer/features/library/fetch-words.ts';
import { sizeText } from '../../../renderer/i18n/size-text.ts';

it('gives sizes in the unit that fits', () => {
  expect([0, 999, 1000, 1_240_000, 52_000_000, 4_000_000_000].map((bytes) => sizeText(bytes, 'en'))).toEqual(['0 bytes', '999 bytes', '1 kB', '1.2 MB', '52 MB', '4 GB']);
  expect([sizeText(1_240_000, 'de'), speedText(96_000, 'en')]).toEqual(['1,2 MB', '96 kB/s']);
});

it('rounds waits up, so that they never end early', () => {
  expect([0, 1.2, 59.9, 61, 3601].map((seconds) => leftText(seconds, 'en'))).toEqual(['1 sec', '2 sec', '60 sec', '2 min', '2 hr']);
});

it('says 100 percent only when all is there', () => {
  expect([percentOf(0, null), percentOf(5, 0), percentOf(999, 1000), percentOf(1000, 1000), percentOf(1, 3)]).toEqual([0, 0, 99, 100, 33]);
});
