/**
 * The desktop app's entry: what must be settled before Electron is ready, in this order, and nothing else. It is built as
 * one CommonJS file and runs in one go, because an ES module would be loaded asynchronously and could come too late to
 * declare the app's scheme or switch the sandbox on. The app itself (desktop.ts) is an ES module, loaded afterwards.
 *
 *   sandbox, scheme, resolver → arguments → profile → lock ─(second: hand over, end)─▶ ready → desktop.ts
 */
import { homedir } from 'node:os';
import { app, dialog } from 'electron';
import { type ErrorCode, exitStatusOf, Refusal } from '../../protocol/errors.ts';
import { defaultStateDir } from '../host/storage/state-folder.ts';
import { keepYoungSpaceSmall } from '../host/young-space.ts';
import { parseArguments } from './arguments.ts';
import type { Desktop, Prepared, runDesktop } from './desktop.ts';
import { defaultDataDir, ensureProfileDir } from './folders.ts';
import { declareAppScheme } from './rules/app-protocol.ts';
import { debuggingSwitch } from './rules/debugging.ts';
import { claimLinkScheme, onOpenUrl } from './rules/deep-link.ts';
import { disableBrowserNetwork } from './rules/page-network.ts';
import { becomeOnlyInstance } from './rules/single-instance.ts';
import { textsFor } from './texts.ts';

/** Every interface, any free port: contacts find the current one by discovery, a link or their last address. */
const DEFAULT_LISTEN = ['/ip4/0.0.0.0/tcp/0', '/ip6/::/tcp/0'];

let desktop: Desktop | null = null;
/** A link that arrived before there was a host to leave it with; only the newest makes sense as a draft. */
let earlyLink: string | null = null;
const offerLink = (link: string): void => {
  if (desktop) desktop.offerLink(link);
  else earlyLink = link;
};

/** @returns null if this start only handed its link over to a running app. @throws Refusal */
function prepare(): Prepared | null {
  const late = app.isReady();
  if (late) {
    // Every window asks for the sandbox by itself too; what is lost is the scheme (rules/app-origin.ts).
    console.error('tallystick: loaded after Electron was ready; pages come from https://tallystick inside the app instead of app://tallystick.');
  } else {
    // Asked for by root only, who cannot have it: enforcing it then would end every page's process at once.
    if (app.commandLine.hasSwitch('no-sandbox')) console.error('tallystick: pages run without the operating system\'s sandbox (--no-sandbox).');
    else app.enableSandbox();
    declareAppScheme();
  }
  disableBrowserNetwork(app);
  onOpenUrl(app, offerLink);
  app.setName('Tallystick');
  if (process.platform === 'win32') app.setAppUserModelId('org.tallystick.desktop');

  const unwanted = debuggingSwitch(app);
  if (unwanted !== null) throw new Refusal('forbidden', `The installed app does not start with --${unwanted}.`);
  const given = parseArguments(process.argv.slice(1), { dataDir: defaultDataDir(app.getPath('appData')), listen: DEFAULT_LISTEN });
  if (!given.ok) throw new Refusal(given.failure.code, given.failure.detail);
  const stateDir = defaultStateDir(process.env, process.platform, homedir());
  const profileDir = ensureProfileDir(given.value.dataDir, stateDir);
  app.setPath('userData', profileDir);
  app.setPath('sessionData', profileDir);

  const only = becomeOnlyInstance(app, given.value.link, ({ link }) => {
    if (link !== null) offerLink(link);
    desktop?.open();
  });
  if (!only) return null;
  claimLinkScheme(app);
  earlyLink = given.value.link;
  return { arguments: given.value, stateDir, profileDir, late };
}

async function run(prepared: Prepared): Promise<void> {
  await app.whenReady();
  const parts = await import(new URL('desktop.js', import.meta.url).href) as { runDesktop: typeof runDesktop };
  desktop = await parts.runDesktop(prepared);
  if (earlyLink !== null) desktop.offerLink(earlyLink);
}

/** By its shape, not its class: desktop.js is built apart and has a class of its own. */
const isRefusal = (error: unknown): error is Refusal => error instanceof Error && error.name === 'Refusal' && 'failure' in error;

/** Says why nothing opens, on stderr and to the person, and ends. */
async function giveUp(error: unknown): Promise<void> {
  const { code, detail }: { code: ErrorCode; detail: string } = isRefusal(error) ? error.failure : { code: 'internal', detail: String(error) };
  console.error(`tallystick cannot start: ${code}: ${detail}`);
  // Scripts and tests have nobody to press a button.
  if (!process.env['TALLYSTICK_NO_DIALOGS']) {
    await app.whenReady();
    await dialog.showMessageBox({ type: 'error', title: 'Tallystick', message: textsFor(null, app.getLocale()).cannotStart, detail });
  }
  app.exit(exitStatusOf(code));
}

keepYoungSpaceSmall();
try {
  const prepared = prepare();
  if (prepared) {
    run(prepared).catch(giveUp);
  } else {
    console.error('tallystick: this wallet is open already; its window comes to the front.');
    app.exit(0);
  }
} catch (error) {
  void giveUp(error);
}
