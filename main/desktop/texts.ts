/**
 * The few words that the shell itself says, outside the page: menus, tray, notifications. Electron's own menu labels are
 * English only, so every one is named here.
 */
import type { Notification } from '../host/wallet-host.port.ts';

const en = {
  open: 'Open Tallystick', about: 'About Tallystick', services: 'Services', hide: 'Hide Tallystick', hideOthers: 'Hide Others', showAll: 'Show All',
  quit: 'Quit Tallystick', file: 'File', close: 'Close Window',
  edit: 'Edit', undo: 'Undo', redo: 'Redo', cut: 'Cut', copy: 'Copy', paste: 'Paste', selectAll: 'Select All',
  view: 'View', zoomIn: 'Larger', zoomOut: 'Smaller', zoomReset: 'Actual Size', fullScreen: 'Full Screen', devTools: 'Developer Tools',
  window: 'Window', minimize: 'Minimise', zoomWindow: 'Zoom', help: 'Help', licence: 'Licence (AGPL-3.0)',
  visibility: 'Visibility', visible: 'Visible to everyone nearby', contacts: 'Only to contacts', hidden: 'Hidden',
  stillRunningTitle: 'Tallystick is still running',
  stillRunningText: 'It stays reachable for people you know. Quit from the icon in the tray.',
  cannotStart: 'Tallystick cannot start', books: 'Books (EPUB, PDF)', pictures: 'Pictures (PNG, JPEG)',
  offer: '{name} wants to give you something', received: 'From {name}', done: '{name} has it', returned: 'Returned by {name}',
  request: '{name} asks you for something', pairing: '{name} wants to pair', paired: 'Paired with {name}',
  recalled: '{name} would like a book back', renewed: '{name} lets you keep a book longer', 'renew-asked': '{name} asks to keep a book longer',
} as const;

export type Texts = Readonly<Record<keyof typeof en, string>>;

const de: Texts = {
  open: 'Tallystick öffnen', about: 'Über Tallystick', services: 'Dienste', hide: 'Tallystick ausblenden', hideOthers: 'Andere ausblenden', showAll: 'Alle einblenden',
  quit: 'Tallystick beenden', file: 'Datei', close: 'Fenster schließen',
  edit: 'Bearbeiten', undo: 'Widerrufen', redo: 'Wiederholen', cut: 'Ausschneiden', copy: 'Kopieren', paste: 'Einsetzen', selectAll: 'Alles auswählen',
  view: 'Ansicht', zoomIn: 'Größer', zoomOut: 'Kleiner', zoomReset: 'Originalgröße', fullScreen: 'Vollbild', devTools: 'Entwicklerwerkzeuge',
  window: 'Fenster', minimize: 'Minimieren', zoomWindow: 'Zoomen', help: 'Hilfe', licence: 'Lizenz (AGPL-3.0)',
  visibility: 'Sichtbarkeit', visible: 'Für alle in der Nähe', contacts: 'Nur für Kontakte', hidden: 'Verborgen',
  stillRunningTitle: 'Tallystick läuft weiter',
  stillRunningText: 'So bleibt es für Ihre Kontakte erreichbar. Beenden lässt es sich über das Symbol in der Leiste.',
  cannotStart: 'Tallystick kann nicht starten', books: 'Bücher (EPUB, PDF)', pictures: 'Bilder (PNG, JPEG)',
  offer: '{name} möchte Ihnen etwas geben', received: 'Von {name}', done: '{name} hat es', returned: 'Zurück von {name}',
  request: '{name} bittet Sie um etwas', pairing: '{name} möchte sich verbinden', paired: 'Verbunden mit {name}',
  recalled: '{name} hätte gern ein Buch zurück', renewed: '{name} lässt Ihnen ein Buch länger', 'renew-asked': '{name} möchte ein Buch länger behalten',
};

/**
 * @param chosen the language set in the wallet; null follows the system
 * @param locale the system's, for example `de-AT`
 */
export const textsFor = (chosen: 'en' | 'de' | null, locale: string): Texts => ((chosen ?? locale.slice(0, 2).toLowerCase()) === 'de' ? de : en);

/** A notification's title. The name was chosen by a stranger and is only ever shown as text. */
export const titleOf = (texts: Texts, event: Notification['event'], name: string): string => texts[event].replace('{name}', () => name);
