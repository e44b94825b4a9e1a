/** Words of pairing: commit-then-reveal, then three words to compare (design: pairing). */
import { messages } from '../../i18n/messages.ts';

export const pairingMessages = messages({
  en: {
    title: 'Pairing with {name}', incoming: '{name} wants to pair with you',
    waiting: 'Waiting for {name}’s computer…', waitingText: 'Open Tallystick there. Both screens will show three words.',
    question: 'Do both screens show the same three words?', how: 'Compare them by looking at the other screen or reading them aloud. Not by a message: whoever stands between you could change it.',
    words: 'Your three words', match: 'They match', differ: 'They differ',
    confirmed: 'Waiting for {name} to confirm the words too…', stop: 'Stop pairing',
    about: '{name} asks to become your contact, so that you can hand credits to each other. If you have not arranged this, choose “Not now”; nothing happens then.', notNow: 'Not now', theyStopped: '{name} stopped pairing. Nobody was added.',
    paired: 'You and {name} are paired', ended: 'Pairing with {name} ended. Nobody was added.', differed: 'The words differed. Nobody was added. Someone may be in between: try again on a network you trust.',
  },
  de: {
    title: 'Mit {name} koppeln', incoming: '{name} möchte sich mit Ihnen koppeln',
    waiting: 'Wartet auf den Computer von {name} …', waitingText: 'Öffnen Sie dort Tallystick. Beide Bildschirme zeigen dann drei Wörter.',
    question: 'Zeigen beide Bildschirme dieselben drei Wörter?', how: 'Vergleichen Sie mit einem Blick auf den anderen Bildschirm oder lesen Sie laut vor. Nicht per Nachricht: Wer dazwischen steht, könnte sie ändern.',
    words: 'Ihre drei Wörter', match: 'Sie stimmen überein', differ: 'Sie sind verschieden',
    confirmed: 'Wartet, bis auch {name} die Wörter bestätigt …', stop: 'Koppeln beenden',
    about: '{name} möchte zu Ihren Kontakten gehören, damit Sie einander Guthaben übergeben können. Haben Sie das nicht verabredet, wählen Sie „Jetzt nicht“; dann geschieht nichts.', notNow: 'Jetzt nicht', theyStopped: '{name} hat das Koppeln beendet. Niemand wurde hinzugefügt.',
    paired: 'Sie und {name} sind gekoppelt', ended: 'Das Koppeln mit {name} wurde beendet. Niemand wurde hinzugefügt.', differed: 'Die Wörter waren verschieden. Niemand wurde hinzugefügt. Vielleicht ist jemand dazwischen: Versuchen Sie es in einem Netz, dem Sie vertrauen.',
  },
});
