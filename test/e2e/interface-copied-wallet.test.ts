/**
 * What the interface says of a contact whose wallet was copied (design §5.7; assurance row 31), on a pretend wallet: what it
 * means and what to do, by keyboard too, and the proof as a file that others can check.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { proofsIn } from '../../cli/proof-file.ts';
import { formatForkProof } from '../../protocol/fork-proof.codec.ts';
import { describeInBrowser } from '../support/browser.ts';
import { forkProofOf, signerOf } from '../support/fork-proofs.ts';
import { livedInState } from '../support/renderer-double/double-state.ts';
import { pretendApp } from '../support/renderer-double/pretend-app.ts';

const gregor = signerOf('Gregor').instance;

describeInBrowser('a contact whose wallet was copied', () => {
  const app = pretendApp();
  let folder = '';
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'tally-copied-')); });
  afterAll(() => rm(folder, { recursive: true }));

  const named = (page: Page) => page.getByRole('region', { name: 'Gregor’s wallet ran as two copies' });

  it('is marked in the list, and cannot be sent to or asked; the page says why and what to do', async () => {
    const page = await app.open('/people');
    await page.getByRole('link', { name: /^Gregor.*Copied: two wallets say they are it/s }).click();
    await named(page).getByText('may have spent the same thing twice').waitFor();
    expect(await named(page).getByRole('listitem').allInnerTexts()).toHaveLength(3);
    const actions = await page.getByRole('main').getByRole('link').allInnerTexts();
    expect(actions.filter((text) => /^(Send|Request)$/.test(text.trim()))).toEqual([]);
    await page.goto(app.at('/send'));
    await page.getByRole('link', { name: /^Gregor.*copied/s }).click();
    await named(page).waitFor();
  });

  it('comes with the proof, which is saved with the keyboard alone and holds for whoever checks it', async () => {
    const page = await app.open(`/people/${gregor}`);
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
    for (const head of app.wallet.state.forks[0]!.heads) await page.getByText(head).waitFor();
  });

  it('has its proof saved by the app where pages download nothing', async () => {
    const state = livedInState();
    state.status = { ...state.status, shell: 'electron' };
    const page = await app.open(`/people/${gregor}`, state);
    await named(page).getByRole('button', { name: /^Save the proof/ }).click();
    await page.getByText('Proof saved').first().waitFor();
    expect(app.wallet.calls).toContain('app.saveProof');
  });

  it('becomes one when a proof is handed over in a file; what is no proof is refused in plain words', async () => {
    const [proof, none] = [join(folder, 'given.proof'), join(folder, 'none.proof')];
    await writeFile(proof, `${formatForkProof(forkProofOf(signerOf('Hanna')))}\n`);
    await writeFile(none, 'hello\n');
    const page = await app.open('/people');
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
