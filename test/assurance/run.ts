/**
 * `npm run assurance -- [--row N]… [--only-generate] [--record] [--json]`: takes every guard of the assurance matrix out in a
 * copy of the tree, and says whether the named tests notice. Exit status 1 if one is not noticed. --record keeps the numbers of
 * a whole run in docs/assurance/guards.json; the page is made anew with them. With --json the last line of stdout is the result.
 */
import { parseArgs } from 'node:util';
import { recordCounts } from '../support/recorded-counts.ts';
import { writeAssuranceDocument } from './document.ts';
import { rows } from './rows.ts';
import { type Trial, tryGuards } from './trial.ts';

const { values } = parseArgs({
  options: { 'row': { type: 'string', multiple: true, default: [] }, 'only-generate': { type: 'boolean', default: false }, 'record': { type: 'boolean', default: false }, 'json': { type: 'boolean', default: false } },
});
const asked = values.row.map((text) => {
  const number = Number(text);
  if (!rows.some((row) => row.number === number)) throw new Error(`There is no row ${text}.`);
  return number;
});
const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);

let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { stopped = true; });

let done = 0;
function showProgress(of: number): void {
  if (!process.stderr.isTTY) return;
  const filled = Math.round((done / of) * 30);
  process.stderr.write(`\r[${'█'.repeat(filled)}${'·'.repeat(30 - filled)}] ${done}/${of} guards ${done === of ? '\n' : ''}`);
}

async function work(): Promise<number> {
  if (values['only-generate']) {
    writeAssuranceDocument();
    return 0;
  }
  const chosen = rows.filter(({ number }) => asked.length === 0 || asked.includes(number));
  const trials = await tryGuards(chosen, {
    before: (what) => say(`Running ${what} …`),
    done(trial, of) {
      done++;
      const { row, guard, result, why, seconds } = trial;
      say(`${process.stderr.isTTY ? '\r\u001B[K' : ''}${done}/${of} row ${row}, ${guard.file} › ${guard.function}: ${result === 'missed' ? 'MISSED' : result} (${seconds} s)${why ? `\n    ${why}` : ''}`);
      showProgress(of);
    },
    stopped: () => stopped,
  });
  const count = (result: Trial['result']): number => trials.filter((trial) => trial.result === result).length;
  const [noticed, missed, notTried] = [count('noticed'), count('missed'), count('not tried')];
  const printed = `${noticed + missed} guards removed, ${noticed} noticed, ${missed} missed${notTried > 0 ? `, ${notTried} not tried on this computer` : ''}${stopped ? '; stopped before the end' : ''}`;
  if (values.json) process.stdout.write(`${JSON.stringify({ ok: missed === 0 && !stopped, removed: noticed + missed, noticed, missed, notTried, trials: trials.map(({ guard: { file, function: name, what }, ...trial }) => ({ ...trial, file, function: name, what })) })}\n`);
  else say(printed);
  if (values.record && asked.length === 0 && !stopped) {
    const perRow = Object.fromEntries(rows.filter(({ guards }) => guards.length > 0).map(({ number }) => [`row ${number}`, trials.filter((trial) => trial.row === number && trial.result === 'noticed').length]));
    recordCounts({ name: 'guards', command: 'npm run assurance', printed, counts: { removed: noticed + missed, noticed, missed, 'not tried': notTried, ...perRow } });
  }
  return missed === 0 && !stopped ? 0 : 1;
}

process.exitCode = await work();
