/**
 * `npm run kill -- [--rounds N] [--seed S] [--json] [--record]`: rounds of SIGKILL for two wallets as real processes on this
 * computer's disk (test/support/kill-rounds.ts). Progress goes to stderr, one line to stdout; exit code 1 on anything lost
 * or doubled, with the command that makes the same choices again.
 */
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../support/built.ts';
import { type KillCounts, countsOf, replayOf, runKillRounds, summaryOf } from '../support/kill-rounds.ts';
import { recordCounts } from '../support/recorded-counts.ts';
import { createWallets } from '../support/wallet-process.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '1000' }, seed: { type: 'string', default: String(Date.now()) }, json: { type: 'boolean', default: false }, record: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error(`${values.rounds} is not a number of rounds`);
const { seed } = values;
const started = performance.now();

function onRound(done: number): void {
  // A terminal is kept up to date; a log gets a line now and then.
  if (!process.stderr.isTTY && done % 50 !== 0) return;
  const minutes = (performance.now() - started) / 60_000;
  process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}${done} of ${rounds} rounds, ${minutes.toFixed(1)} minutes, about ${((minutes / done) * (rounds - done)).toFixed(0)} more ${process.stderr.isTTY ? '' : '\n'}`);
}

async function run(): Promise<KillCounts> {
  await ensureBuilt('enclave');
  const wallets = await createWallets();
  try {
    return await runKillRounds(wallets, { rounds, seed, onRound });
  } finally {
    await wallets.tearDown();
    if (process.stderr.isTTY) process.stderr.write('\n');
  }
}

process.stderr.write(`again: ${replayOf({ rounds, seed })}\n`);
try {
  const counts = await run();
  process.stdout.write(`${values.json ? JSON.stringify({ ok: true, seed, ...countsOf(counts), kills: counts.kills }) : summaryOf(counts)}\n`);
  if (values.record) recordCounts({ name: 'kill-rounds', command: `npm run kill -- --rounds ${rounds}`, printed: summaryOf(counts), counts: countsOf(counts) });
} catch (error) {
  const trouble = error instanceof Error ? error.message : String(error);
  process.stdout.write(`${values.json ? JSON.stringify({ ok: false, seed, replay: replayOf({ rounds, seed }), trouble }) : `FAILED in ${trouble}`}\n`);
  process.exitCode = 1;
}
