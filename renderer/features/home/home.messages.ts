/** Words of the home screen. */
import { messages } from '../../i18n/messages.ts';

export const homeMessages = messages({
  en: {
    balances: 'Balances', inTransitToo: '{amount} in transit',
    noCredits: 'Nothing in your wallet yet', noCreditsText: 'Make a currency of your own and hand it out, or find someone who gives you some of theirs.', make: 'Make a currency', find: 'Find someone',
    waiting: 'Waiting for you', asks: '{name} asks you for', pay: 'Pay',
    nearby: 'Nearby', nobody: 'Nobody in sight', nobodyText: 'People on the same network appear here as soon as they open Tallystick.', discoveryOff: 'Discovery is off. You can still add someone by link or QR code.', discoveryUnavailable: 'Finding each other does not work on this network. Use a link or a QR code instead.',
    add: 'Add someone', allPeople: 'All people', pair: 'Pair with {name}', pairShort: 'Pair', unpaired: 'Not paired yet', resembles: 'Bears the same name as one of your contacts. Compare before you trust.',
    transit: 'Unfinished',
    myRequests: 'You asked for', withdraw: 'Withdraw', askedOf: 'from {name}',
    recent: 'Recent', recentNone: 'What you send and receive is listed here.', all: 'All activity', trouble: 'Needs a look',
  },
  de: {
    balances: 'Guthaben', inTransitToo: '{amount} unterwegs',
    noCredits: 'Ihr Wallet ist noch leer', noCreditsText: 'Schaffen Sie eine eigene Währung und geben Sie sie aus, oder finden Sie jemanden, der Ihnen etwas von seiner gibt.', make: 'Währung schaffen', find: 'Jemanden finden',
    waiting: 'Wartet auf Sie', asks: '{name} bittet Sie um', pay: 'Bezahlen',
    nearby: 'In der Nähe', nobody: 'Niemand in Sicht', nobodyText: 'Wer im selben Netz Tallystick öffnet, erscheint hier.', discoveryOff: 'Die Suche ist aus. Mit Link oder QR-Code können Sie trotzdem jemanden hinzufügen.', discoveryUnavailable: 'In diesem Netz klappt es nicht, einander zu finden. Nehmen Sie einen Link oder einen QR-Code.',
    add: 'Jemanden hinzufügen', allPeople: 'Alle Personen', pair: 'Mit {name} koppeln', pairShort: 'Koppeln', unpaired: 'Noch nicht gekoppelt', resembles: 'Trägt denselben Namen wie einer Ihrer Kontakte. Vergleichen Sie, bevor Sie vertrauen.',
    transit: 'Unfertig',
    myRequests: 'Sie haben gebeten um', withdraw: 'Zurückziehen', askedOf: 'von {name}',
    recent: 'Zuletzt', recentNone: 'Was Sie übergeben und erhalten, steht hier.', all: 'Ganzer Verlauf', trouble: 'Bitte ansehen',
  },
});
