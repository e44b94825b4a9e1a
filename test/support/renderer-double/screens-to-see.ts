/** What there is to see of the interface, and how to get there on a pretend wallet. */
import { creditsAmong } from '../credits-among.ts';
import type { Page } from 'playwright-core';
import { signerOf } from '../fork-proofs.ts';
import { type DoubleState, emptyState, livedInState } from './double-state.ts';
import type { DoubleWallet } from './double-wallet.ts';
import { LIBRARY_SCREENS } from './library-screens.ts';
import { READING_SCREENS } from './reading-screens.ts';

export interface Screen { name: string; path?: string; state?: () => DoubleState; act?: (page: Page, wallet: DoubleWallet) => Promise<void> }
const words = ['copper', 'meadow', 'violin'];
const started = (state: 'waiting' | 'compare' | 'confirmed') => (): DoubleState => {
  const made = livedInState();
  const who = made.strangers[0];
  if (who) made.pairings = [{ instance: who.instance, name: who.name, tier: who.tier, startedByMe: state !== 'compare', state, words: state === 'waiting' ? null : words }];
  return made;
};
const stopped = (code: 'rollback_detected' | 'wallet_locked'): (() => DoubleState) => () => {
  const made = livedInState();
  made.status = { ...made.status, phase: 'stopped', fault: { code, detail: code === 'wallet_locked' ? 'Process 4711 holds the lock.' : 'The register names package 184; the newest stored package is 171.' } };
  return made;
};
/** Stopped by a contact who remembers it otherwise. */
const contradicted = (): DoubleState => {
  const made = stopped('rollback_detected')();
  made.contradiction = { n: 190, head: 'c4'.repeat(32), signature: 'aa'.repeat(64), shownBy: made.contacts[0]?.instance ?? null, shownByName: made.contacts[0]?.name ?? null };
  return made;
};
const german = (): DoubleState => { const made = livedInState(); made.settings.language = 'de'; return made; };
/** The longest of everything: no screen may scroll sideways. */
const extreme = (): DoubleState => {
  const made = livedInState();
  const long = 'W'.repeat(40);
  made.identity.name = long;
  made.contacts = made.contacts.map((entry) => ({ ...entry, name: long }));
  made.balances = made.balances.map((entry) => ({ ...entry, held: '9223372036854775807', currency: { ...entry.currency, code: 'WWWWWWWW', name: long } }));
  const grow = (entry: DoubleState['pending'][number]) => ({ ...entry, contactName: long, memo: 'W'.repeat(140), give: creditsAmong(entry.give).map((asset) => ({ ...asset, amount: '9223372036854775807', currency: { ...asset.currency, code: 'WWWWWWWW' } })) });
  made.pending = made.pending.map(grow);
  made.history = made.history.map(grow);
  return made;
};
const firstContact = (): string => livedInState().contacts[0]?.instance ?? '';
const toReview = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /Bruno/ }).first().click();
  await page.getByLabel('Amount').fill('12.5');
  await page.getByLabel('Note').fill('For the bread');
  await page.getByRole('button', { name: 'Continue' }).click();
};

