/** Stories of books between two wallets (see scenario.ts): given, lent, kept longer, brought home, sold, and a sale that comes back. */
import type { CurrencyId, InstanceId } from '../../protocol/identifiers.ts';
import { DAY_MS } from '../../enclave/vault/library/terms.ts';
import type { MemoryHost } from './memory-host.ts';
import { openOn, publishOn, shelfOf } from './memory-books.ts';
import { accept, funded, type FundedWorld, other, type Scenario, type World } from './scenario.ts';

const LOAN_MS = 14 * DAY_MS;
/** One is in the story, one stays where it is. */
export const COPIES = 2;

/** Ada has published a book and has read in it; then it goes on from there. */
const shelved = (more: (world: FundedWorld) => Promise<void> = async () => {}) => funded(async (world) => {
  const [copy] = await publishOn(world.ada, 'Emma', COPIES);
  if (!copy) throw new Error('nothing was published');
  await openOn(world.ada, copy);
  await more(world);
});

/** The copy that the story is about. */
async function copyOf(host: MemoryHost) {
  const [licence] = (await shelfOf(host)).filter(({ copy }) => copy === 1);
  if (!licence) throw new Error(`${host.name} has no such copy`);
  return licence;
}

const lendIt = async ({ ada, ben }: Pick<World, 'ada' | 'ben'>) => {
  const { id } = await copyOf(ada);
  return await ada.call('books.lend', { licence: id, contact: ben.instance as InstanceId, due: ada.now + LOAN_MS });
};
const sellIt = async ({ ada, ben, tea }: { ada: MemoryHost; ben: MemoryHost; tea: CurrencyId }, amount: string) => {
  const { id } = await copyOf(ada);
  return await ada.call('books.sell', { licence: id, contact: ben.instance as InstanceId, price: { currency: tea, amount } });
};

const lent = (more: (world: FundedWorld) => Promise<void> = async () => {}) => shelved(async (world) => {
  await lendIt(world);
  await world.settle();
  await accept(world.ben);
  await world.settle();
  await openOn(world.ben, (await copyOf(world.ben)).id);
  await more(world);
});

/** Says yes, or no where that is refused. */
async function acceptOrDecline(host: MemoryHost): Promise<boolean> {
  const pending = await host.call('transfers.pending', {});
  const offers = pending.ok ? pending.value.filter(({ direction, state }) => direction === 'in' && state === 'offered') : [];
  for (const { id } of offers) if (!(await host.call('transfers.accept', { id })).ok) await host.call('transfers.decline', { id });
  return offers.length > 0;
}

/** The lender lets the borrower keep it. */
async function agreeToRenewal(host: MemoryHost): Promise<boolean> {
  const shelf = await host.call('books.shelf', {});
  const asked = shelf.ok ? shelf.value.filter(({ state, asked: until }) => state === 'lent' && until !== null) : [];
  for (const { id } of asked) await host.call('books.answerRenewal', { licence: id, agree: true });
  return asked.length > 0;
}

export const BOOK_STORIES: readonly Scenario[] = [
  {
    name: 'give a book', begin: 'connected', prepare: shelved(), react: accept,
    act: async ({ ada, ben }) => await ada.call('books.give', { licence: (await copyOf(ada)).id, contact: ben.instance as InstanceId }),
  },
  { name: 'lend a book', begin: 'connected', prepare: shelved(), react: accept, act: lendIt },
  {
    name: 'return a book', begin: 'connected', prepare: lent(), doneBefore: 2, react: accept,
    act: async ({ ben }) => await ben.call('books.return', { licence: (await copyOf(ben)).id }),
  },
  {
    name: 'an overdue book goes home', begin: 'apart', doneBefore: 2, react: accept, act: async () => {},
    prepare: lent(async ({ ada, ben, network, settle }) => {
      network.cutAll();
      await settle();
      for (const host of [ada, ben]) host.now += LOAN_MS + DAY_MS;
    }),
  },
  {
    name: 'keep a book longer', begin: 'connected', prepare: lent(), doneBefore: 2, react: agreeToRenewal,
    act: async ({ ben }) => await ben.call('books.askRenewal', { licence: (await copyOf(ben)).id, due: ben.now + 2 * LOAN_MS }),
  },
  { name: 'sell a book', begin: 'connected', prepare: shelved(), react: accept, act: async (world) => await sellIt(world, '15') },
  {
    // Ada takes up to 20 from Ben unasked, so what Ben sends leaves at once.
    name: 'a sale whose price was spent meanwhile', begin: 'connected', react: acceptOrDecline,
    prepare: shelved(async ({ ada, ben, tea, settle }) => {
      await ada.must('people.setRule', { contact: ben.instance as InstanceId, rule: { mode: 'auto', upTo: [{ currency: tea, amount: '20' }] } });
      await settle();
    }),
    act: async (world) => {
      const { ben, tea, settle } = world;
      const sale = await sellIt(world, '30');
      await settle();
      if (!sale.ok) return;
      await Promise.all([ben.call('transfers.accept', { id: sale.value.id }), ben.call('transfers.send', { contact: other(world, ben).instance as InstanceId, currency: tea, amount: '20' })]);
    },
  },
];
