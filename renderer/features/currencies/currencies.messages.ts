/** Words about currencies and their books. */
import { messages } from '../../i18n/messages.ts';

export const currenciesMessages = messages({
  en: {
    make: 'Make a currency', none: 'You know no currency yet', noneText: 'Anyone can make one: hours, favours, tokens for the coffee kitty. Its worth is your word.',
    makeLead: 'You are its issuer. Only your wallet can issue it, and it counts every unit.',
    code: 'Code', codeHint: 'Two to eight capital letters or digits, such as HRS.', codeMissing: 'Enter a code first, such as HRS.', nameMissing: 'Enter a name first, such as Hours.', codeError: 'Two to eight capital letters or digits, a letter first.',
    name: 'Name', nameHint: 'What it stands for, such as Hours.', decimals: 'Decimals', decimalsHint: 'How far one unit can be divided. With 2, the smallest amount is {smallest}.', fixed: 'Code, name and decimals cannot be changed later.',
    made: '{code} made', created: 'Make it', issueNow: 'Issue the first {code}',
    books: 'Books', booksOf: 'Books of {name}', cameIn: 'Came in', whereNow: 'Where it is',
    issued: 'Issued', received: 'Received', held: 'Held', inTransit: 'In transit', writtenOff: 'Written off', sent: 'Sent', redeemed: 'Taken out', sum: 'Sum', balanced: 'The books balance.', unbalanced: 'The books do not balance.',
    issue: 'Issue', issueText: 'New credits of {name} into your wallet. You can hand them on from there.', retire: 'Retire', retireText: 'Credits that you hold cease to exist. This cannot be undone.', issuedToast: '{amount} issued', retiredToast: '{amount} retired',
    send: 'Send', redeem: 'Redeem', issuer: 'Issuer', issuerKey: 'Issuer’s key', id: 'Currency',
    explain: 'Explain', journal: 'Journal entries', explainText: 'Every balance from its inputs, replayed from the journal.', explainDo: 'Replay the journal', carried: 'Carried forward after package {n}: held {held}, in transit {transit}. Older steps were let go of on', verified: 'Replayed {packages} packages; the result is what the wallet holds.', unverified: 'The replay does not lead to what the wallet holds.',
    when: 'When', what: 'What', who: 'With', amount: 'Amount', heldAfter: 'Held after', transitAfter: 'In transit after', noEntries: 'Nothing has happened in this currency yet.',
    event: { 'issued': 'Issued', 'retired': 'Retired', 'redeemed': 'Redeemed', 'committed': 'Sent off', 'delivered': 'Delivered', 'returned': 'Returned', 'written-off': 'Written off', 'received': 'Received' },
    unknown: 'This wallet does not know that currency',
  },
  de: {
    make: 'Währung schaffen', none: 'Sie kennen noch keine Währung', noneText: 'Jeder kann eine schaffen: Stunden, Gefallen, Marken für die Kaffeekasse. Ihr Wert ist Ihr Wort.',
    makeLead: 'Sie sind ihr Aussteller. Nur Ihr Wallet kann sie ausgeben, und es zählt jede Einheit.',
    code: 'Kürzel', codeHint: 'Zwei bis acht Großbuchstaben oder Ziffern, etwa STD.', codeMissing: 'Geben Sie zuerst ein Kürzel ein, etwa STD.', nameMissing: 'Geben Sie zuerst einen Namen ein, etwa Stunden.', codeError: 'Zwei bis acht Großbuchstaben oder Ziffern, zuerst ein Buchstabe.',
    name: 'Name', nameHint: 'Wofür sie steht, etwa Stunden.', decimals: 'Nachkommastellen', decimalsHint: 'Wie weit sich eine Einheit teilen lässt. Bei 2 ist der kleinste Betrag {smallest}.', fixed: 'Kürzel, Name und Nachkommastellen lassen sich später nicht ändern.',
    made: '{code} ist geschaffen', created: 'Schaffen', issueNow: 'Die ersten {code} ausgeben',
    books: 'Bücher', booksOf: 'Bücher von {name}', cameIn: 'Hereingekommen', whereNow: 'Wo es ist',
    issued: 'Ausgegeben', received: 'Erhalten', held: 'Vorhanden', inTransit: 'Unterwegs', writtenOff: 'Abgeschrieben', sent: 'Übergeben', redeemed: 'Eingezogen', sum: 'Summe', balanced: 'Die Bücher gehen auf.', unbalanced: 'Die Bücher gehen nicht auf.',
    issue: 'Ausgeben', issueText: 'Neue {name} in Ihr Wallet. Von dort können Sie sie weitergeben.', retire: 'Einziehen', retireText: 'Was Sie davon haben, hört auf zu bestehen. Das lässt sich nicht rückgängig machen.', issuedToast: '{amount} ausgegeben', retiredToast: '{amount} eingezogen',
    send: 'Übergeben', redeem: 'Einlösen', issuer: 'Aussteller', issuerKey: 'Schlüssel des Ausstellers', id: 'Währung',
    explain: 'Nachrechnen', journal: 'Journaleinträge', explainText: 'Jeder Stand aus seinen Eingängen, aus dem Journal neu gerechnet.', explainDo: 'Journal nachrechnen', carried: 'Übertrag nach Paket {n}: vorhanden {held}, unterwegs {transit}. Ältere Schritte wurden entfernt am', verified: '{packages} Pakete nachgerechnet; das Ergebnis ist, was das Wallet hat.', unverified: 'Das Nachrechnen führt nicht zu dem, was das Wallet hat.',
    when: 'Wann', what: 'Was', who: 'Mit', amount: 'Betrag', heldAfter: 'Danach vorhanden', transitAfter: 'Danach unterwegs', noEntries: 'In dieser Währung ist noch nichts geschehen.',
    event: { 'issued': 'Ausgegeben', 'retired': 'Eingezogen', 'redeemed': 'Eingelöst', 'committed': 'Abgesandt', 'delivered': 'Zugestellt', 'returned': 'Zurückgekommen', 'written-off': 'Abgeschrieben', 'received': 'Erhalten' },
    unknown: 'Diese Währung kennt dieses Wallet nicht',
  },
});
