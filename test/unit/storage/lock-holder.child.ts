/** A process that takes a folder's lock, says so on stdout, and keeps it until it is killed or told to end. */
import { lockFolder } from '../../../main/host/storage/data-lock.ts';
import { Refusal } from '../../../protocol/errors.ts';

const [folder = ''] = process.argv.slice(2);
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const run = async (): Promise<void> => {
  try {
    const lock = await lockFolder(folder, 'browser');
    say({ locked: true, pid: process.pid });
    await new Promise((resolve) => process.stdin.once('data', resolve));
    await lock.release();
    say({ released: true });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say({ locked: false, failure: error.failure });
  }
};

// Started processes are let go together, so that they really race.
say({ ready: true });
process.stdin.once('data', () => void run().then(() => process.exit(0)));
