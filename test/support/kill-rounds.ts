/**
 * SIGKILL at random moments (assurance row 18): two wallets as real processes on a real disk send each other credits
 * without pause, while their hosts, or only their vaults, are killed; some are killed again while they start. After every
 * round nothing is lost or doubled, and every few rounds everything has arrived exactly once. Used by the test
 * (test/e2e/kill-rounds.test.ts) and by `npm run kill`.
 *
 * The seed replays the same choices. The moment at which the kernel acts is not replayed, so a failure may need several
 * tries.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { bookkeepingOf, checkConserved, checkSettled, checkTrace } from './bookkeeping.ts';
import { type Dice, diceFrom } from './dice.ts';
import { type TwoWallets, pairedWallets } from './two-wallets.ts';
import { type WalletProcess, type Wallets, meet, need, soon, vaultOf } from './wallet-process.ts';

/** Rounds between two complete settlements: most kills must hit a wallet that has unfinished business. */
const ROUNDS_PER_SETTLEMENT = 10;
/** Longer than a burst of transfers takes on an idle machine, so that kills fall before, in and after it. */
const LONGEST_WAIT_MS = 60;
/** A start takes about a second: kills fall into loading, replaying and listening. */
const LONGEST_START_MS = 1_200;
/** Of the supervisor's pauses only the first two are short; a host is replaced before it comes to the others. */
const MAX_VAULT_KILLS_PER_HOST = 2;
const ISSUED = 1_000_000n;

const sides = ['ada', 'ben'] as const;
type Side = (typeof sides)[number];
type Target = 'host' | 'vault';

export interface KillRounds {
  readonly rounds: number;
  readonly seed: string;
  readonly onRound?: (done: number) => void;
}

export interface KillCounts {
  readonly rounds: number;
  readonly kills: Readonly<Record<Side, Readonly<Record<Target, number>>>>;
  /** Wallets killed again before they were ready. */
  readonly startsCutOff: number;
  /** Rounds in which a kill cut off the answer to a call. */
  readonly interrupted: number;
  /** Times that everything was seen to have settled, to the last unit and on both sides. */
  readonly settlements: number;
  /** Transfers that were confirmed to have begun. */
  readonly transfers: number;
}

export const replayOf = ({ rounds, seed }: KillRounds): string => `npm run kill -- --rounds ${rounds} --seed ${seed}`;

/** @throws Error naming the round and the command that makes the same choices again */
export async function runKillRounds(wallets: Wallets, options: KillRounds): Promise<KillCounts> {
  const { rounds, seed, onRound } = options;
  const dice = diceFrom(seed);
  const pair = await pairedWallets(wallets, { issued: ISSUED, upTo: 1000n });
  const book = bookkeepingOf(pair, ISSUED);
  const kills: Record<Side, Record<Target, number>> = { ada: { host: 0, vault: 0 }, ben: { host: 0, vault: 0 } };
  const vaultKills: Record<Side, number> = { ada: 0, ben: 0 };
  let [done, startsCutOff, interrupted, settlements] = [0, 0, 0, 0];

  while (done < rounds) {
    try {
      // Now and then the kill falls while they are still looking for each other.
      if (dice.chance(0.8)) await reunite(pair, dice);
      const sending = sides.map((side) => burst(pair, side, dice, book.sent));
      await pause(dice.upTo(LONGEST_WAIT_MS));
      const vaultsKilled = new Map<WalletProcess, number>();
      let killed = 0;
      for (const side of dice.chance(0.2) ? sides : [dice.pick(sides)]) {
        const target: Target = dice.chance(0.4) && vaultKills[side] < MAX_VAULT_KILLS_PER_HOST ? 'vault' : 'host';
        const restarts = target === 'vault' ? await restartsOf(pair[side]) : 0;
        if (!(await kill(pair[side], target))) continue;
        if (target === 'vault') vaultsKilled.set(pair[side], restarts);
        kills[side][target] += 1;
        vaultKills[side] = target === 'vault' ? vaultKills[side] + 1 : 0;
        killed += 1;
      }
      const outcomes = (await Promise.all(sending)).flat();
      if (outcomes.includes('unknown')) interrupted += 1;
      for (const side of sides) {
        if (isRunning(pair[side])) continue;
        while (dice.chance(0.15)) {
          await cutStartOff(wallets, pair, side, dice.upTo(LONGEST_START_MS));
          startsCutOff += 1;
        }
      }
      await Promise.all(sides.map(async (side) => {
        if (!isRunning(pair[side])) pair[side] = await wallets.start(pair.folders[side]);
        else if (vaultsKilled.has(pair[side])) await vaultBack(pair[side], vaultsKilled.get(pair[side]) ?? 0);
      }));
      await checkConserved(pair, book);
      if (killed > 0) done += 1;
      if (done % ROUNDS_PER_SETTLEMENT === 0 || done >= rounds) {
        await reunite(pair, dice);
        await checkSettled(pair, book);
        settlements += 1;
      }
      onRound?.(done);
    } catch (error) {
      throw new Error(`round ${done + 1}; again: ${replayOf(options)}\n${error instanceof Error ? error.stack : String(error)}`, { cause: error });
    }
  }
  await checkTrace(pair, book);
  return { rounds: done, kills, startsCutOff, interrupted, settlements, transfers: book.sent.size };
}

/** The one line that says how a run went. */
export function summaryOf({ rounds, kills, startsCutOff, interrupted, settlements, transfers }: KillCounts): string {
  const both = (target: Target): string => `${kills.ada[target] + kills.ben[target]} ${target}s`;
  return `${rounds} rounds, killed ${both('host')} and ${both('vault')}, ${startsCutOff} starts cut off, ${interrupted} rounds with a call cut off, ${transfers} transfers, settled ${settlements} times: nothing lost, nothing doubled`;
}

/** The same as numbers, for the record. */
export const countsOf = ({ rounds, kills, startsCutOff, interrupted, settlements, transfers }: KillCounts): Record<string, number> => ({
  rounds, hostsKilled: kills.ada.host + kills.ben.host, vaultsKilled: kills.ada.vault + kills.ben.vault, startsCutOff, roundsWithACallCutOff: interrupted, transfers, settlements,
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

/** Starts a wallet and kills it before, or while, it gets ready. */
async function cutStartOff(wallets: Wallets, { folders }: TwoWallets, side: Side, afterMs: number): Promise<void> {
  const { child, ended } = wallets.serve(folders[side], '--end-with-stdin');
  await pause(afterMs);
  child.kill('SIGKILL');
  await ended;
}

/** They find each other by themselves; dialling at once, either of them, only saves the seconds that they give each other. */
async function reunite({ ada, ben }: TwoWallets, dice: Dice): Promise<void> {
  const [from, to] = dice.chance(0.5) ? [ada, ben] : [ben, ada];
  const online = async (): Promise<true | null> => ((await need(from.client['people.contacts']({})))[0]?.online ? true : null);
  if (!(await online())) await from.client['network.connect']({ address: to.addresses[0] ?? '' });
  await soon(from, to.folders.name, online);
  await meet(ada, ben);
}
