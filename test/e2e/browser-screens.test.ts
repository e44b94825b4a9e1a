/**
 * Every screen and dialog of the real interface with real data: axe finds nothing, nothing scrolls sideways, every window
 * has a title, in light and dark, on a phone, a laptop and a large screen. A story, because real data comes from doing.
 */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { CurrencyId, InstanceId } from '../../protocol/identifiers.ts';
import { type BrowserWallet, type BrowserWallets, openBrowserWallets } from '../support/browser-wallet.ts';
import { DESK, describeInBrowser } from '../support/browser.ts';
import { draftPayment, firstRun, goTo, send, transferSays } from '../support/interface-story.ts';
import { inspect } from '../support/screen-inspection.ts';
import { need, soon, vaultOf } from '../support/wallet-process.ts';

describeInBrowser('every screen', () => {
  let wallets: BrowserWallets;
  let ada: BrowserWallet;
  let ben: BrowserWallet;
  let hours: CurrencyId;
  const instances = new Map<BrowserWallet, InstanceId>();
  const instanceOf = (wallet: BrowserWallet): InstanceId => instances.get(wallet) ?? '' as InstanceId;
  const ask = <K extends keyof BrowserWallet['serve']['client']>(of: BrowserWallet, method: K, ...input: Parameters<BrowserWallet['serve']['client'][K]>) =>
    need((of.serve.client[method] as (...args: unknown[]) => ReturnType<BrowserWallet['serve']['client'][K]>)(...input) as Promise<never>) as Promise<Extract<Awaited<ReturnType<BrowserWallet['serve']['client'][K]>>, { ok: true }>['value']>;

  const findings: string[] = [];
  let seen = 0;
  /** Opens a screen by its address, without loading the page anew. */
  const open = async ({ page }: BrowserWallet, path: string): Promise<void> => {
    await page.setViewportSize(DESK);
    await page.evaluate((hash) => { location.hash = hash; }, `#${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
  };
  const look = async ({ page }: BrowserWallet, name: string): Promise<void> => {
    seen += 1;
    findings.push(...await inspect(page, name));
    await page.setViewportSize(DESK);
  };
  const lookAt = async (wallet: BrowserWallet, path: string, name: string, ready?: string | RegExp): Promise<void> => {
    await open(wallet, path);
    if (ready) await wallet.page.getByText(ready).first().waitFor();
    await look(wallet, name);
  };

  beforeAll(async () => {
    wallets = await openBrowserWallets();
    [ada, ben] = await Promise.all([wallets.open('Ada'), wallets.open('Ben')]);
  });
  afterAll(() => wallets.tearDown());
  afterEach(() => {
    expect([...ada.complaints.splice(0), ...ben.complaints.splice(0)], 'said on the console').toEqual([]);
    expect(findings.splice(0), 'found on the screens').toEqual([]);
  });

  it('of a first run: welcome, and every place while there is nothing in it', async () => {
    await look(ada, 'welcome');
    await Promise.all([firstRun(ada.page, 'Ada'), firstRun(ben.page, 'Ben')]);
    for (const wallet of [ada, ben]) instances.set(wallet, (await ask(wallet, 'wallet.identity', {})).instance as InstanceId);
    await look(ada, 'home-empty');
    await lookAt(ada, '/send', 'send-nobody', 'You have no contacts yet');
    await lookAt(ada, '/people', 'people-empty', 'No contacts yet');
    await lookAt(ada, '/activity', 'activity-empty', 'Nothing here yet');
    await lookAt(ada, '/currencies', 'currencies-empty', 'You know no currency yet');
    await lookAt(ada, '/nowhere', 'not-found', 'There is nothing here');
  });

  it('of finding each other: link and code, a stranger nearby, the three words', async () => {
    await lookAt(ada, '/people/add', 'add-show', /^tallystick:/);
    await ada.page.getByRole('tab', { name: 'Enter theirs' }).click();
    await ada.page.getByRole('textbox', { name: 'Their link or address' }).fill('nonsense');
    await ada.page.getByRole('button', { name: 'Continue' }).click();
    await ada.page.getByRole('alert').waitFor();
    await look(ada, 'add-enter-refused');
    await ada.page.getByRole('textbox', { name: 'Their link or address' }).fill((await ask(ben, 'network.invite', {})).link);
    await ada.page.getByRole('button', { name: 'Continue' }).click();
    await ada.page.getByRole('button', { name: 'Connect and pair' }).waitFor();
    await look(ada, 'add-look-once');
    await ask(ada, 'network.connect', { address: (await ask(ben, 'network.invite', {})).link });
    await lookAt(ada, '/', 'home-stranger', 'Not paired yet');
    await lookAt(ada, '/people', 'people-stranger', 'Ben');
    await ada.page.getByRole('button', { name: 'Pair with Ben' }).click();
    await ada.page.getByRole('button', { name: 'They match' }).waitFor();
    await look(ada, 'pairing-words');
    await ask(ada, 'pairing.confirm', { instance: instanceOf(ben), matches: true });
    await ada.page.getByText('Waiting for Ben to confirm').waitFor();
    await look(ada, 'pairing-confirmed');
    await ben.page.getByRole('button', { name: 'They match' }).click();
    await ada.page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('of currencies: making one, issuing, the books, explained', async () => {
    await open(ada, '/currencies/new');
    await ada.page.getByRole('textbox', { name: 'Name' }).fill('Hours');
    await ada.page.getByRole('textbox', { name: 'Code' }).fill('1H');
    await look(ada, 'currency-new-refused');
    await ada.page.getByRole('textbox', { name: 'Code' }).fill('HRS');
    await ada.page.getByRole('button', { name: 'Make it' }).click();
    await ada.page.getByRole('heading', { level: 1, name: 'Hours' }).waitFor();
    await look(ada, 'currency-unissued');
    await ada.page.getByRole('button', { name: 'Issue', exact: true }).click();
    await ada.page.getByRole('textbox', { name: 'Amount' }).fill('1250');
    await look(ada, 'currency-issue');
    await ada.page.getByRole('button', { name: /^Issue 1,250/ }).click();
    await ada.page.getByRole('dialog').waitFor({ state: 'hidden' });
    hours = (await ask(ada, 'credits.balances', {}))[0]?.currency.id ?? '' as CurrencyId;
  });

  it('of sending and receiving, in every state', async () => {
    await settle(ada, ben);
    await open(ada, '/send');
    await look(ada, 'send-person');
    await ada.page.getByRole('main').getByRole('button', { name: /^Ben/ }).click();
    await ada.page.getByRole('textbox', { name: 'Amount' }).fill('1250.5');
    await look(ada, 'send-amount-too-much');
    await draftPayment(ada.page, { to: 'Ben', amount: '12.5', code: 'HRS', memo: 'For the bread, and the long talk after it' });
    await look(ada, 'send-review');
    await ada.page.getByRole('button', { name: /^Hand over/ }).click();
    await transferSays(ada.page, 'Offered to Ben');
    await look(ada, 'transfer-offered');
    await ben.page.getByRole('region', { name: 'Waiting for you' }).waitFor();
    await look(ben, 'home-offer-waiting');
    const [offer] = await ask(ben, 'transfers.pending', {});
    await lookAt(ben, `/transfer/${offer?.id}`, 'transfer-offer-for-me', 'Ada offers you');
    await lookAt(ben, '/people', 'news-bar', '1 waiting for your answer');
    await open(ben, `/transfer/${offer?.id}`);
    await ben.page.getByRole('button', { name: 'Accept' }).click();
    await transferSays(ben.page, 'It is yours');
    await look(ben, 'transfer-received');
    await transferSays(ada.page, 'Ben has it');
    await look(ada, 'transfer-done');
    await ask(ada, 'transfers.send', { contact: instanceOf(ben), currency: hours, amount: '100' });
    const refused = await soon(ben.serve, 'an offer', async () => (await ask(ben, 'transfers.pending', {}))[0] ?? null);
    await ask(ben, 'transfers.decline', { id: refused.id });
    await lookAt(ada, `/transfer/${refused.id}`, 'transfer-declined', 'Ben declined');
    await ask(ada, 'requests.create', { contact: instanceOf(ben), currency: hours, amount: '200', memo: 'Two hours of yours' });
    await soon(ben.serve, 'a request', async () => (await ask(ben, 'requests.list', {}))[0] ?? null);
    await lookAt(ben, '/', 'home-asked', 'Ada asks you for');
    await lookAt(ada, '/', 'home-asking', 'You asked for');
    await open(ada, '/request');
    await look(ada, 'request-person');
  });

  it('of what is in transit while the other side is away', async () => {
    await ask(ben, 'people.setRule', { contact: instanceOf(ada), rule: { mode: 'auto', upTo: [{ currency: hours, amount: '1000' }] } });
    // Taken by rule, so that Ada commits at once, and held still, so that nothing can come back.
    await settle(ada, ben);
    ben.serve.freeze();
    await send(ada.page, { to: 'Ben', amount: '3', code: 'HRS' });
    await transferSays(ada.page, 'In transit to Ben');
    await ben.serve.kill();
    ben.complaints.splice(0);
    await ada.page.getByRole('button', { name: 'Write off' }).waitFor();
    await look(ada, 'transfer-in-transit');
    await ada.page.getByRole('button', { name: 'Write off' }).click();
    await ada.page.getByRole('alertdialog').waitFor();
    await look(ada, 'transfer-write-off');
    await ada.page.keyboard.press('Escape');
    await lookAt(ada, '/', 'home-in-transit', 'In transit');
    await send(ada.page, { to: 'Ben', amount: '4', code: 'HRS' });
    await transferSays(ada.page, 'Offered to Ben');
    await look(ada, 'transfer-offered-away');
    await lookAt(ada, '/people', 'people-away', 'Not within reach');
    // A contact who is away is nobody new, whatever has been heard of their computer.
    await ada.page.getByText('No one new in sight.').waitFor();
    await ben.page.getByText('The wallet cannot be reached').waitFor();
    await look(ben, 'unreachable');
    ben.complaints.splice(0);
    await ben.restart();
    ben.complaints.splice(0);
    await soon(ada.serve, 'everything to arrive', async () => (await ask(ada, 'transfers.pending', {})).length === 0 || null);
  });

  it('of people, activity, books, settings and help', async () => {
    await lookAt(ada, '/', 'home', 'All activity');
    await lookAt(ada, '/people', 'people', 'Within reach');
    await open(ada, `/people/${instanceOf(ben)}`);
    await ada.page.getByRole('radio', { name: /^Accept automatically/ }).check();
    await look(ada, 'person');
    await ada.page.getByRole('button', { name: 'Forget' }).click();
    await ada.page.getByRole('alertdialog').waitFor();
    await look(ada, 'person-forget');
    await ada.page.keyboard.press('Escape');
    await lookAt(ada, '/activity', 'activity', 'Ben');
    await ada.page.getByRole('main').getByRole('link', { name: /To Ben/ }).last().click();
    await ada.page.getByRole('complementary').getByRole('heading').waitFor();
    await look(ada, 'activity-details');
    await lookAt(ada, '/currencies', 'currencies', 'Hours');
    await open(ada, `/currencies/${hours}`);
    await ada.page.getByRole('button', { name: 'Replay the journal' }).click();
    await ada.page.getByRole('row', { name: /Sent off/ }).first().waitFor();
    await look(ada, 'books-explained');
    await lookAt(ada, '/settings', 'settings', 'Vault measurement');
    await ada.page.getByRole('button', { name: 'Set a PIN' }).click();
    await ada.page.getByRole('textbox', { name: 'New PIN', exact: true }).fill('2580');
    await ada.page.getByRole('textbox', { name: 'New PIN once more' }).fill('2581');
    await look(ada, 'settings-pin');
    await ada.page.getByRole('textbox', { name: 'New PIN once more' }).fill('2580');
    await ada.page.getByRole('button', { name: 'Save', exact: true }).click();
    await ada.page.getByRole('button', { name: 'Change the limit of HRS' }).click();
    await ada.page.getByRole('radio', { name: 'Always ask' }).check();
    await look(ada, 'settings-limit');
    await ada.page.getByRole('button', { name: 'Save', exact: true }).click();
    await ada.page.getByRole('dialog').waitFor({ state: 'hidden' });
    await draftPayment(ada.page, { to: 'Ben', amount: '1', code: 'HRS' });
    await ada.page.getByRole('button', { name: /^Hand over/ }).click();
    await ada.page.getByRole('dialog', { name: 'Your PIN, please' }).waitFor();
    await look(ada, 'pin');
    await ada.page.keyboard.press('Escape');
    await ada.page.getByRole('dialog').waitFor({ state: 'hidden' });
    await goTo(ada.page, 'Home');
    await ada.page.keyboard.press('?');
    await ada.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await look(ada, 'help');
    await ada.page.keyboard.press('Escape');
  });

  it('of an exchange: what is given in return stands beside what is got, and is under its own limit', async () => {
    const { id: buns } = await ask(ben, 'credits.createCurrency', { code: 'BUN', decimals: 0, name: 'Buns' });
    await ask(ben, 'credits.issue', { currency: buns, amount: '9' });
    const { id } = await ask(ben, 'transfers.send', { contact: instanceOf(ada), currency: buns, amount: '3', take: [{ currency: hours, amount: '150' }] });
    await lookAt(ben, `/transfer/${id}`, 'transfer-exchange', '1.50');
    await soon(ada.serve, 'an offer', async () => (await ask(ada, 'transfers.pending', {}))[0] ?? null);
    await lookAt(ada, `/transfer/${id}`, 'transfer-exchange-for-me', '1.50');
    await ada.page.getByRole('button', { name: 'Pay 1.50 HRS' }).click();
    const dialog = ada.page.getByRole('dialog', { name: 'Your PIN, please' });
    await dialog.getByLabel('PIN', { exact: true }).fill('2580');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await transferSays(ada.page, 'It is yours');
    await soon(ben.serve, 'what is given in return', async () => (await ask(ben, 'transfers.pending', {})).length === 0 || null);
    expect((await ask(ada, 'credits.balances', {})).find(({ currency }) => currency.id === buns)?.held).toBe('3');
    await lookAt(ada, '/activity', 'activity-exchange', '−1.50');
  });

  it.skipIf(process.platform !== 'linux')('of a vault that crashed and comes back', async () => {
    await open(ada, '/');
    // The first pauses are too short to look at; the third is not.
    for (let crash = 0; crash < 4; crash += 1) process.kill(await soon(ada.serve, 'the vault', () => vaultOf(ada.serve)), 'SIGKILL');
    await ada.page.getByText('The vault was restarted and is coming back').waitFor();
    await look(ada, 'restarting');
    await ada.page.getByText('The vault was restarted and is coming back').waitFor({ state: 'hidden' });
    await ada.page.getByRole('region', { name: 'Balances' }).getByText('HRS').waitFor();
  });

  it('of another key in a contact’s place', async () => {
    await ben.serve.stop();
    for (const part of ['packages', 'wallet-id']) await rm(join(ben.folders.data, part), { recursive: true });
    await rm(ben.folders.state, { recursive: true });
    await ben.restart();
    await firstRun(ben.page, 'Ben');
    ben.complaints.splice(0);
    await open(ada, `/people/${instanceOf(ben)}`);
    await ada.page.getByRole('heading', { name: 'Another key answered in Ben’s place' }).waitFor();
    await look(ada, 'person-key-changed');
    await lookAt(ada, '/', 'home-key-changed', 'Needs a look');
  });

  it('of a wallet whose folder was put back to an older state', async () => {
    const older = join(wallets.wallets.home, 'older');
    await ada.serve.stop();
    await cp(ada.folders.data, older, { recursive: true });
    await ada.restart();
    for (const name of ['Ada L.', 'Ada Lovelace', 'Ada']) await ask(ada, 'wallet.rename', { name });
    await ada.serve.stop();
    await rm(ada.folders.data, { recursive: true });
    await cp(older, ada.folders.data, { recursive: true });
    await ada.restart();
    ada.complaints.splice(0);
    await ada.page.getByRole('heading', { level: 1, name: 'This wallet’s data is older than it was' }).waitFor();
    await look(ada, 'stopped');
    // It stays stopped, whatever is tried.
    await ask(ada, 'app.retry', {});
    await ada.page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => ask(ada, 'app.status', {})).toMatchObject({ phase: 'stopped', fault: { code: 'rollback_detected' } });
    await ada.page.getByRole('heading', { level: 1, name: 'This wallet’s data is older than it was' }).waitFor();
  });

  it('was looked at by eyes that see', async () => {
    console.log(`${seen} screens, in two themes and three sizes each`);
    await ben.page.evaluate(() => {
      const wide = Object.assign(document.createElement('img'), { width: 3000, height: 1 });
      document.title = 'Something else';
      document.querySelector('main')?.append(wide);
    });
    const found = (await inspect(ben.page, 'spoilt')).join('\n');
    for (const part of ['spoilt, phone, dark: image-alt', 'spoilt, phone: scrolls sideways', 'is called "Something else"']) expect(found).toContain(part);
  });

  /** Waits until the two have met on both sides. */
  async function settle(...both: readonly [BrowserWallet, BrowserWallet]): Promise<void> {
    for (const [one, other] of [both, [both[1], both[0]]] as const) {
      await soon(one.serve, 'the other', async () => (await ask(one, 'people.contacts', {})).some(({ instance, online }) => instance === instanceOf(other) && online) || null);
    }
  }
});
