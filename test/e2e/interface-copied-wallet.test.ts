/**
 * What the interface says of a contact whose wallet was copied (design §5.7; assurance row 31), on a pretend wallet: what it
 * means and what to do, by keyboard too, and the proof as a file that others can check.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type Page, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { proofsIn } from '../../cli/proof-file.ts';
import { formatForkProof } from '../../protocol/fork-proof.codec.ts';
import { browserTrouble } from '../support/browser-wallet.ts';
import { ensureBuilt } from '../support/built.ts';
import { forkProofOf, signerOf } from '../support/fork-proofs.ts';
import { type DoubleState, emptyState, livedInState } from '../support/renderer-double/double-state.ts';
import { type DoubleWallet, createDoubleWallet } from '../support/renderer-double/double-wallet.ts';
import { serveDouble } from '../support/renderer-double/serve-double.ts';

const BUILT = fileURLToPath(new URL('../../out/renderer', import.meta.url));
const gregor = signerOf('Gregor').instance;

describe.skipIf(browserTrouble !== null)('a contact whose wallet was copied', () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serveDouble>>;
  let wallet: DoubleWallet = createDoubleWallet(emptyState());
  let folder = '';
  beforeAll(async () => {
    await ensureBuilt('renderer');
    folder = await mkdtemp(join(tmpdir(), 'tally-copied-'));
    server = await serveDouble(BUILT, () => wallet);
    browser = await chromium.launch({ executablePath: process.env['TALLYSTICK_TEST_CHROMIUM'] ?? '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  });
  afterEach(async () => { for (const context of browser.contexts()) await context.close(); });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true });
  });

  async function open(path: string, state: DoubleState = livedInState()): Promise<Page> {
    wallet = createDoubleWallet(state);
    const page = await (await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB', acceptDownloads: true })).newPage();
    await page.goto(`${server.url}#${path}`);
    await page.locator('h1').first().waitFor({ state: 'attached' });
    return page;
  }
  const named = (page: Page) => page.getByRole('region', { name: 'Gregor’s wallet ran as two copies' });

  it('is marked in the list, and cannot be sent to or asked; the page says why and what to do', async () => {
    const page = await open('/people');
    await page.getByRole('link', { name: /^Gregor.*Copied: two wallets say they are it/s }).click();
    await named(page).getByText('may have spent the same thing twice').waitFor();
    expect(await named(page).getByRole('listitem').allInnerTexts()).toHaveLength(3);
    const actions = await page.getByRole('main').getByRole('link').allInnerTexts();
    expect(actions.filter((text) => /^(Send|Request)$/.test(text.trim()))).toEqual([]);
    await page.goto(`${server.url}#/send`);
    await page.getByRole('link', { name: /^Gregor.*copied/s }).click();
    await named(page).waitFor();
  });

  it('comes with the proof, which is saved with the keyboard alone and holds for whoever checks it', async () => {
    const page = await open(`/people/${gregor}`);
    await named(page).waitFor();
    await page.getByRole('heading', { level: 1 }).focus();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    for (let tabs = 0; tabs < 20 && !(await focused()).includes('Save the proof'); tabs++) await page.keyboard.press('Tab');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(download.suggestedFilename()).toBe(`${gregor.slice(0, 14)}.proof`);
    const path = join(folder, 'saved.proof');
    await download.saveAs(path);
    const content = await readFile(path, 'utf8');
    expect(content).toBe(`${formatForkProof(forkProofOf(signerOf('Gregor')))}\n`);
    expect(proofsIn(content)).toHaveLength(1);
    await page.keyboard.press('Tab');
    expect(await focused()).toContain('Copy the proof');
    await page.getByText('What it signed').click();
    for (const head of wallet.state.forks[0]!.heads) await page.getByText(head).waitFor();
  });

  it('has its proof saved by the app where pages download nothing', async () => {
    const state = livedInState();
    state.status = { ...state.status, shell: 'electron' };
    const page = await open(`/people/${gregor}`, state);
    await named(page).getByRole('button', { name: /^Save the proof/ }).click();
    await page.getByText('Proof saved').first().waitFor();
    expect(wallet.calls).toContain('app.saveProof');
  });

  it('becomes one when a proof is handed over in a file; what is no proof is refused in plain words', async () => {
    const [proof, none] = [join(folder, 'given.proof'), join(folder, 'none.proof')];
    await writeFile(proof, `${formatForkProof(forkProofOf(signerOf('Hanna')))}\n`);
    await writeFile(none, 'hello\n');
    const page = await open('/people');
    await page.getByText('Were you given a proof that a wallet was copied?').click();
    const file = page.getByLabel('The file with the proof');
    await file.setInputFiles(none);
    await page.getByRole('alert').getByText('This is not a proof that a wallet was copied').waitFor();
    await file.setInputFiles(proof);
    await page.getByRole('status').getByText(`Nothing is exchanged with ${signerOf('Hanna').instance} from now on.`).waitFor();
    await page.getByRole('region', { name: 'Copied wallets' }).getByText(signerOf('Hanna').instance).waitFor();
    await file.setInputFiles(proof);
    await page.getByRole('status').getByText('already').waitFor();
  });
});
