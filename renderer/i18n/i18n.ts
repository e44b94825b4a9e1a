/** Puts the features' messages together and follows the chosen language. Messages are plain text, never HTML. */
import { createI18n, useI18n } from 'vue-i18n';
import { LANGUAGES } from '../../protocol/contracts/host.contract.ts';
import { activityMessages } from '../features/activity/activity.messages.ts';
import { currenciesMessages } from '../features/currencies/currencies.messages.ts';
import { homeMessages } from '../features/home/home.messages.ts';
import { libraryMessages } from '../features/library/library.messages.ts';
import { pairingMessages } from '../features/pairing/pairing.messages.ts';
import { peopleMessages } from '../features/people/people.messages.ts';
import { readingMessages } from '../features/reading/reading.messages.ts';
import { sendMessages } from '../features/send/send.messages.ts';
import { settingsMessages } from '../features/settings/settings.messages.ts';
import { shellMessages } from '../features/shell/shell.messages.ts';
import { stoppedMessages } from '../features/stopped/stopped.messages.ts';
import { welcomeMessages } from '../features/welcome/welcome.messages.ts';
import { errorMessages } from './errors.messages.ts';
import { sharedMessages } from './shared.messages.ts';

export type Language = (typeof LANGUAGES)[number];

const catalogueOf = (language: Language) => ({
  ...sharedMessages[language],
  errors: errorMessages[language],
  activity: activityMessages[language],
  currencies: currenciesMessages[language],
  home: homeMessages[language],
  library: libraryMessages[language],
  pairing: pairingMessages[language],
  people: peopleMessages[language],
  reading: readingMessages[language],
  send: sendMessages[language],
  settings: settingsMessages[language],
  shell: shellMessages[language],
  stopped: stoppedMessages[language],
  welcome: welcomeMessages[language],
});

/** Everything the interface can say. */
export const catalogues = { en: catalogueOf('en'), de: catalogueOf('de') };

/** The person's choice, else the first language of theirs that we speak, else English. */
export function pickLanguage(chosen: Language | null, preferred: readonly string[]): Language {
  if (chosen) return chosen;
  for (const tag of preferred) {
    const known = LANGUAGES.find((language) => tag.toLowerCase().split('-')[0] === language);
    if (known) return known;
  }
  return 'en';
}

export const createMessages = (language: Language) =>
  createI18n({ legacy: false, locale: language, fallbackLocale: 'en', messages: catalogues, missingWarn: false, fallbackWarn: false });

/** Translation and the locale for numbers and times. */
export function useWords() {
  const { t, te, locale } = useI18n({ useScope: 'global' });
  return { t, te, locale };
}
