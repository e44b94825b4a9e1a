/**
 * SIGKILL at random moments (assurance row 18): two wallets as real processes on a real disk send each other credits
 * without pause, while their hosts, or only their vaults, are killed. After every kill nothing is lost or doubled; in the
 * end everything arrives exactly once.
 *
 * TALLYSTICK_KILL_ROUNDS sets the number of kills, TALLYSTICK_KILL_SEED replays the same choices. The moment at which the
 * kernel acts is not replayed, so a failure may need several tries.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built.ts';
import { bookkeepingOf, checkConserved, checkSettled, checkTrace } from '../support/bookkeeping.ts';
import { type Dice, diceFrom } from '../support/dice.ts';
import { type TwoWallets, pairedWallets } from '../support/two-wallets.ts';
import { type WalletProcess, type Wallets, createWallets, meet, need, soon, vaultOf } from '../support/wallet-process.ts';

const ROUNDS = Number(process.env['TALLYSTICK_KILL_ROUNDS'] ?? 100);
const SEED = process.env['TALLYSTICK_KILL_SEED'] ?? String(Date.now());
const REPLAY = `TALLYSTICK_KILL_SEED=${SEED} TALLYSTICK_KILL_ROUNDS=${ROUNDS} npx vitest run test/e2e/kill-rounds.test.ts`;

/** Kills between two complete settlements: most of them must hit a wallet that has unfinished business. */
const KILLS_PER_SETTLEMENT = 10;
/** Longer than a burst of transfers takes on an idle machine, so that kills fall before, in and after it. */
const LONGEST_WAIT_MS = 60;
/** Of the supervisor's pauses only the first two are short; a host is replaced before it comes to the others. */
const MAX_VAULT_KILLS_PER_HOST = 2;
const ISSUED = 1_000_000n;
/** A round takes a second or two: a start of Node, and a reunion. */
const TIME_PER_ROUND_MS = 10_000;

const sides = ['ada', 'ben'] as const;
type Side = (typeof sides)[number];
type Target = 'host' | 'vault';

let wallets: Wallets;
beforeAll(async () => {
  await ensureBuilt('enclave');
  wallets = await createWallets();
});
afterAll(() => wallets.tearDown());

it.skipIf(process.platform === 'win32')(`two wallets survive ${ROUNDS} kills at random moments with nothing lost or doubled`, { timeout: 120_000 + ROUNDS * TIME_PER_ROUND_MS }, async () => {
  const started = performance.now();
  console.log(`seed ${SEED}; again: ${REPLAY}`);
  const dice = diceFrom(SEED);
  const pair = await pairedWallets(wallets, { issued: ISSUED, upTo: 1000n });
  const book = bookkeepingOf(pair, ISSUED);
  const kills: Record<Side, Record<Target, number>> = { ada: { host: 0, vault: 0 }, ben: { host: 0, vault: 0 } };
  const vaultKills: Record<Side, number> = { ada: 0, ben: 0 };
  let interrupted = 0;

  for (let round = 1, done = 0; done < ROUNDS; round += 1) {
    try {
      // Now and then the kill falls while they are still looking for each other.
      if (dice.chance(0.8)) await reunite(pair);
      const sending = sides.map((side) => burst(pair, side, dice, book.sent));
      await new Promise((resolve) => setTimeout(resolve, dice.upTo(LONGEST_WAIT_MS)));
      const vaultsKilled = new Map<WalletProcess, number>();
      const victims = dice.chance(0.2) ? sides : [dice.pick(sides)];
      for (const side of victims) {
        const target: Target = dice.chance(0.4) && vaultKills[side] < MAX_VAULT_KILLS_PER_HOST ? 'vault' : 'host';
        const restarts = target === 'vault' ? await restartsOf(pair[side]) : 0;
        if (!(await kill(pair[side], target))) continue;
        if (target === 'vault') vaultsKilled.set(pair[side], restarts);
        kills[side][target] += 1;
        vaultKills[side] = target === 'vault' ? vaultKills[side] + 1 : 0;
        done += 1;
      }
      const outcomes = (await Promise.all(sending)).flat();
      if (outcomes.includes('unknown')) interrupted += 1;
      await Promise.all(sides.map(async (side) => {
        if (!isRunning(pair[side])) pair[side] = await wallets.start(pair.folders[side]);
        else if (vaultsKilled.has(pair[side])) await vaultBack(pair[side], vaultsKilled.get(pair[side]) ?? 0);
      }));
      await checkConserved(pair, book);
      if (round % KILLS_PER_SETTLEMENT === 0 || done >= ROUNDS) {
        await reunite(pair);
        await checkSettled(pair, book);
      }
    } catch (error) {
      throw new Error(`round ${round}, after ${done} kills; again: ${REPLAY}\n${error instanceof Error ? error.stack : String(error)}`, { cause: error });
    }
  }
  await checkTrace(pair, book);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${ROUNDS} kills in ${seconds} s: ${JSON.stringify(kills)}; ${interrupted} rounds in which a call was cut off; ${book.sent.size} transfers known by their id`);
  // A run in which no kill ever met a transfer has shown nothing.
  expect(interrupted).toBeGreaterThan(0);
});

const restartsOf = async ({ client }: WalletProcess): Promise<number> => (await need(client['app.status']({}))).restarts;

/** The host has noticed, and has a vault again. */
const vaultBack = (wallet: WalletProcess, before: number): Promise<true> =>
  soon(wallet, 'its vault', async () => ((await restartsOf(wallet)) > before ? true : null));

const isRunning = ({ pid }: WalletProcess): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function kill(wallet: WalletProcess, target: Target): Promise<boolean> {
  if (target === 'host') {
    await wallet.kill();
    return true;
  }
  const pid = await vaultOf(wallet);
  if (pid === null) return false;
  process.kill(pid, 'SIGKILL');
  return true;
}

/** Sends a few transfers, one after the other as fast as they are taken. */
async function burst(pair: TwoWallets, side: Side, dice: Dice, sent: Map<string, bigint>): Promise<('known' | 'refused' | 'unknown')[]> {
  const [from, to] = side === 'ada' ? [pair.ada, pair.ben] : [pair.ben, pair.ada];
  const plan = Array.from({ length: 1 + dice.upTo(6) }, () => ({ currency: dice.pick(pair.currencies), amount: BigInt(1 + dice.upTo(40)) }));
  const outcomes: ('known' | 'refused' | 'unknown')[] = [];
  for (const { currency, amount } of plan) {
    const reply = await from.client['transfers.send']({ contact: to.instance, currency, amount: String(amount) });
    if (reply.ok) sent.set(reply.value.id, amount);
    else if (!['session_closed', 'module_crashed', 'too_many', 'insufficient_funds', 'unknown_currency'].includes(reply.failure.code)) throw new Error(`${side} could not send: ${JSON.stringify(reply.failure)}`);
    outcomes.push(reply.ok ? 'known' : ['session_closed', 'module_crashed'].includes(reply.failure.code) ? 'unknown' : 'refused');
  }
  return outcomes;
}

/** They find each other by themselves; dialling at once only saves the seconds that they give each other. */
async function reunite({ ada, ben }: TwoWallets): Promise<void> {
  const online = async (): Promise<true | null> => ((await need(ada.client['people.contacts']({})))[0]?.online ? true : null);
  if (!(await online())) await ada.client['network.connect']({ address: ben.addresses[0] ?? '' });
  await soon(ada, 'Ben', online);
  await meet(ada, ben);
}
