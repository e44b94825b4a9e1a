/** Words of the list of all transfers. */
import { messages } from '../../i18n/messages.ts';

export const activityMessages = messages({
  en: {
    show: 'Show', all: 'All', pending: 'Unfinished', in: 'Received', out: 'Sent',
    list: 'Transfers', unfinished: 'Unfinished', none: 'Nothing here yet', noneText: 'Every transfer is kept here, with its timeline and receipt.', noneShown: 'Nothing matches this choice.',
    details: 'Details', choose: 'Choose a transfer to see its timeline and receipt.', open: 'Follow this transfer', send: 'Send something',
  },
  de: {
    show: 'Anzeigen', all: 'Alle', pending: 'Unfertig', in: 'Erhalten', out: 'Übergeben',
    list: 'Übergaben', unfinished: 'Unfertig', none: 'Hier ist noch nichts', noneText: 'Jede Übergabe bleibt hier, mit Verlauf und Beleg.', noneShown: 'Zu dieser Auswahl gibt es nichts.',
    details: 'Einzelheiten', choose: 'Wählen Sie eine Übergabe, um Verlauf und Beleg zu sehen.', open: 'Dieser Übergabe folgen', send: 'Etwas übergeben',
  },
});
