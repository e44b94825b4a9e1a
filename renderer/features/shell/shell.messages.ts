/** Words around every screen. */
import { messages } from '../../i18n/messages.ts';

export const shellMessages = messages({
  en: {
    skip: 'Skip to content', navigation: 'Main', send: 'Send', request: 'Request',
    home: 'Home', people: 'People', library: 'Books', activity: 'Activity', currencies: 'Currencies', settings: 'Settings',
    waiting: '{count} waiting for your answer | {count} waiting for your answer', look: 'Look',
    restarting: 'The vault was restarted and is coming back. Nothing is lost.',
    lost: 'The wallet cannot be reached. Trying again…', lostText: 'Is it still running? This page comes back by itself as soon as it answers. If it was started anew, it has printed a new address: open that.',
    reaching: 'Opening your wallet…', starting: 'Checking that nothing has changed since last time…',
    news: 'Waiting', messages: 'Messages', dismiss: 'Dismiss',
    arrived: '{amount} arrived from {name}', delivered: '{name} has {amount}', returned: '{amount} came back from {name}', offered: '{name} offers you {amount}', offeredBack: '{name} wants to give {amount} back to you', givenBack: '{name} gave {amount} back to you, and they cease to exist', redeemed: 'You gave {amount} back to {name}, and they cease to exist', asked: '{name} asks you for {amount}',
    loan: { asksLonger: '{name} asks to keep {title} longer', wantsBack: '{name} would like {title} back', over: 'The time of {title} is over', longer: 'You may keep {title} until {date}' },
    help: 'Keyboard shortcuts', helpHint: 'They work while you are not typing. You can switch them off in Settings.',
    keys: { n: 'New transfer', r: 'New request', h: 'Home', p: 'People', b: 'Books', a: 'Activity', c: 'Currencies', s: 'Settings', help: 'This list', esc: 'Close what is open' },
    protected: 'Protection: {tier}', discovery: { on: 'Others nearby can find you', off: 'Discovery is off', unavailable: 'Discovery is not working', contacts: 'Only contacts can find you', hidden: 'You are hidden' },
    notFound: 'There is nothing here', notFoundText: 'The address of this screen does not exist.',
    pin: {
      title: 'Your PIN, please', text: 'You asked to be asked for this.', label: 'PIN', confirm: 'Confirm', wait: 'You can try again in {time}.', never: 'Wrong PINs never delete anything; they only make you wait.',
    },
  },
  de: {
    skip: 'Zum Inhalt springen', navigation: 'Hauptmenü', send: 'Übergeben', request: 'Erbitten',
    home: 'Übersicht', people: 'Personen', library: 'Bücher', activity: 'Verlauf', currencies: 'Währungen', settings: 'Einstellungen',
    waiting: '{count} wartet auf Ihre Antwort | {count} warten auf Ihre Antwort', look: 'Ansehen',
    restarting: 'Der Tresor wurde neu gestartet und kommt gleich wieder. Nichts ist verloren.',
    lost: 'Das Wallet ist nicht erreichbar. Neuer Versuch läuft …', lostText: 'Läuft es noch? Diese Seite kommt von selbst zurück, sobald es antwortet. Wurde es neu gestartet, hat es eine neue Adresse ausgegeben: öffne diese.',
    reaching: 'Ihr Wallet wird geöffnet …', starting: 'Es wird geprüft, dass sich seit dem letzten Mal nichts geändert hat …',
    news: 'Wartet', messages: 'Meldungen', dismiss: 'Ausblenden',
    arrived: '{amount} von {name} angekommen', delivered: '{name} hat {amount} erhalten', returned: '{amount} von {name} zurückgekommen', offered: '{name} bietet Ihnen {amount} an', offeredBack: '{name} möchte Ihnen {amount} zurückgeben', givenBack: '{name} hat Ihnen {amount} zurückgegeben. Diese Guthaben gibt es nun nicht mehr', redeemed: 'Sie haben {name} {amount} zurückgegeben. Diese Guthaben gibt es nun nicht mehr', asked: '{name} bittet Sie um {amount}',
    loan: { asksLonger: '{name} möchte {title} länger behalten', wantsBack: '{name} hätte {title} gern zurück', over: 'Die Zeit für {title} ist um', longer: 'Sie dürfen {title} bis {date} behalten' },
    help: 'Tastenkürzel', helpHint: 'Sie gelten, solange Sie nicht tippen. In den Einstellungen lassen sie sich abschalten.',
    keys: { n: 'Neue Übergabe', r: 'Neue Bitte', h: 'Übersicht', p: 'Personen', b: 'Bücher', a: 'Verlauf', c: 'Währungen', s: 'Einstellungen', help: 'Diese Liste', esc: 'Offenes schließen' },
    protected: 'Schutz: {tier}', discovery: { on: 'Andere in der Nähe können Sie finden', off: 'Suche ist aus', unavailable: 'Suche funktioniert nicht', contacts: 'Nur Kontakte können Sie finden', hidden: 'Sie sind verborgen' },
    notFound: 'Hier ist nichts', notFoundText: 'Die Adresse dieser Ansicht gibt es nicht.',
    pin: {
      title: 'Ihre PIN, bitte', text: 'Sie wollten dafür gefragt werden.', label: 'PIN', confirm: 'Bestätigen', wait: 'In {time} können Sie es wieder versuchen.', never: 'Falsche PINs löschen nie etwas, sie kosten nur Wartezeit.',
    },
  },
});
