/** A book is lent, read in the dark, refused at its lender, and returned, in two real instances of the desktop app. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { bookPath, booksTrouble } from '../support/books.ts';
import { publicationForm, publishIt } from '../support/book-story.ts';
import { electronTrouble, type RunningApp, startApp } from '../support/electron-app.ts';
import { firstRun, goTo, pairByLink } from '../support/interface-story.ts';
import { TITLE, lendReadAndReturn } from '../support/lending-story.ts';

describe.skipIf(electronTrouble ?? booksTrouble)('Sherlock Holmes in two desktop apps', () => {
  let ada: RunningApp;
  let ben: RunningApp;
  beforeAll(async () => {
    [ada, ben] = await Promise.all([startApp(), startApp()]);
    await Promise.all([firstRun(ada.page, 'Ada'), firstRun(ben.page, 'Ben')]);
    await pairByLink({ page: ada.page, name: 'Ada' }, { page: ben.page, name: 'Ben' });
  });
  afterAll(async () => { await Promise.all([ada?.dispose(), ben?.dispose()]); });

  it('is published, lent, read there and not here, returned, and read here again', async () => {
    await ada.app.evaluate(({ dialog }, chosen) => { dialog.showOpenDialog = (() => Promise.resolve({ canceled: false, filePaths: [chosen] })) as never; }, bookPath('sherlock-holmes.epub'));
    await goTo(ada.page, 'Books');
    await ada.page.getByRole('button', { name: 'Publish a book' }).click();
    await publicationForm(ada.page);
    await publishIt(ada.page, TITLE);
    await lendReadAndReturn(ada.page, ben.page, 'electron');
  });
});
