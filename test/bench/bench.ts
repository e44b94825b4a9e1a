/**
 * `npm run bench -- [--json] [--only disk|wire|step|transfer]… [--in-flight N]…`: measures against the floor of this machine,
 * taken in the same run. Every measurement runs with syncs, register and evidence on. People read the table; with --json one
 * document `{machine, versions, figures}` stands on stdout. Times of a busy machine say nothing: run it on an idle one.
 */
import { cpus, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../support/built.ts';
import { createWallets } from '../support/wallet-process.ts';
import { diskFloors } from './disk-floors.ts';
import { type Figure, tableOf } from './figure.ts';
import { steppingFigures } from './stepping.ts';
import { openCouple, transferFigures } from './transfers.ts';
import { wireFloors } from './wire-floors.ts';

const PARTS = ['disk', 'wire', 'step', 'transfer'] as const;
/** At this many the target is stated. */
const MANY_IN_FLIGHT = 64;

const { values } = parseArgs({ options: { 'json': { type: 'boolean', default: false }, 'only': { type: 'string', multiple: true, default: [] }, 'in-flight': { type: 'string', multiple: true, default: ['1', '8', '64', '512'] } } });
for (const part of values.only) if (!(PARTS as readonly string[]).includes(part)) throw new Error(`There is no part ${part}; there are: ${PARTS.join(', ')}`);
const inFlights = values['in-flight'].map((text) => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`${text} is not a number of transfers`);
  return number;
});
const wants = (part: (typeof PARTS)[number]): boolean => values.only.length === 0 || values.only.includes(part);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
const machine = { processor: cpus()[0]?.model ?? 'unknown', processors: cpus().length, memoryGigabytes: Math.round(totalmem() / 2 ** 30), platform: process.platform, arch: process.arch };
const versions = { tallystick: version, node: process.versions.node };
const figures: Figure[] = [];

say('The disk …');
const disk = await diskFloors();
if (wants('disk')) figures.push(disk.append, disk.put);
const needsWire = wants('wire') || wants('transfer');
if (needsWire) say('The wire …');
const wire = needsWire ? await wireFloors(MANY_IN_FLIGHT) : null;
if (wire && wants('wire')) figures.push(wire.port, wire.echo, wire.pipelined, wire.stream);
if (wants('step')) {
  say('The vault alone …');
  figures.push(...(await steppingFigures()));
}
if (wire && wants('transfer')) {
  say('Transfers …');
  await ensureBuilt('enclave');
  const wallets = await createWallets();
  try {
    const couple = await openCouple(wallets);
    figures.push(...(await transferFigures(couple, disk, wire, inFlights)));
    await couple.close();
  } finally {
    await wallets.tearDown();
  }
}
process.stdout.write(values.json ? `${JSON.stringify({ machine, versions, figures })}\n`
  : `${machine.processors} × ${machine.processor}, ${machine.memoryGigabytes} GB, ${machine.platform} ${machine.arch}; Tallystick ${versions.tallystick}, Node ${versions.node}\nWith syncs, freshness register and evidence on.\n\n${tableOf(figures)}\n`);
