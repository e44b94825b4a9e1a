/**
 * A wallet as somebody without the desktop app has it: a real `serve --ui` process and a real Chromium that opened its
 * one-time address. With a host of test/support/netns.ts, process and browser both run in its network.
 *
 *   describeInBrowser('…', () => { beforeAll(async () => { wallets = await openBrowserWallets(); }) … wallets.open('Ada') … })
 */
import { type SpawnOptions, spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Launcher } from '../../cli/demo/wallet-process.ts';
import { connectLocalSocket } from '../../main/host/transports/local-socket-client.ts';
import { createClient } from '../../protocol/contracts/client.ts';
import { shellContract } from '../../protocol/contracts/shell.contract.ts';
import { DESK, browserProgram, complaintsOf, launchBrowser } from './browser.ts';
import { ensureBuilt } from './built.ts';
import type { NetnsHost } from './netns.ts';
import { type WalletFolders, type WalletProcess, type Wallets, createWallets, need } from './wallet-process.ts';

export interface BrowserWallet {
  readonly name: string;
  readonly folders: WalletFolders;
  readonly context: BrowserContext;
  readonly page: Page;
  /** The process that serves it now. */
  readonly serve: WalletProcess;
  /** What the page said on its console, threw, or was refused by its policy; empty in a healthy app. */
  readonly complaints: string[];
  /** Starts another process on the same folders and opens its address; the one before must have ended. */
  restart(): Promise<void>;
}

export interface BrowserWalletOptions {
  readonly theme?: 'light' | 'dark';
  readonly size?: { readonly width: number; readonly height: number };
  /** Where process and browser run, if not here. Discovery is on there, and off here, where others could be found. */
  readonly host?: NetnsHost;
}

export interface BrowserWallets {
  readonly wallets: Wallets;
  /** `name` is that of the folders; whether there is a wallet in them is shown by the page. */
  open(name: string, options?: BrowserWalletOptions): Promise<BrowserWallet>;
  tearDown(): Promise<void>;
}

export async function openBrowserWallets(): Promise<BrowserWallets> {
  await ensureBuilt('enclave', 'renderer');
  const wallets = await createWallets();
  const browsers = new Map<string, Promise<Browser>>();

  const browserFor = (host: NetnsHost | undefined): Promise<Browser> => {
    const key = host?.name ?? '';
    const known = browsers.get(key) ?? launch(wallets.home, host);
    browsers.set(key, known);
    return known;
  };

  return {
    wallets,
    async open(name, { theme = 'light', size = DESK, host } = {}) {
      const folders = wallets.folders(name);
      const launcher: Partial<Launcher> = { ...(host ? { mdns: true, listen: ['/ip4/0.0.0.0/tcp/0'] } : {}), spawn: withInterface(host) };
      let serve = await wallets.start(folders, launcher);
      const browser = await browserFor(host);
      const context = await browser.newContext({ viewport: size, colorScheme: theme, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'Europe/Berlin' });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(await addressOf(serve));
      return {
        name, folders, context, page, complaints,
        get serve() { return serve; },
        async restart() {
          serve = await wallets.start(folders, launcher);
          await page.goto(await addressOf(serve));
        },
      };
    },
    async tearDown() {
      for (const browser of browsers.values()) await (await browser).close();
      await wallets.tearDown();
    },
  };
}

async function launch(home: string, host: NetnsHost | undefined): Promise<Browser> {
  let program = browserProgram;
  if (host) {
    program = join(home, `chromium-in-${host.name}`);
    await writeFile(program, `#!/bin/sh\nexec ip netns exec ${host.name} ${browserProgram} "$@"\n`);
    await chmod(program, 0o700);
  }
  return launchBrowser(program);
}

/** Starts `serve` with the interface, in another network where asked. */
function withInterface(host: NetnsHost | undefined): NonNullable<Launcher['spawn']> {
  return (command, args, options: SpawnOptions) => (host ? host.spawn.bind(host) : spawn)(command, [...args, '--ui'], options);
}

/** A fresh one-time address. */
async function addressOf(serve: WalletProcess): Promise<string> {
  const connection = await connectLocalSocket(serve.folders.data);
  if (!connection) throw new Error(`${serve.folders.name}'s wallet cannot be reached.`);
  try {
    const { url } = await need(createClient(shellContract, connection.carry)['shell.uiLink']({}));
    return url ?? Promise.reject(new Error(`${serve.folders.name}'s wallet serves no interface.`));
  } finally {
    connection.close();
  }
}
