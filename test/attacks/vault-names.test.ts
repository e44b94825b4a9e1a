/** A contact who takes the name of another one, to be paid in their place (design §6): names are claims, keys are not. */
import { expect, it } from 'vitest';
import type { MemoryHost } from '../support/memory-host.ts';
import { threeWallets } from '../support/three-wallets.ts';

const shown = async (host: MemoryHost, of: MemoryHost) => (await host.must('people.contacts', {})).find(({ instance }) => instance === of.instance);

it('a contact who takes another’s name is shown by the one it had, and any other new name as it is', async () => {
  const { ada, ben, cy, meet } = await threeWallets('names');
  for (const [name, seen] of [['cyrus', 'cyrus'], ['Cyrus', 'Cyrus'], ['bEn', 'Cyrus'], ['Ben', 'Cyrus'], ['Cyril', 'Cyrus']] as const) {
    await cy.must('wallet.rename', { name });
    await (await meet(ada, cy))();
    expect(await shown(ada, cy)).toMatchObject({ name: seen, theirName: name });
  }
  expect(await shown(ada, ben)).toMatchObject({ name: 'Ben', theirName: 'Ben' });
  // What the person calls somebody is taken, too; and what the person wants to see is seen.
  await ada.must('people.rename', { contact: cy.instance as never, name: null });
  await ada.must('people.rename', { contact: ben.instance as never, name: 'My brother' });
  await cy.must('wallet.rename', { name: 'My Brother' });
  await (await meet(ada, cy))();
  expect(await shown(ada, cy)).toMatchObject({ name: 'Cyril', theirName: 'My Brother' });
});

it('two who had the same name from the beginning keep it until one takes another, whatever else changes', async () => {
  const { ada, ben, cy, meet } = await threeWallets('same names');
  await cy.must('wallet.rename', { name: 'Dee' });
  await (await meet(ada, cy))();
  await ben.must('wallet.rename', { name: 'Cy' });
  await (await meet(ada, ben))();
  // Only now does it become the other's name as well; the person sees it as it is.
  await ada.must('people.rename', { contact: ben.instance as never, name: 'Dee' });
  cy.tier = 'tpm2';
  cy.crash();
  await cy.boot();
  await (await meet(ada, cy))();
  await cy.must('wallet.rename', { name: 'Di' });
  await (await meet(ada, cy))();
  expect(await shown(ada, cy)).toMatchObject({ name: 'Di', theirName: 'Di' });
});