/** Every screen, and every state of one that a real wallet comes to only by bad luck. */
export const SCREENS: readonly Screen[] = [
  { name: 'welcome', state: () => emptyState('empty') },
  { name: 'home-empty', state: () => emptyState() },
  { name: 'home' },
  { name: 'home-de', state: german },
  { name: 'extreme-home', state: extreme },
  { name: 'extreme-transfer', path: `/transfer/${'2'.padStart(32, '9')}`, state: extreme },
  { name: 'extreme-activity', path: '/activity', state: extreme },
  { name: 'extreme-books', path: `/currencies/${'a1'.repeat(32)}`, state: extreme },
  { name: 'extreme-currencies', path: '/currencies', state: extreme },
  { name: 'extreme-people', path: '/people', state: extreme },
  { name: 'extreme-settings', path: '/settings', state: extreme },
  { name: 'send-person', path: '/send' },
  { name: 'send-amount', path: '/send', act: async (page) => { await page.getByRole('button', { name: /Bruno/ }).first().click(); await page.getByLabel('Amount').fill('1250'); } },
  { name: 'send-review', path: '/send', act: toReview },
  { name: 'send-offered', path: '/send', act: async (page) => { await toReview(page); await page.getByRole('button', { name: /Hand over/ }).click(); await page.getByText('Offered to Bruno').first().waitFor(); } },
  { name: 'send-pin', path: '/send', act: async (page) => { await page.getByRole('button', { name: /Bruno/ }).first().click(); await page.getByLabel('Amount').fill('500'); await page.getByRole('button', { name: 'Continue' }).click(); await page.getByRole('button', { name: /Hand over/ }).click(); await page.getByRole('dialog').waitFor(); } },
  { name: 'transfer-transit', path: `/transfer/${'2'.padStart(32, '9')}` },
  { name: 'transfer-done', path: `/transfer/${'4'.padStart(32, '9')}` },
  { name: 'transfer-returned', path: `/transfer/${'8'.padStart(32, '9')}` },
  { name: 'transfer-offer', path: `/transfer/${'1'.padStart(32, '9')}` },
  { name: 'people', path: '/people' },
  { name: 'people-empty', path: '/people', state: () => emptyState() },
  { name: 'person', path: `/people/${firstContact()}` },
  { name: 'person-changed', path: `/people/${livedInState().contacts[3]?.instance ?? ''}` },
  { name: 'person-copied', path: `/people/${signerOf('Gregor').instance}` },
  { name: 'person-copied-de', path: `/people/${signerOf('Gregor').instance}`, state: german },
  { name: 'person-forget', path: `/people/${firstContact()}`, act: async (page) => { await page.getByRole('button', { name: 'Forget' }).click(); await page.getByRole('alertdialog').waitFor(); } },
  { name: 'add-show', path: '/people/add' },
  { name: 'add-enter', path: '/people/add', act: async (page) => { await page.getByRole('tab', { name: 'Enter theirs' }).click(); await page.getByLabel('Their link or address').fill('nonsense'); await page.getByRole('button', { name: 'Continue' }).click(); await page.getByRole('alert').waitFor(); } },
  { name: 'add-draft', path: '/people/add', act: async (page) => { await page.getByRole('tab', { name: 'Enter theirs' }).click(); await page.getByLabel('Their link or address').fill('tallystick://pair?x'); await page.getByRole('button', { name: 'Continue' }).click(); await page.getByRole('button', { name: 'Connect and pair' }).waitFor(); } },
  { name: 'pair-waiting', state: started('waiting') },
  { name: 'pair-compare', state: started('compare') },
  { name: 'pair-confirmed', state: started('confirmed') },
  { name: 'activity', path: '/activity' },
  { name: 'activity-details', path: `/activity/${'8'.padStart(32, '9')}` },
  { name: 'activity-empty', path: '/activity', state: () => emptyState() },
  { name: 'currencies', path: '/currencies' },
  { name: 'currency-new', path: '/currencies/new' },
  { name: 'currency-books', path: `/currencies/${'a1'.repeat(32)}`, act: async (page) => { await page.getByRole('button', { name: 'Replay the journal' }).click(); await page.getByRole('table').last().waitFor(); } },
  { name: 'currency-issue', path: `/currencies/${'a1'.repeat(32)}`, act: async (page) => { await page.getByRole('button', { name: 'Issue' }).click(); await page.getByRole('dialog').waitFor(); } },
  { name: 'settings', path: '/settings' },
  { name: 'settings-de', path: '/settings', state: german },
  { name: 'stopped', state: stopped('rollback_detected') },
  { name: 'stopped-contradicted', state: contradicted, act: (page) => page.getByText('Bruno remembers another past').waitFor() },
  { name: 'stopped-locked', state: stopped('wallet_locked') },
  ...LIBRARY_SCREENS,
  { name: 'restarting', act: async (page, wallet) => { wallet.happen((state) => { state.status = { ...state.status, phase: 'restarting' }; }, ['app']); await page.getByText('coming back').waitFor(); } },
  { name: 'help', act: async (page) => { await page.keyboard.press('?'); await page.getByRole('dialog').waitFor(); } },
  ...READING_SCREENS,
];
