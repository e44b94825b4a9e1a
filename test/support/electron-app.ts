/**
 * Starts the built desktop app on a real Electron, with folders of its own, and drives it through Playwright. Where there
 * is no Electron or no display, `electronTrouble` says why and tests are skipped with a warning, never silently.
 *
 *   describe.skipIf(electronTrouble)('…', () => { … startApp() … })
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page, errors } from 'playwright-core';

/** The folder whose package.json names the app. */
export const appRoot = process.env['TALLYSTICK_TEST_APP'] ?? fileURLToPath(new URL('../..', import.meta.url));

/** The Electron to test with: a binary, or a folder that holds one. */
const electron = ((): string | null => {
  for (const given of [process.env['TALLYSTICK_TEST_ELECTRON'], process.env['ELECTRON_OVERRIDE_DIST_PATH']]) {
    if (!given || !existsSync(given)) continue;
    const binary = statSync(given).isDirectory() ? join(given, process.platform === 'win32' ? 'electron.exe' : 'electron') : given;
    if (existsSync(binary)) return binary;
  }
  return null;
})();

/** Why there can be no window here, or null. */
export const electronTrouble: string | null = ((): string | null => {
  if (!electron) return 'no Electron: set TALLYSTICK_TEST_ELECTRON to a binary';
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'no display: run under xvfb-run';
  return null;
})();
if (electronTrouble) console.warn(`SKIPPED, tests of the desktop app: ${electronTrouble}`);

export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly dataDir: string;
  readonly stateDir: string;
  /** Everything it has written to stderr. */
  readonly said: () => string;
  /** Resolves when stderr holds a match. */
  readonly heard: (pattern: RegExp) => Promise<void>;
  /** Quits as a person would, and waits for the process; the folders stay. */
  readonly quit: () => Promise<number | null>;
  /** Ends it if it still runs and removes the folders. */
  readonly dispose: () => Promise<void>;
}

export interface StartOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folder for data and state folders; a temporary one, removed by `dispose`, if not given. */
  readonly home?: string;
  /** Loads the app as an Electron launcher does that comes after `ready` (rules/app-origin.ts). */
  readonly late?: boolean;
}

/** Command line and environment of a start on the folders below `home`; no network but loopback. */
export function startCommand(home: string, { args = [], env = {}, late = false }: StartOptions = {}): { executable: string; args: string[]; env: Record<string, string> } {
  if (!electron) throw new Error(electronTrouble ?? 'no Electron');
  const { main } = JSON.parse(readFileSync(join(appRoot, 'package.json'), 'utf8')) as { main: string };
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  // Where there is no graphics card Chromium tries one all the same, and now and then never comes back from it.
  const graphics = process.platform === 'linux' ? ['--disable-gpu'] : [];
  // Playwright and the stand-in for Electron's launcher load an app after `ready`; -r loads its entry when Electron itself would.
  const early = late ? [] : ['-r', join(appRoot, main)];
  // As at a person's: without what only quickens the tests' own programs.
  const inherited = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'NODE_COMPILE_CACHE'));
  return {
    executable: electron,
    args: [...sandbox, ...graphics, ...early, appRoot, '--data', join(home, 'data'), '--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns', ...args],
    env: { ...inherited, TALLYSTICK_STATE_DIR: join(home, 'state'), TALLYSTICK_NO_DIALOGS: '1', XDG_CONFIG_HOME: join(home, 'config'), LANG: 'en_US.UTF-8', LANGUAGE: 'en', ...env },
  };
}

/** An app is up within seconds, on a busy machine within many. */
export const LAUNCH_MS = 60_000;

/**
 * It has happened on a busy machine that Electron's processes were up, and its main thread slept in `poll` although the thread that
 * watches Node's events waited for it to take some (`uv_sem_wait`): its wake-up was lost, and nothing else came that would wake it.
 * With Playwright (1.65) both debuggers are connected by then, and no more is heard. Only where that is so it is started anew,
 * once, and that is said. An app that does not come so far fails.
 */
async function launched(options: Parameters<typeof _electron.launch>[0] & object): Promise<ElectronApplication> {
  try {
    return await _electron.launch({ ...options, timeout: LAUNCH_MS });
  } catch (error) {
    if (!(error instanceof errors.TimeoutError) || error.message.split('<ws connected>').length !== 3) throw error;
    console.warn(`ONCE MORE: the app was not heard of within ${LAUNCH_MS / 1000} s, and is started anew`);
    return await _electron.launch({ ...options, timeout: LAUNCH_MS });
  }
}

/** Starts the app and waits for its window. */
export async function startApp(options: StartOptions = {}): Promise<RunningApp> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'tallystick-app-'));
  const { executable, args, env } = startCommand(home, options);
  // Playwright pretends a light system unless told not to.
  const app = await launched({ executablePath: executable, args, env, colorScheme: null });
  const child = app.process();
  let text = '';
  const waiting = new Set<() => void>();
  child.stderr?.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    for (const look of waiting) look();
  });
  const ended = new Promise<number | null>((resolve) => { child.once('exit', resolve); });
  const said = (): string => text;
  const heard = (pattern: RegExp): Promise<void> => new Promise((resolve, reject) => {
    const look = (): void => { if (pattern.test(text)) { waiting.delete(look); resolve(); } };
    waiting.add(look);
    void ended.then(() => { reject(new Error(`The app ended without saying ${String(pattern)}:\n${text}`)); });
    look();
  });
  const quit = async (): Promise<number | null> => {
    // Quits through the app's own `quit` and lets go of its inspector, for which the process would wait.
    await app.close();
    return ended;
  };
  const dispose = async (): Promise<void> => {
    await app.close().catch(() => undefined);
    if (options.home === undefined) rmSync(home, { recursive: true, force: true });
  };
  try {
    const page = await app.firstWindow();
    await page.waitForLoadState('domcontentloaded');
    return { app, page, dataDir: join(home, 'data'), stateDir: join(home, 'state'), said, heard, quit, dispose };
  } catch (error) {
    await dispose();
    throw new Error(`The app did not open its window:\n${text}`, { cause: error });
  }
}
