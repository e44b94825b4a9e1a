/** Where the built parts lie, seen from the built main process (out/main/). */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const out = fileURLToPath(new URL('..', import.meta.url));

export const BUNDLED = {
  renderer: join(out, 'renderer'),
  preload: join(out, 'preload', 'index.cjs'),
  vault: join(out, 'enclave', 'vault.mjs'),
  reader: join(out, 'reader', 'reader.mjs'),
  icons: join(out, '..', 'main', 'desktop', 'icons'),
} as const;

/** The window's icon; macOS takes it from the app bundle instead. */
export const iconFile = (): string => join(BUNDLED.icons, 'icon-512.png');

/** The tray's icon. A name that ends in Template is drawn by macOS in the colour of the menu bar; @2x is found by itself. */
export const trayIconFile = (): string => join(BUNDLED.icons, process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png');
