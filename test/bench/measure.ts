/**
 * Runs the parts of the bench that are wanted, one after the other, and puts their figures together. Every wallet in it has its
 * syncs, its freshness register and its evidence on.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../support/built.ts';
import { type Wallets, createWallets, need } from '../support/wallet-process.ts';
import { bookFigures } from './books.ts';
import { type DiskFloors, diskFloors } from './disk-floors.ts';
import type { Figure } from './figure.ts';
import { hostHere } from './host-here.ts';
import { meetingFigures, strangersFrom } from './meeting.ts';
import { IDLE_TARGET, bareNode, memoryFigures, perProcess, sample } from './memory.ts';
import { openingFigures } from './opening.ts';
import { bookToRead, openTo, pageFigures, turnTo } from './pages.ts';
import type { Plan } from './plan.ts';
import { canMeasure } from './process-tree.ts';
import { giveAndFetch } from './shelf.ts';
import { startFigures } from './starting.ts';
import { steppingFigures } from './stepping.ts';
import { type Couple, openCouple, rateOf, transferFigures } from './transfers.ts';
import { type WireFloors, wireFloors } from './wire-floors.ts';

export const PARTS = ['disk', 'wire', 'step', 'meet', 'transfer', 'open', 'books', 'pages', 'memory', 'start'] as const;
export type Part = (typeof PARTS)[number];

export interface Order {
  readonly plan: Plan;
  readonly wants: (part: Part) => boolean;
  readonly inFlights: readonly number[];
  /** Progress, for people. */
  readonly say: (line: string) => void;
}

/** `notes`: what was not measured, and why. */
export interface Measurements { readonly figures: Figure[]; readonly notes: string[] }

/** At this many the target is stated. */
const MANY_IN_FLIGHT = 64;
export const BUILT_CLI = fileURLToPath(new URL('../../out/cli/tallystick.mjs', import.meta.url));

export async function measure(order: Order): Promise<Measurements> {
  const { plan, wants, say } = order;
  const found: Measurements = { figures: [], notes: [] };
  const { figures } = found;
  await ensureBuilt('enclave', 'reader', 'cli');
  say('The disk …');
  const disk = await diskFloors(plan.disk);
  if (wants('disk')) figures.push(disk.append, disk.put);
  say('The wire …');
  const wire = await wireFloors(MANY_IN_FLIGHT, plan.wire);
  if (wants('wire')) figures.push(wire.port, wire.echo, wire.pipelined, wire.stream, wire.connect);
  if (wants('step')) {
    say('The vault alone …');
    figures.push(...(await steppingFigures(plan.step)));
  }
  if (wants('open')) {
    say('Opening …');
    figures.push(...(await openingFigures(plan.open, say)));
  }
  // As the command line is installed: from sources, each process would also hold what strips the types.
  const wallets = await createWallets({ entry: BUILT_CLI, nodeArgs: ['--enable-source-maps'] });
  try {
    if (wants('meet')) figures.push(...(await meeting(wallets, order, disk, wire)));
    if (wants('transfer') || wants('books') || wants('pages') || wants('memory')) await together(wallets, order, { disk, wire, found });
    if (wants('start')) {
      say('Starting …');
      figures.push(...(await startFigures(wallets, await wallets.make('Cy'), plan.start)));
    }
  } finally {
    await wallets.tearDown();
  }
  if (wants('start') || wants('memory')) await app(order, found);
  return found;
}

async function meeting(wallets: Wallets, { plan, say }: Order, disk: DiskFloors, wire: WireFloors): Promise<Figure[]> {
  say('Meeting …');
  const ada = await hostHere(await wallets.make('Ada of many'));
  try {
    return await meetingFigures(ada, strangersFrom(async (name) => wallets.start(await wallets.make(name)), plan.meet.pairings), disk, wire, plan.meet);
  } finally {
    await ada.close();
  }
}

interface Ground { readonly disk: DiskFloors; readonly wire: WireFloors; readonly found: Measurements }

/** Everything that two wallets who know each other are needed for. */
async function together(wallets: Wallets, { plan, wants, say, inFlights }: Order, { disk, wire, found: { figures, notes } }: Ground): Promise<void> {
  const weighs = wants('memory') && canMeasure();
  if (wants('memory') && !weighs) notes.push('Memory is not measured: this system does not show that of other processes.');
  const couple = await openCouple(wallets);
  const folder = await mkdtemp(join(tmpdir(), 'tally-bench-'));
  try {
    const memory = weighs ? await weighing(couple, plan.memory) : null;
    if (memory) {
      say('Memory …');
      figures.push(...(await memory.idle()));
    }
    if (wants('transfer')) {
      say('Transfers …');
      figures.push(...(await transferFigures(couple, disk, wire, inFlights, plan.transfer)));
    }
    if (memory) figures.push(...(await memory.during(`transfers, ${MANY_IN_FLIGHT} in flight`, () => rateOf(couple, MANY_IN_FLIGHT, MANY_IN_FLIGHT))));
    if (wants('books')) {
      say('Books …');
      figures.push(...(await bookFigures(couple.ada, couple.ben, wire, plan.books)));
    }
    if (!wants('pages') && !memory) return;
    say('Pages …');
    const book = await bookToRead(couple.ada, folder, plan.pages);
    if (wants('pages')) figures.push(...(await pageFigures(couple.ada, book, plan.pages)));
    if (!memory) return;
    await giveAndFetch(couple.ada, couple.ben, book.published.copies[0], book.published.content);
    const opened = await openTo(couple.ben, book.published.copies[0], 0);
    let turn = 0;
    figures.push(...(await memory.during('turning pages', () => turnTo(couple.ben, opened, turn++))));
    await need(couple.ben.client['reading.close']({ book: opened.book }));
  } finally {
    await rm(folder, { recursive: true, force: true });
    await couple.close();
  }
}

/** Weighs Ben, whose host is a process of its own. */
async function weighing({ ben }: Couple, plan: Plan['memory']) {
  const bare = perProcess(await bareNode(plan));
  const weighed = () => sample(() => [ben.pid], plan);
  return {
    async idle(): Promise<Figure[]> {
      await pause(plan.calmMs);
      return memoryFigures('idle', await weighed(), bare, IDLE_TARGET);
    },
    /** While `work` is done again and again. */
    async during(what: string, work: () => Promise<unknown>): Promise<Figure[]> {
      let over = false;
      const working = (async () => { while (!over) await work(); })();
      const sampled = await weighed().finally(() => { over = true; });
      await working;
      return memoryFigures(what, sampled, bare, null);
    },
  };
}

async function app({ plan, wants, say }: Order, { figures, notes }: Measurements): Promise<void> {
  const trouble = !process.env['TALLYSTICK_TEST_ELECTRON'] ? 'no Electron: set TALLYSTICK_TEST_ELECTRON' : process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'] ? 'no display: run under xvfb-run' : null;
  if (trouble) return void notes.push(`The desktop app is not measured: ${trouble}.`);
  say('The desktop app …');
  await ensureBuilt('enclave', 'reader', 'desktop', 'renderer');
  // Loads Playwright, which nothing else here needs.
  const { appFigures } = await import('./desktop-app.ts');
  figures.push(...(await appFigures({ start: wants('start') ? plan.start : null, memory: wants('memory') && canMeasure() ? plan.memory : null })));
}
