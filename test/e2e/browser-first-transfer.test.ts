/**
 * The first whole thing, in a browser: two people, two computers, one network without internet. They find each other,
 * compare three words, and one hands the other credits; then they ask, pay, redeem, call off and decline.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { BrowserWallet } from '../support/browser-wallet.ts';
import { browserTrouble, describeInBrowser } from '../support/browser.ts';
import { answer, draftPayment, firstRun, goTo, holds, issue, makeCurrency, openInActivity, pairByLink, pairNearby, pay, request, send, transferSays, waiting } from '../support/interface-story.ts';
import { netnsAvailable } from '../support/netns.ts';
import { picture } from '../support/pictures.ts';
import { type TwoBrowsers, openTwoBrowsers } from '../support/two-browsers.ts';

const oneComputer = netnsAvailable();
if (!browserTrouble && oneComputer) console.warn(`SKIPPED: finding each other by name in the browser, they use a link instead: ${oneComputer}`);

describeInBrowser('two wallets in two browsers', () => {
  let two: TwoBrowsers;
  let ada: BrowserWallet;
  let ben: BrowserWallet;
  beforeAll(async () => {
    two = await openTwoBrowsers({ apart: oneComputer === null, themes: ['light', 'dark'] });
    ({ ada, ben } = two);
  });
  afterAll(() => two.tearDown());
  afterEach(() => { expect(two.complaints()).toEqual([]); });
  const pictures = async (name: string): Promise<void> => { await Promise.all([picture(ada.page, `browser/${name}-ada`), picture(ben.page, `browser/${name}-ben`)]); };

  it('need a name each to begin, and nothing else', async () => {
    await pictures('1-welcome');
    await Promise.all([firstRun(ada.page, 'Ada'), firstRun(ben.page, 'Ben')]);
    await pictures('2-home-empty');
  });

  it('find each other, see the same three words, and pair', async () => {
    const words = await (oneComputer ? pairByLink : pairNearby)(ada, ben);
    expect(new Set(words).size).toBeGreaterThan(1);
    await goTo(ada.page, 'People');
    await ada.page.getByRole('link', { name: /^Ben\b.*Within reach.*You are asked each time.*Protection: Software/ }).waitFor();
    await goTo(ben.page, 'People');
    await ben.page.getByRole('link', { name: /^Ada\b/ }).waitFor();
    await pictures('3-paired');
  });

  it('hand over credits: offered, accepted, done on both sides', async () => {
    await makeCurrency(ada.page, { name: 'Hours', code: 'HRS' });
    await issue(ada.page, '100');
    await holds(ada.page, '100.00', 'HRS');
    await send(ada.page, { to: 'Ben', amount: '30', code: 'HRS', memo: 'For the bread' });
    await transferSays(ada.page, 'Offered to Ben');
    const offer = await waiting(ben.page, 'Ada offers you');
    expect(await offer.innerText()).toMatch(/30\.00\s+HRS[^]*Made by Ada[^]*For the bread/);
    // The peer's tier is shown before anything is accepted from it (design §3).
    await offer.getByRole('button', { name: 'Protection: Software' }).waitFor();
    await pictures('4-offered');
    await holds(ada.page, '100.00', 'HRS');
    await ada.page.goBack();
    await answer(ben.page, 'Ada offers you', 'Accept');
    await transferSays(ada.page, 'Ben has it');
    await pictures('5-done');
    await holds(ada.page, '70.00', 'HRS');
    await holds(ben.page, '30.00', 'HRS');
    await pictures('6-home');
  });

  it('find the transfer in their activity, with its timeline and receipt', async () => {
    const sent = await openInActivity(ada.page, /To Ben.*30\.00 HRS/);
    expect(await sent.getByRole('listitem').allInnerTexts()).toEqual([expect.stringMatching(/^Offered/), expect.stringMatching(/^In transit/), expect.stringMatching(/^Done/)]);
    const received = await openInActivity(ben.page, /From Ada.*30\.00 HRS/);
    expect(await received.getByRole('listitem').allInnerTexts()).toEqual([expect.stringMatching(/^Offered/), expect.stringMatching(/^Accepted/), expect.stringMatching(/^Done/)]);
    const receipts = await Promise.all([sent, received].map((details) => details.getByRole('definition').allInnerTexts()));
    // Both name the same lane, the same number in it and the same transfer; packages are each one's own.
    expect(receipts[0]?.filter((_, index) => index !== 2)).toEqual(receipts[1]?.filter((_, index) => index !== 2));
    expect(receipts[0]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), '1', expect.stringMatching(/^\d+$/), expect.stringMatching(/^[0-9a-f]{32}$/)]);
    await pictures('7-activity');
  });

  it('ask, and pay what was asked', async () => {
    await request(ada.page, { to: 'Ben', amount: '12.50', code: 'HRS', memo: 'Half an hour more' });
    const card = await waiting(ben.page, 'Ada asks you for');
    expect(await card.innerText()).toMatch(/12\.50\s+HRS[^]*Half an hour more/);
    await pay(ben.page, 'Ada asks you for');
    // Asking was her consent; nobody asks her again.
    await transferSays(ben.page, 'Ada has it');
    await holds(ada.page, '82.50', 'HRS');
    await ada.page.getByRole('heading', { name: 'You asked for' }).waitFor({ state: 'hidden' });
    await holds(ben.page, '17.50', 'HRS');
  });

  it('redeem to the issuer, whose books say so', async () => {
    await send(ben.page, { to: 'Ada', amount: '7.5', code: 'HRS', redeem: true });
    await answer(ada.page, 'Ben redeems', 'Accept');
    await transferSays(ben.page, 'Ada has it');
    await holds(ben.page, '10.00', 'HRS');
    await holds(ada.page, '82.50', 'HRS');
    await ada.page.getByRole('region', { name: 'Balances' }).getByRole('link', { name: /HRS/ }).click();
    const row = (name: string) => ada.page.getByRole('row', { name }).innerText();
    await ada.page.getByText('The books balance.').waitFor();
    expect([await row('Issued'), await row('Taken out')].map((text) => text.replace(/\s+/g, ' '))).toEqual(['Issued 100.00', 'Taken out 7.50']);
  });

  it('call off an offer before it is answered, and decline one', async () => {
    await send(ada.page, { to: 'Ben', amount: '5', code: 'HRS' });
    await waiting(ben.page, 'Ada offers you');
    await ada.page.getByRole('button', { name: 'Cancel the offer' }).click();
    await transferSays(ada.page, 'You cancelled');
    await ben.page.getByRole('region', { name: 'Waiting for you' }).waitFor({ state: 'hidden' });
    await send(ada.page, { to: 'Ben', amount: '6', code: 'HRS' });
    await answer(ben.page, 'Ada offers you', 'Decline');
    await transferSays(ada.page, 'Ben declined');
    await pictures('8-declined');
    await holds(ada.page, '82.50', 'HRS');
    await holds(ben.page, '10.00', 'HRS');
    const withdrawn = await openInActivity(ben.page, /Withdrawn/);
    expect(await withdrawn.innerText()).toMatch(/5\.00\s+HRS/);
  });

  it('show where a draft stands in the steps, and the way back', async () => {
    await draftPayment(ada.page, { to: 'Ben', amount: '1', code: 'HRS' });
    await ada.page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: 'Person' }).click();
    await ada.page.getByRole('heading', { level: 1, name: 'To whom?' }).waitFor();
  });
});
