/** Words that more than one screen uses. */
import { messages } from './messages.ts';

export const sharedMessages = messages({
  en: {
    cancel: 'Cancel', close: 'Close', back: 'Back', continue: 'Continue', retry: 'Try again', copy: 'Copy', copied: 'Copied', change: 'Change', save: 'Save', more: 'Show more',
    loading: 'Loading', justNow: 'just now', optional: 'optional', failed: 'That did not work',
    online: 'Within reach', offline: 'Not within reach',
    tier: { software: 'Software', tpm2: 'TPM' },
    tierLong: {
      software: 'Protected by software: withstands crashes, restored copies and network attackers, but not the owner of that computer.',
      tpm2: 'Protected by software and a TPM: also refuses restored or cloned disks. Does not stop someone who controls the running program.',
    },
    tierLabel: 'Protection: {tier}',
    unknownIssuer: 'an issuer you have not met',
    from: 'From {name}', to: 'To {name}',
    amount: 'Amount', currency: 'Currency', memo: 'Note', memoHint: 'The other person sees it.',
    understood: 'Read as {amount}',
    amountFault: {
      empty: 'Enter an amount.', sign: 'An amount has no sign. Write it without plus or minus.', digits: 'An amount is written in digits, such as 12 or 12.50, without letters and without a zero in front.',
      grouping: 'It is not clear how this is meant. Use a point for decimals and commas only before every three digits.', whole: '{code} has no decimals. Enter whole units.',
      decimals: 'Too many decimals: {code} has {decimals}.', zero: 'The amount must be more than zero.', large: 'That is more than any currency can hold.',
    },
    accept: 'Accept', decline: 'Decline', payPrice: 'Pay {amount}', offers: '{name} offers you', lends: '{name} lends you', redeems: '{name} redeems with you', forPrice: 'for', loan: 'on loan', loanUntil: 'on loan until', returnedBook: 'returned', returnedUnopened: 'returned unopened', issuedByYou: 'Made by you', issuedBy: 'Made by {name}',
    tally: {
      whole: 'A tally stick in one piece', offered: 'The two halves of a tally, slightly apart', apart: 'The two halves of a tally, apart: the value is on its way', met: 'The two halves of a tally, joined again: both sides have it', broken: 'A tally stick in one piece: nothing has moved',
    },
    state: {
      'offered': 'Offered', 'accepted': 'Accepted', 'in-transit': 'In transit', 'done': 'Done', 'declined': 'Declined', 'cancelled': 'Cancelled', 'returned': 'Returned', 'written-off': 'Written off', 'withdrawn': 'Withdrawn', 'refused': 'Refused',
    },
    waits: {
      'their-answer': 'Waits for {name} to answer', 'your-answer': 'Waits for your answer', 'their-device': 'Waits until {name}’s computer is within reach', 'their-commit': 'Waits for {name}’s computer to send it',
    },
    receipt: { reason: 'Reason', lane: 'Lane', seq: 'Number in lane', package: 'Package', id: 'Transfer' },
    sentTo: 'To {name}', receivedFrom: 'From {name}', redemption: 'Redemption', givenBackToYou: 'Given back to you; ceased to exist', givenBackByYou: 'Given back; ceased to exist', willCease: 'They come back to you, who made them: your balance stays as it is, and they cease to exist.', redeemsWith: '{name} redeems {amount} with you', youRedeemWith: 'You redeem {amount} with {name}',
  },
  de: {
    cancel: 'Abbrechen', close: 'Schließen', back: 'Zurück', continue: 'Weiter', retry: 'Noch einmal versuchen', copy: 'Kopieren', copied: 'Kopiert', change: 'Ändern', save: 'Sichern', more: 'Mehr anzeigen',
    loading: 'Wird geladen', justNow: 'gerade eben', optional: 'freiwillig', failed: 'Das hat nicht geklappt',
    online: 'In Reichweite', offline: 'Nicht in Reichweite',
    tier: { software: 'Software', tpm2: 'TPM' },
    tierLong: {
      software: 'Durch Software geschützt: hält Abstürzen, zurückgespielten Kopien und Angreifern im Netz stand, nicht aber dem Besitzer jenes Computers.',
      tpm2: 'Durch Software und ein TPM geschützt: weist auch zurückgespielte oder geklonte Datenträger ab. Hält niemanden auf, der das laufende Programm beherrscht.',
    },
    tierLabel: 'Schutz: {tier}',
    unknownIssuer: 'einem Aussteller, dem Sie noch nicht begegnet sind',
    from: 'Von {name}', to: 'An {name}',
    amount: 'Betrag', currency: 'Währung', memo: 'Notiz', memoHint: 'Die andere Person sieht sie.',
    understood: 'Gelesen als {amount}',
    amountFault: {
      empty: 'Geben Sie einen Betrag ein.', sign: 'Ein Betrag hat kein Vorzeichen. Schreiben Sie ihn ohne Plus oder Minus.', digits: 'Ein Betrag besteht aus Ziffern, etwa 12 oder 12,50, ohne Buchstaben und ohne führende Null.',
      grouping: 'Es ist nicht klar, wie das gemeint ist. Setzen Sie ein Komma vor die Nachkommastellen und Punkte nur vor je drei Ziffern.', whole: '{code} hat keine Nachkommastellen. Geben Sie ganze Einheiten ein.',
      decimals: 'Zu viele Nachkommastellen: {code} hat {decimals}.', zero: 'Der Betrag muss größer als null sein.', large: 'Das ist mehr, als eine Währung fassen kann.',
    },
    accept: 'Annehmen', decline: 'Ablehnen', payPrice: '{amount} bezahlen', offers: '{name} bietet Ihnen', lends: '{name} leiht Ihnen', redeems: '{name} löst bei Ihnen ein', forPrice: 'für', loan: 'geliehen', loanUntil: 'geliehen bis', returnedBook: 'zurückgegeben', returnedUnopened: 'ungeöffnet zurückgegeben', issuedByYou: 'Von Ihnen geschaffen', issuedBy: 'Geschaffen von {name}',
    tally: {
      whole: 'Ein Kerbholz in einem Stück', offered: 'Die zwei Hälften eines Kerbholzes, leicht getrennt', apart: 'Die zwei Hälften eines Kerbholzes, getrennt: Der Wert ist unterwegs', met: 'Die zwei Hälften eines Kerbholzes, wieder vereint: Beide Seiten haben ihn', broken: 'Ein Kerbholz in einem Stück: Nichts hat sich bewegt',
    },
    state: {
      'offered': 'Angeboten', 'accepted': 'Angenommen', 'in-transit': 'Unterwegs', 'done': 'Fertig', 'declined': 'Abgelehnt', 'cancelled': 'Abgebrochen', 'returned': 'Zurückgekommen', 'written-off': 'Abgeschrieben', 'withdrawn': 'Zurückgezogen', 'refused': 'Zurückgewiesen',
    },
    waits: {
      'their-answer': 'Wartet auf die Antwort von {name}', 'your-answer': 'Wartet auf Ihre Antwort', 'their-device': 'Wartet, bis der Computer von {name} in Reichweite ist', 'their-commit': 'Wartet, bis der Computer von {name} es sendet',
    },
    receipt: { reason: 'Grund', lane: 'Bahn', seq: 'Nummer in der Bahn', package: 'Paket', id: 'Übergabe' },
    sentTo: 'An {name}', receivedFrom: 'Von {name}', redemption: 'Einlösung', givenBackToYou: 'Ihnen zurückgegeben und erloschen', givenBackByYou: 'Zurückgegeben und erloschen', willCease: 'Sie kommen zu Ihnen zurück, von wo sie stammen: Ihr Guthaben bleibt, wie es ist, und sie erlöschen.', redeemsWith: '{name} löst bei Ihnen {amount} ein', youRedeemWith: 'Sie lösen bei {name} {amount} ein',
  },
});
