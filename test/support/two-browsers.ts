/** Two people, each with a wallet and a browser of their own: what most stories in the browser begin with. */
import { type BrowserWallet, type BrowserWalletOptions, openBrowserWallets } from './browser-wallet.ts';
import { firstRun, pairByLink } from './interface-story.ts';
import { createNetnsNetwork } from './netns.ts';

export interface TwoBrowsers {
  readonly ada: BrowserWallet;
  readonly ben: BrowserWallet;
  /** What either page has complained of since this was last asked; empty in a healthy app. */
  complaints(): string[];
  tearDown(): Promise<void>;
}

export interface TwoBrowsersOptions {
  /** On two computers of one network without internet, where they can find each other; else here, where they need a link. */
  readonly apart?: boolean;
  /** Both have named themselves and are contacts already. */
  readonly contacts?: boolean;
  readonly themes?: readonly [ada: BrowserWalletOptions['theme'], ben: BrowserWalletOptions['theme']];
}

/** The caller tears them down; where this throws, nothing is left running. */
export async function openTwoBrowsers({ apart = false, contacts = false, themes = ['light', 'light'] }: TwoBrowsersOptions = {}): Promise<TwoBrowsers> {
  const wallets = await openBrowserWallets();
  const network = apart ? createNetnsNetwork({ hosts: 2 }) : null;
  const tearDown = async (): Promise<void> => {
    await wallets.tearDown();
    network?.tearDown();
  };
  try {
    const opened = await Promise.all((['Ada', 'Ben'] as const).map((name, at) => {
      const [theme, host] = [themes[at], network?.hosts[at]];
      return wallets.open(name, { ...(theme ? { theme } : {}), ...(host ? { host } : {}) });
    }));
    const [ada, ben] = opened as [BrowserWallet, BrowserWallet];
    if (contacts) {
      await Promise.all([firstRun(ada.page, 'Ada'), firstRun(ben.page, 'Ben')]);
      await pairByLink(ada, ben);
    }
    return { ada, ben, tearDown, complaints: () => opened.flatMap(({ complaints }) => complaints.splice(0)) };
  } catch (error) {
    await tearDown();
    throw error;
  }
}
