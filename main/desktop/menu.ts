/**
 * The application menu, per platform's custom; on Windows and Linux it hides until Alt is pressed, its shortcuts work
 * always. There is no Reload: the page keeps drafts, and nothing in it needs one.
 */
import { Menu, type MenuItemConstructorOptions as Item } from 'electron';
import { EXTERNAL_LINKS, openLink } from './rules/external-links.ts';
import type { Texts } from './texts.ts';

/** The menu as data, so that it can be read without a screen. */
export function menuOf(texts: Texts, platform: NodeJS.Platform, developing: boolean): Item[] {
  const line: Item = { type: 'separator' };
  const mac = platform === 'darwin';
  const app: Item = {
    label: 'Tallystick',
    submenu: [
      { role: 'about', label: texts.about }, line, { role: 'services', label: texts.services }, line,
      { role: 'hide', label: texts.hide }, { role: 'hideOthers', label: texts.hideOthers }, { role: 'unhide', label: texts.showAll }, line,
      { role: 'quit', label: texts.quit },
    ],
  };
  const file: Item = {
    label: texts.file,
    submenu: [{ role: 'close', label: texts.close }, ...(mac ? [] : [line, { role: 'quit', label: texts.quit, accelerator: 'Ctrl+Q' } satisfies Item])],
  };
  const edit: Item = {
    label: texts.edit,
    submenu: [
      { role: 'undo', label: texts.undo }, { role: 'redo', label: texts.redo }, line,
      { role: 'cut', label: texts.cut }, { role: 'copy', label: texts.copy }, { role: 'paste', label: texts.paste }, { role: 'selectAll', label: texts.selectAll },
    ],
  };
  const view: Item = {
    label: texts.view,
    submenu: [
      { role: 'resetZoom', label: texts.zoomReset }, { role: 'zoomIn', label: texts.zoomIn }, { role: 'zoomOut', label: texts.zoomOut }, line,
      { role: 'togglefullscreen', label: texts.fullScreen },
      ...(developing ? [line, { role: 'toggleDevTools', label: texts.devTools } satisfies Item] : []),
    ],
  };
  const window: Item = { label: texts.window, role: 'window', submenu: [{ role: 'minimize', label: texts.minimize }, { role: 'zoom', label: texts.zoomWindow }] };
  const help: Item = { label: texts.help, role: 'help', submenu: [{ label: texts.licence, click: () => { void openLink(EXTERNAL_LINKS.licence); } }] };
  return mac ? [app, file, edit, view, window, help] : [file, edit, view, help];
}

export function setMenu(texts: Texts, platform: NodeJS.Platform, developing: boolean): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuOf(texts, platform, developing)));
}
