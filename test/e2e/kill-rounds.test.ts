/**
 * SIGKILL at random moments (assurance row 18), as told in test/support/kill-rounds.ts. TALLYSTICK_KILL_ROUNDS sets the
 * number of rounds, TALLYSTICK_KILL_SEED replays the same choices; `npm run kill` does the same for longer.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built.ts';
import { replayOf, runKillRounds, summaryOf } from '../support/kill-rounds.ts';
import { type Wallets, createWallets } from '../support/wallet-process.ts';

const rounds = Number(process.env['TALLYSTICK_KILL_ROUNDS'] ?? 100);
const seed = process.env['TALLYSTICK_KILL_SEED'] ?? String(Date.now());
/** A round takes a second or two: a start of Node, and a reunion. */
const TIME_PER_ROUND_MS = 10_000;

let wallets: Wallets;
beforeAll(async () => {
  await ensureBuilt('enclave');
  wallets = await createWallets();
});
afterAll(() => wallets.tearDown());

it.skipIf(process.platform === 'win32')(`two wallets survive ${rounds} rounds of kills at random moments with nothing lost or doubled`, { timeout: 120_000 + rounds * TIME_PER_ROUND_MS }, async () => {
  console.log(`again: ${replayOf({ rounds, seed })}`);
  const counts = await runKillRounds(wallets, { rounds, seed });
  console.log(summaryOf(counts));
  // A run in which no kill ever met a transfer, a side or a role has shown nothing.
  expect(counts.interrupted).toBeGreaterThan(0);
  if (rounds >= 50) expect(Object.values(counts.kills).flatMap((targets) => Object.values(targets)).every((times) => times > 0)).toBe(true);
});
