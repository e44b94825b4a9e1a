/** The icon in the tray: opens the window, changes who can see this wallet, quits. */
import { Menu, Tray, type MenuItemConstructorOptions as Item } from 'electron';
import { type Settings, VISIBILITIES } from '../../protocol/contracts/host.contract.ts';
import type { Texts } from './texts.ts';

export interface TrayActions {
  readonly open: () => void;
  readonly setVisibility: (visibility: Settings['visibility']) => void;
  readonly quit: () => void;
}

/** The tray's menu as data. `visibility` is null while it is not known. */
export function trayMenuOf(texts: Texts, visibility: Settings['visibility'] | null, actions: TrayActions): Item[] {
  return [
    { label: texts.open, click: actions.open },
    { type: 'separator' },
    {
      label: texts.visibility,
      enabled: visibility !== null,
      submenu: VISIBILITIES.map((choice): Item => ({
        label: texts[choice], type: 'radio', checked: choice === visibility, click: () => { actions.setVisibility(choice); },
      })),
    },
    { type: 'separator' },
    { label: texts.quit, click: actions.quit },
  ];
}

export interface TrayIcon {
  update(texts: Texts, visibility: Settings['visibility'] | null): void;
}

/** @param icon path of a PNG; on macOS a template image */
export function openTray(icon: string, actions: TrayActions): TrayIcon {
  const tray = new Tray(icon);
  tray.setToolTip('Tallystick');
  // On macOS a click opens the menu by itself.
  if (process.platform !== 'darwin') tray.on('click', actions.open);
  return {
    update: (texts, visibility) => { tray.setContextMenu(Menu.buildFromTemplate(trayMenuOf(texts, visibility, actions))); },
  };
}
