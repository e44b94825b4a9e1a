/** The few pages that the local server words itself: whom it turns away, and what that person can do. */
import type { WebRefusal } from './web-guard.ts';

const page = (title: string, words: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>` +
  `<h1>${title}</h1>${words}</html>\n`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const openAgain = (command: string): string =>
  `<p>In the terminal, type <code>${escaped(command)}</code> and open the address that it prints. ` +
  'An address opens one browser, once, within ten minutes.</p>';

/** @param command what a person types for a fresh address */
export const refusalPages = (command: string): Readonly<Record<WebRefusal | 'used-token', string>> => ({
  'no-session': page('This browser has not been let in', `${openAgain(command)}<p>If it was let in before, <a href="/">try once more</a>.</p>`),
  'used-token': page('This address has been used, or is too old', openAgain(command)),
  'foreign-host': page('Wrong address', '<p>Tallystick answers at 127.0.0.1 and localhost only. Open the address that it printed.</p>'),
  'foreign-origin': page('Another site asked for this', '<p>Tallystick answers its own page only. Open the address that it printed.</p>'),
});

export const NOT_FOUND_PAGE = page('There is nothing here', '<p><a href="/">To the wallet</a></p>');
export const NOT_ALLOWED_PAGE = page('Pages can only be read', '<p><a href="/">To the wallet</a></p>');
