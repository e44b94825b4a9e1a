/** Whatever language a publisher says, the page that shows it stands. */
import { expect, it } from 'vitest';
import { LanguageSchema } from '../../../protocol/licence.codec.ts';
import { languageName } from '../../../renderer/features/library/language-name.ts';

it('names what has a name', () => {
  expect([languageName('de', 'en'), languageName('pt-BR', 'en'), languageName('en', 'de')]).toEqual(['German', 'Brazilian Portuguese', 'Englisch']);
});

it('is null for tags that a publication may bear and that name nothing, and never throws', () => {
  for (const tag of ['en-1', 'abcdefgh-x', 'zz-abcdefgh-1-2-3', 'qqq']) {
    expect(LanguageSchema.safeParse(tag).success, tag).toBe(true);
    expect(languageName(tag, 'en'), tag).toBeNull();
  }
});
