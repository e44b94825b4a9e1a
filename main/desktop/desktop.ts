/**
 * The running app: host, window and everything around it, once Electron is ready. Closing the window leaves the wallet
 * reachable in the tray; where there is no tray it quits, so that nothing runs that nobody can see.
 */
import { app, type BrowserWindow, ipcMain, nativeTheme, powerMonitor, safeStorage, session } from 'electron';
import { fileRootSecretStore } from '../host/storage/root-secret.file.ts';
import { openWalletHost } from '../host/wallet-host.ts';
import type { StartArguments } from './arguments.ts';
import { guardContents, guardSession } from './guard.ts';
import { sendNotice, serveCalls } from './ipc.ts';
import { keychainRootSecretStore } from './keychain.ts';
import { serveCommands } from './local-commands.ts';
import { setMenu } from './menu.ts';
import { notify } from './notifications.ts';
import { BUNDLED, iconFile, trayIconFile } from './bundled-files.ts';
import { serveDrops } from './dropped-files.ts';
import { fileChooser } from './file-chooser.ts';
import { fileSaver, placeChooser } from './file-saver.ts';
import { openingHost } from './opening-host.ts';
import { followPower } from './power.ts';
import { quitCleanly } from './quit.ts';
import { settleForLateOrigin } from './rules/app-origin.ts';
import { isDeveloping } from './rules/debugging.ts';
import { folderOpener } from './rules/external-links.ts';
import { followSettings } from './shell-settings.ts';
import { textsFor, titleOf } from './texts.ts';
import { hasTray } from './tray-presence.ts';
import { openTray } from './tray.ts';
import { spawnUtilityProcess } from './utility-process.ts';
import { openWindowMemory } from './window-memory.ts';
import { focusWindow, openWindow } from './window.ts';

export interface Desktop {
  /** Leaves a link as a draft and shows the window. */
  offerLink(link: string): void;
  /** Brings the window to the front, opening it if need be. */
  open(): void;
}

/** What index.ts settled before Electron was ready. */
export interface Prepared {
  readonly arguments: StartArguments;
  readonly stateDir: string;
  readonly profileDir: string;
  /** The app was loaded when it was too late to declare its scheme. */
  readonly late: boolean;
}

export async function runDesktop({ arguments: given, stateDir, profileDir, late }: Prepared): Promise<Desktop> {
  if (late) settleForLateOrigin();
  const developing = isDeveloping(app, process.env);
  const memory = openWindowMemory(profileDir);
  const pageSession = session.fromPartition('persist:wallet', { cache: false });
  guardSession(pageSession, developing);
  guardContents(app, developing);

  let texts = textsFor(null, app.getLocale());
  setMenu(texts, process.platform, developing);
  const trayShown = await hasTray(process.platform, process.env);
  let quitting = false;
  let window: BrowserWindow | null = null;

  const rootSecrets = keychainRootSecretStore(safeStorage, process.platform, fileRootSecretStore);
  const versions = { node: process.versions.node, electron: process.versions.electron ?? '', chrome: process.versions['chrome'] ?? '' };
  const openFolder = folderOpener(given.dataDir);
  const choosePlace = placeChooser(app, () => window);
  const host = openingHost({
    open: async () => serveCommands(await openWalletHost({
      dataDir: given.dataDir, stateDir, vaultBundle: BUNDLED.vault, readerBundle: BUNDLED.reader, spawnModule: spawnUtilityProcess, rootSecrets,
      shell: 'electron', versions, listen: given.listen, mdns: given.mdns, openFolder, saveFile: fileSaver(choosePlace), choosePlace, chooseFiles: fileChooser(() => texts, () => window),
    }), given.dataDir),
    statusOf: (fault) => ({
      phase: 'stopped', fault, version: app.getVersion(), tier: 'software', rootSecret: rootSecrets.kind, measurement: '', versions,
      dataFolder: given.dataDir, restarts: 0, shell: 'electron',
    }),
    openFolder: () => { openFolder(given.dataDir); },
  });
  serveCalls({ ipcMain, window: () => window, serve: (raw) => host.serve(raw) });
  serveDrops({ ipcMain, window: () => window, offerFile: (path) => host.offerFile(path) });

  const keepOnClose = (): boolean => {
    if (quitting || process.platform === 'darwin' || !trayShown) return false;
    if (!memory.read().trayExplained) {
      notify(texts.stillRunningTitle, texts.stillRunningText, open);
      memory.change({ trayExplained: true });
    }
    return true;
  };
  const show = (hidden: boolean): void => {
    window = openWindow({ session: pageSession, preload: BUNDLED.preload, icon: iconFile(), memory, developing, keepOnClose }, hidden);
    window.once('closed', () => { window = null; });
  };
  function open(): void {
    if (window && !window.isDestroyed()) focusWindow(window);
    else if (!quitting) show(false);
  }
  show(given.hidden && trayShown);
  app.on('activate', open);
  app.on('window-all-closed', () => { if (process.platform !== 'darwin') app.quit(); });
  const leaving = quitCleanly(app, { onQuitting: () => { quitting = true; }, close: () => host.close() });

  followPower(powerMonitor, { woke: () => { host.wake(); }, leaving });
  const tray = trayShown
    ? openTray(trayIconFile(), { open, setVisibility: (visibility) => { settings.set({ visibility }); }, quit: () => { app.quit(); } })
    : null;
  tray?.update(texts, null);
  const settings = followSettings(host, ({ language, theme, visibility }) => {
    nativeTheme.themeSource = theme;
    texts = textsFor(language, app.getLocale());
    setMenu(texts, process.platform, developing);
    tray?.update(texts, visibility);
  });
  host.onNotice((notice) => { sendNotice(window, notice); });
  host.onNotification(({ event, name, text }) => {
    const wanted = settings.current()?.notifications ?? false;
    if (wanted && !window?.isFocused()) notify(titleOf(texts, event, name), text, open);
  });

  return {
    open,
    offerLink: (link) => {
      host.offerLink(link);
      open();
    },
  };
}
