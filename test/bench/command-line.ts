/**
 * `npm run bench -- [--json] [--only PART]… [--in-flight N]… [--big] [--quick]`: measures against the floors of this machine,
 * taken in the same run, and says which targets hold. Every measurement runs with syncs, register and evidence on. People read
 * the table; with --json one document `{machine, versions, figures, notes}` stands on stdout. Times of a busy machine say
 * nothing: run it on an idle one. --big adds the journal of a million packages; --quick shows only that everything can be
 * measured. --profile FOLDER says instead where the time of many transfers goes, and keeps the profiles there.
 */
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../support/built.ts';
import { createWallets } from '../support/wallet-process.ts';
import { tableOf } from './figure.ts';
import { BUILT_CLI, type Part, PARTS, measure } from './measure.ts';
import { BIG, FULL, QUICK } from './plan.ts';
import { profileInWords, profileTransfers } from './profile.ts';

const { values } = parseArgs({
  options: {
    'json': { type: 'boolean', default: false }, 'big': { type: 'boolean', default: false }, 'quick': { type: 'boolean', default: false },
    'profile': { type: 'string' }, 'only': { type: 'string', multiple: true, default: [] }, 'in-flight': { type: 'string', multiple: true },
  },
});
if (values.profile !== undefined) {
  await ensureBuilt('enclave', 'cli');
  const wallets = await createWallets({ entry: BUILT_CLI });
  try {
    process.stdout.write(`${profileInWords(await profileTransfers(wallets, values.profile))}\n`);
  } finally {
    await wallets.tearDown();
  }
  process.exit(0);
}
const isPart = (name: string): name is Part => (PARTS as readonly string[]).includes(name);
for (const part of values.only) if (!isPart(part)) throw new Error(`There is no part ${part}; there are: ${PARTS.join(', ')}`);
if (values.big && values.quick) throw new Error('Either --big or --quick.');
const plan = values.quick ? QUICK : values.big ? BIG : FULL;
const inFlights = (values['in-flight'] ?? (values.quick ? ['8'] : ['1', '8', '64', '512'])).map((text) => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`${text} is not a number of transfers`);
  return number;
});
const wants = (part: Part): boolean => values.only.length === 0 || values.only.includes(part);

const { figures, notes } = await measure({ plan, wants, inFlights, say: (line) => void process.stderr.write(`${line}\n`) });
notes.unshift('With syncs, freshness register and evidence on.');
if (values.quick) notes.push('A quick run: the numbers mean nothing.');
if (wants('open') && !values.big && !values.quick) notes.push('A journal of a million packages is made and opened with --big.');

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
const machine = { processor: cpus()[0]?.model ?? 'unknown', processors: cpus().length, memoryGigabytes: Math.round(totalmem() / 2 ** 30), platform: process.platform, arch: process.arch };
const versions = { tallystick: version, node: process.versions.node };
const targets = figures.flatMap((figure) => figure.targets);
const held = targets.filter(({ holds }) => holds).length;
process.stdout.write(values.json ? `${JSON.stringify({ machine, versions, figures, notes })}\n`
  : `${machine.processors} × ${machine.processor}, ${machine.memoryGigabytes} GB, ${machine.platform} ${machine.arch}; Tallystick ${versions.tallystick}, Node ${versions.node}\n${notes.join('\n')}\n\n${tableOf(figures)}\n\n${held} targets hold, ${targets.length - held} do not\n`);
