/**
 * Opening a wallet with a long history: from its folder to a vault that has checked the chain against the register and serves
 * calls, without a network and without the start of the host's own program. The floor is the wallet with the shortest history.
 * The files are in the system's memory: what is measured is the work, not a cold disk.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHost } from '../../cli/open-host.ts';
import { createClient } from '../../protocol/contracts/client.ts';
import { walletContract } from '../../protocol/contracts/wallet.contract.ts';
import { need } from '../support/wallet-process.ts';
import { type Figure, figureOf, withTarget } from './figure.ts';
import { type MadeJournal, makeJournals } from './journals.ts';
import type { Plan } from './plan.ts';

/** From so many packages on, the targets apply. */
const LONG = 100_000;

/** @returns milliseconds until the vault served its first call */
async function openOnce({ data, state, packages }: MadeJournal): Promise<number> {
  process.env['TALLYSTICK_STATE_DIR'] = state;
  const begun = performance.now();
  const host = await openHost({ data, listen: null, mdns: false, shell: 'none', home: homedir() });
  try {
    const { n } = await need(createClient(walletContract, (raw) => host.serve(raw))['wallet.identity']({}));
    const took = performance.now() - begun;
    if (n < packages) throw new Error(`the wallet has ${n} packages instead of ${packages}`);
    return took;
  } finally {
    await host.close();
  }
}

async function bytesIn(folder: string): Promise<number> {
  const files = (await readdir(folder, { withFileTypes: true, recursive: true })).filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

const inWords = (packages: number): string => (packages % 1_000_000 === 0 ? `${packages / 1_000_000} million` : packages % 1000 === 0 ? `${packages / 1000} thousand` : String(packages));

export async function openingFigures({ packages, openings }: Plan['open'], say: (line: string) => void): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tally-opening-'));
  try {
    const journals: MadeJournal[] = [];
    const sizes: Figure[] = [];
    const times = new Map<MadeJournal, number[]>();
    for await (const journal of makeJournals(packages, folder)) {
      say(`  a journal of ${inWords(journal.packages)} packages`);
      journals.push(journal);
      times.set(journal, []);
      // The first start after a copy writes level's log into a table, once.
      await openOnce(journal);
      const sealed = figureOf('what the vault sealed', 'bytes', [journal.sealedBytes / journal.packages]);
      sizes.push(figureOf(`on disk, a package of ${inWords(journal.packages)}`, 'bytes', [(await bytesIn(join(journal.data, 'packages', 'level'))) / journal.packages], sealed));
    }
    // In turns, so that whatever else the machine does hits all of them alike.
    for (let round = 0; round < openings; round++) for (const journal of journals) times.get(journal)?.push(await openOnce(journal));
    const opening = (journal: MadeJournal, floor: Figure | null): Figure => figureOf(`opening a wallet of ${inWords(journal.packages)} packages`, 'ms', times.get(journal) ?? [], floor);
    const [shortest] = journals;
    const floor = shortest ? opening(shortest, null) : null;
    const figures = journals.map((journal) => {
      const figure = opening(journal, journal === shortest ? null : floor);
      return journal.packages >= LONG ? withTarget(figure, { of: 'ratio', atMost: 1.2 }, { of: 'median', atMost: 1_000 }) : figure;
    });
    return [...figures, ...sizes];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
