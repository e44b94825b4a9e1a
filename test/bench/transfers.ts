/**
 * Durable transfers between two wallets on this machine, each host and each vault a process of its own, with every sync, the
 * freshness register and the evidence on. The first wallet's host is this process, as it is the app's, so that what is measured
 * is not the way here. A transfer counts once its ACK is durable and fresh at the source.
 */
import { type Pair, find, pair } from '../../cli/demo/story.ts';
import type { WalletProcess } from '../../cli/demo/wallet-process.ts';
import type { SpawnModule } from '../../main/host/modules/module-process.port.ts';
import type { CurrencyId } from '../../protocol/identifiers.ts';
import { type Wallets, acceptByRule, meet, need, soon } from '../support/wallet-process.ts';
import type { DiskFloors } from './disk-floors.ts';
import { type Figure, figureOf, sumOf, timed, withTarget } from './figure.ts';
import { hostHere } from './host-here.ts';
import type { Plan } from './plan.ts';
import type { WireFloors } from './wire-floors.ts';

/** From so many in flight on, the targets apply. The first is the figure published for Teechan, two enclaves without durable state: 2,480. */
const MANY = 64;

export interface Couple { readonly ada: WalletProcess; readonly ben: WalletProcess; readonly currency: CurrencyId; close(): Promise<void> }

/** Ada's host in this process, Ben's in another; paired, and Ben takes what Ada sends. */
export async function openCouple(wallets: Wallets, spawnModule?: SpawnModule): Promise<Couple> {
  const [adaAt, benAt] = await Promise.all([wallets.make('Ada'), wallets.make('Ben')]);
  const ada = await hostHere(adaAt, spawnModule);
  const { client } = ada;
  const ben = await wallets.start(benAt);
  const both: Pair = { ada, ben };
  await find(both, false);
  await pair(both);
  const { id: currency } = await need(client['credits.createCurrency']({ code: 'TEA', decimals: 0, name: 'Tea' }));
  await need(client['credits.issue']({ currency, amount: '1000000000' }));
  // A rule can only name a currency that has been seen.
  const { id } = await need(client['transfers.send']({ contact: ben.instance, currency, amount: '1' }));
  await soon(ben, 'the offer', async () => ((await need(ben.client['transfers.pending']({}))).some((offer) => offer.id === id) ? true : null));
  await need(ben.client['transfers.accept']({ id }));
  await acceptByRule(ada, ben, [currency], '1000');
  await meet(ada, ben);
  const known = async (): Promise<true | null> => ((await need(client['transfers.send']({ contact: ben.instance, currency, amount: '1' }))).state === 'in-transit' ? true : null);
  await soon(ada, 'the rule to be known', known);
  return { ada, ben, currency, close: async () => { await ben.stop(); await ada.close(); } };
}

const sentBy = async ({ ada, currency }: Couple): Promise<number> => Number((await need(ada.client['credits.balances']({}))).find((balance) => balance.currency.id === currency)?.sent ?? 0);

/** Waits for the next notice about credits, or a moment. */
const noticed = ({ ada }: Couple): Promise<void> => new Promise((resolve) => {
  const over = (): void => { clearTimeout(timer); stop(); resolve(); };
  const timer = setTimeout(over, 50);
  const stop = ada.onNotice(over);
});

/** @returns transfers a second */
export async function rateOf(couple: Couple, inFlight: number, count: number): Promise<number> {
  const { ada, ben, currency } = couple;
  const before = await sentBy(couple);
  const begun = performance.now();
  let [sent, done] = [0, 0];
  const asking = new Set<Promise<unknown>>();
  while (done < count) {
    while (sent < count && sent - done < inFlight) {
      sent++;
      const asked = need(ada.client['transfers.send']({ contact: ben.instance, currency, amount: '1' })).finally(() => asking.delete(asked));
      asking.add(asked);
    }
    await noticed(couple);
    done = (await sentBy(couple)) - before;
  }
  await Promise.all(asking);
  return count / ((performance.now() - begun) / 1000);
}

/** Many first, then one at a time: what is measured is a wallet that has been running for a while. */
export async function transferFigures(couple: Couple, disk: DiskFloors, wire: WireFloors, inFlights: readonly number[], plan: Plan['transfer']): Promise<Figure[]> {
  const many: Figure[] = [];
  for (const inFlight of inFlights) {
    const rates: number[] = [];
    for (let run = 0; run < plan.runs; run++) rates.push(await rateOf(couple, inFlight, plan.perRun(inFlight)));
    const figure = figureOf(`durable transfers, ${inFlight} in flight`, 'per second', rates, wire.pipelined);
    many.push(inFlight >= MANY ? withTarget(figure, { of: 'median', atLeast: 2_500 }, { of: 'ratio', atLeast: 0.25 }) : figure);
  }
  return [...(await loneFigures(couple, disk, wire, plan)), ...many];
}

async function loneFigures(couple: Couple, disk: DiskFloors, wire: WireFloors, plan: Plan['transfer']): Promise<Figure[]> {
  const { ada, ben, currency } = couple;
  const fromCommit: number[] = [];
  const asked = await timed(plan.lone, async () => {
    const arrived = noticedOf(couple, (await sentBy(couple)) + 1);
    // The answer comes once the commit is durable and fresh.
    await need(ada.client['transfers.send']({ contact: ben.instance, currency, amount: '1' }));
    const committed = performance.now();
    await arrived;
    fromCommit.push(performance.now() - committed);
  });
  const floor = sumOf('four fdatasyncs and a round trip', [[1, disk.fourSyncs], [1, wire.echo]]);
  return [
    withTarget(figureOf('one transfer, committed to done', 'ms', fromCommit.slice(-plan.lone), floor), { of: 'ratio', atMost: 2 }),
    figureOf('one transfer, asked to done', 'ms', asked, sumOf('six fdatasyncs and a round trip', [[1.5, disk.fourSyncs], [1, wire.echo]])),
  ];
}

/** Resolves once so many have been delivered. */
async function noticedOf(couple: Couple, sent: number): Promise<void> {
  while ((await sentBy(couple)) < sent) await noticed(couple);
}
