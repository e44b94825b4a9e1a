/**
 * Where a copy has been, on its own screen: the transfers in which this copy took part and no others, newest first, each
 * with what became of it. On a pretend wallet; a copy of a real one is looked at in browser-books.test.ts.
 */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { TransferView } from '../../protocol/contracts/views.ts';
import { describeInBrowser } from '../support/browser.ts';
import { type DoubleState, livedInState } from '../support/renderer-double/double-state.ts';
import { pretendApp } from '../support/renderer-double/pretend-app.ts';

const HOUR = 3_600_000;
/** What the screen asks for at once, and how often at most. */
const [PAGE, PAGES] = [200, 10];

/** A wallet in which copies of one book have moved, among `others` transfers of other things. */
function movedState(others: number): DoubleState {
  const state = livedInState();
  const now = Date.now();
  const [done] = state.history;
  const [, , offered] = state.pending;
  const [first, , third] = state.library.shelf.filter(({ publication }) => publication.title === 'A Split Stick');
  if (!done || !offered || !first || !third) throw new Error('The lived-in wallet has changed.');
  const { publication } = first;
  let ids = 0;
  const book = (copy: number, move: object, { id, title } = publication): TransferView['give'][number] => ({ kind: 'licence', licence: `${id}/${copy}`, publication: id, title, author: 'Ada', copy, copies: 5, terms: { give: true, lend: true, maxLoanDays: null, text: true }, move }) as unknown as TransferView['give'][number];
  const moved = (give: TransferView['give'], hoursAgo: number, part: Partial<TransferView> = {}): TransferView => ({ ...done, id: (++ids).toString(16).padStart(32, '7') as TransferView['id'], give, memo: '', contactName: 'Bruno', timeline: [{ state: part.state ?? 'done', at: now - hoursAgo * HOUR }], ...part });
  const filler = (hoursAgo: number): TransferView => moved(done.give, hoursAgo, { memo: 'something else' });
  const another = { ...publication, id: 'cd'.repeat(32), title: 'Another Book' } as typeof publication;
  state.pending = [{ ...offered, ...moved([book(1, { as: 'own' })], 0, { state: 'offered', waitsFor: 'their-answer', contactName: 'Emre' }) }];
  state.history = [
    moved([book(1, { as: 'return', unopened: false })], 2, { direction: 'in' }),
    moved([book(2, { as: 'own' })], 3, { contactName: 'Dmitri' }),
    moved([book(1, { as: 'loan', due: now + HOUR })], 4),
    ...Array.from({ length: others }, (_, place) => filler(5 + place)),
    moved([book(1, { as: 'own' }, another)], 4000),
    moved(done.give, 4001, { take: [book(1, { as: 'own' })], contactName: 'Carla' }),
    moved([book(1, { as: 'own' })], 4002, { state: 'declined', contactName: 'Dmitri' }),
    filler(4003),
  ];
  return state;
}
const pathOf = ({ library }: DoubleState, copy: number): string => `/library/${library.shelf.find(({ publication, ...one }) => publication.title === 'A Split Stick' && one.copy === copy)?.id ?? ''}`;
const history = (page: Page) => page.getByRole('region', { name: 'This copy so far' });
const rows = async (page: Page): Promise<string[]> => {
  await history(page).getByRole('link').first().waitFor();
  return (await history(page).getByRole('link').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
};

describeInBrowser('the history of a copy', () => {
  const app = pretendApp();

  it('is every transfer of this copy, newest first, however many others lie between, and of no other copy or book', async () => {
    const state = movedState(PAGE + 7);
    const page = await app.open(pathOf(state, 1), state);
    expect(await rows(page)).toEqual([
      expect.stringMatching(/^To Emre.*A Split Stick.*Offered/),
      expect.stringMatching(/^From Bruno.*A Split Stick returned/),
      expect.stringMatching(/^To Bruno.*A Split Stick on loan until/),
      expect.stringMatching(/^To Carla.*A Split Stick/),
      expect.stringMatching(/^To Dmitri.*A Split Stick.*Declined/),
    ]);
    await history(page).getByRole('link').nth(1).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(page.url()).toContain(`/activity/${state.history[0]?.id ?? ''}`);
  });

  it('is that of the copy that one goes to from another, and says of one that has not moved that it has not', async () => {
    const state = movedState(3);
    const page = await app.open(pathOf(state, 1), state);
    expect(await rows(page)).toHaveLength(5);
    const others = page.getByRole('region', { name: 'Other copies' });
    await others.getByRole('link', { name: /^2 more here/ }).click();
    await page.getByText('Copy 2 of 5').waitFor();
    await history(page).getByText('Dmitri').waitFor();
    expect(await rows(page)).toEqual([expect.stringMatching(/^To Dmitri.*A Split Stick/)]);
    await others.getByRole('link', { name: /Copy 4 of 5/ }).click();
    await history(page).getByText('It has not moved yet.').waitFor();
    expect(await history(page).getByRole('link').count()).toBe(0);
  });

  it('follows a transfer that ends while one looks', async () => {
    const state = movedState(0);
    const page = await app.open(pathOf(state, 1), state);
    expect((await rows(page))[0]).toMatch(/^To Emre.*Offered/);
    app.wallet.happen((now) => {
      const [open] = now.pending;
      now.history = [{ ...(open as TransferView), state: 'cancelled', waitsFor: null }, ...now.history];
      now.pending = [];
    }, ['transfers']);
    await history(page).getByText('Cancelled').waitFor();
    expect(await rows(page)).toHaveLength(5);
  });

  it('says that there may be more where a wallet has moved more than it is asked for', async () => {
    const state = movedState(PAGE * PAGES);
    const page = await app.open(pathOf(state, 1), state);
    expect(await rows(page)).toHaveLength(3);
    await history(page).getByText('Older transfers are in Activity.').waitFor();
  });
});
