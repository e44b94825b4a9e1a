/**
 * The one window: a sandboxed page of our own origin with the bridge and nothing else (design §8). Shown only once it
 * has something to show, on a background of the right colour, so that nothing flashes.
 */
import { BrowserWindow, nativeTheme, screen, type Session } from 'electron';
import { appStart } from './rules/app-origin.ts';
import { type WindowMemory } from './window-memory.ts';
import { MIN_HEIGHT_PX, MIN_WIDTH_PX, placeWindow } from './window-bounds.ts';

/** The interface's own background colours. */
const BACKGROUND = { light: '#faf8f4', dark: '#161412' } as const;
const background = (): string => (nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light);

/** A page that dies this often is broken, not unlucky; the window then stays empty rather than restarting for ever. */
const MAX_REVIVALS = 3;

export interface WindowOptions {
  readonly session: Session;
  readonly preload: string;
  readonly icon: string;
  readonly memory: WindowMemory;
  readonly developing: boolean;
  /** Called when the person closes the window; true keeps it, hidden. */
  readonly keepOnClose: () => boolean;
}

/** Opens the window; it shows itself when its page is drawn, unless `hidden`. */
export function openWindow(options: WindowOptions, hidden: boolean): BrowserWindow {
  const { session, preload, icon, memory, developing, keepOnClose } = options;
  const main = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== main.id);
  const window = new BrowserWindow({
    ...placeWindow(memory.read().bounds, [main, ...others].map((display) => display.workArea)),
    minWidth: MIN_WIDTH_PX,
    minHeight: MIN_HEIGHT_PX,
    show: false,
    title: 'Tallystick',
    icon,
    backgroundColor: background(),
    autoHideMenuBar: true,
    webPreferences: {
      session, preload,
      sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInSubFrames: false, nodeIntegrationInWorker: false,
      webSecurity: true, webviewTag: false, allowRunningInsecureContent: false, navigateOnDragDrop: false,
      // The spelling dictionary would be fetched from the internet.
      spellcheck: false,
      devTools: developing,
    },
  });
  if (memory.read().maximized) window.maximize();

  const recolour = (): void => { window.setBackgroundColor(background()); };
  nativeTheme.on('updated', recolour);
  window.once('closed', () => { nativeTheme.off('updated', recolour); });
  window.once('ready-to-show', () => { if (!hidden) window.show(); });
  window.on('close', (event) => {
    memory.change({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
    if (!keepOnClose()) return;
    event.preventDefault();
    window.hide();
  });
  let revivals = 0;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    console.error(`tallystick: the page ended: ${reason}`);
    if (reason !== 'clean-exit' && (revivals += 1) <= MAX_REVIVALS) void window.loadURL(appStart());
  });
  void window.loadURL(appStart()).catch((error: unknown) => { console.error(`tallystick: the interface did not load: ${String(error)}`); });
  return window;
}

/** Brings the window to the front, from wherever it is. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
