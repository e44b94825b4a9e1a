/**
 * `npm run explore [-- --vaults 2|3] [--small] [--only NAME] [--limit N] [--json] [--record]`: goes through everything that can happen
 * between two and three small vaults within bounds (state-space/bounds.ts): all interleavings of commands, deliveries, repeats,
 * crashes at every moment of design §5's order, and older states. The driver, the journal, the sealing, `step`, the lanes and
 * the sessions are the shipped ones; disks, registers and links are models. Exit code 1 on a violation, with the shortest way to it.
 *
 * Not explored here: two sessions of the same two at once, frames inside a session that are not authentic, pairing, clones that
 * run side by side (the simulator does); an estate, which does not exist yet.
 */
import { parseArgs } from 'node:util';
import { recordCounts } from '../support/recorded-counts.ts';
import { EXPLORATIONS } from './state-space/bounds.ts';
import { explore, type Explored } from './state-space/explore.ts';
import { boundsOf, summaryOf } from './state-space/summary.ts';

const { values } = parseArgs({
  options: {
    vaults: { type: 'string' }, small: { type: 'boolean', default: false }, only: { type: 'string' }, limit: { type: 'string', default: '3000000' },
    json: { type: 'boolean', default: false }, record: { type: 'boolean', default: false },
  },
});
const limit = Number(values.limit);
if (!Number.isSafeInteger(limit) || limit < 1) throw new Error(`${values.limit} is not a number of states`);
const chosen = EXPLORATIONS.filter(({ name, vaults, large }) => (values.only === undefined ? !(values.small && large) && (values.vaults === undefined || String(vaults) === values.vaults) : name === values.only));
if (chosen.length === 0) throw new Error(`There is no such exploration; there are:\n${EXPLORATIONS.map(({ name }) => name).join('\n')}`);

const say = (line: string): void => void (values.json || process.stdout.write(`${line}\n`));
const explored: Explored[] = [];
for (const exploration of chosen) {
  const onDepth = (states: number, depth: number): void => void (process.stderr.isTTY && process.stderr.write(`\r${exploration.name}: ${states.toLocaleString('en')} states, depth ${depth} `));
  const result = await explore(exploration, limit, onDepth);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  explored.push(result);
  const { states, transitions, depth, whole, found } = result;
  say(`${exploration.vaults} vaults, ${exploration.name}: ${states} states, ${transitions} transitions, depth ${depth}${whole ? '' : found ? '' : ', not all of it'} (${boundsOf(exploration)})`);
  if (found) say(`VIOLATION (${found.kind}): ${found.message}\nThe shortest way there:\n${found.path.map((what) => `  ${what}`).join('\n')}`);
  if (found) break;
}
const summary = summaryOf(chosen, explored);
if (values.json) process.stdout.write(`${JSON.stringify({ ...summary, explored })}\n`);
else say(summary.printed);
if (values.record) recordCounts({ name: 'state-space', command: ['npm run explore', ...(values.small || values.vaults ? ['--'] : []), ...(values.small ? ['--small'] : []), ...(values.vaults ? ['--vaults', values.vaults] : [])].join(' '), printed: summary.printed, counts: summary.counts });
process.exitCode = summary.counts.violations === 0 ? 0 : 1;
