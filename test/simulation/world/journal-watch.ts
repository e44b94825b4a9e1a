/** Hands the simulator the journal that a vault loads, so that what is durable can be looked at without asking. */
import { Journal } from '../../../enclave/runtime/journal.ts';

let expecting: ((journal: Journal) => void) | null = null;
const load = Journal.load.bind(Journal);

Journal.load = async (ports) => {
  const tell = expecting;
  const journal = await load(ports);
  tell?.(journal);
  return journal;
};

/** Runs `boot`, which starts one vault in the same turn, and tells of the journal once it has loaded and proved fresh. */
export function watchingLoad(tell: (journal: Journal) => void, boot: () => void): void {
  expecting = tell;
  try {
    boot();
  } finally {
    expecting = null;
  }
}
