/**
 * A borrowed book in a vault that runs, under a clock that is turned back while nothing else happens (assurance row 45,
 * design §7). Runs the real driver and journal: what a step does not keep durably must not make the time of it undone.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { InstanceId, LicenceId } from '../../../protocol/identifiers.ts';
import { DAY_MS } from '../../../enclave/vault/library/terms.ts';
import { Refusal } from '../../../protocol/errors.ts';
import { openOn, publishOn } from '../../support/memory-books.ts';
import { type Pair, pairedPair } from '../../support/vault-pair.ts';

const HOUR_MS = DAY_MS / 24;

let pair: Pair;
let copy: LicenceId;

/** Ada has lent Ben a book for a day, and they have parted. */
beforeEach(async ({ task }) => {
  pair = await pairedPair(task.name);
  const { ada, ben, network, settle } = pair;
  [copy] = (await publishOn(ada, 'Emma')) as [LicenceId];
  const { id } = await ada.must('books.lend', { licence: copy, contact: ben.instance as InstanceId, due: ada.now + DAY_MS });
  await settle();
  await ben.must('transfers.accept', { id });
  await settle();
  network.cutAll();
  await settle();
});

/** Hours pass, and the program is there to see it. */
async function hoursPass(hours: number): Promise<void> {
  const { ben } = pair;
  for (let left = hours; left > 0; left--) {
    ben.now += HOUR_MS;
    ben.runtime.handle({ type: 'tick', now: ben.now });
    await ben.settled();
  }
}

async function turnBack(hours: number): Promise<void> {
  const { ben } = pair;
  ben.now -= hours * HOUR_MS;
  ben.runtime.handle({ type: 'tick', now: ben.now });
  await ben.settled();
}

async function startAgain(hoursEarlier: number): Promise<void> {
  const { ben } = pair;
  ben.crash();
  ben.now -= hoursEarlier * HOUR_MS;
  await ben.boot();
}

const code = async (): Promise<string> => {
  const opened = await openOn(pair.ben, copy);
  return opened.ok ? 'opened' : opened.failure.code;
};

describe('the time of a loan, while the program runs', () => {
  it('goes on from where it was when the clock is turned back, and the book closes', async () => {
    await hoursPass(23);
    expect(await code()).toBe('opened');
    await turnBack(23);
    await hoursPass(1);
    expect(await code()).toBe('licence_expired');
  });

  it('is over once it was over, also when the clock is turned back at once', async () => {
    await hoursPass(25);
    expect(await code()).toBe('licence_expired');
    pair.ben.now -= 25 * HOUR_MS;
    expect(await code()).toBe('licence_expired');
  });

  it('is over also while the disk is full, and the lender there: the reader is closed', async () => {
    const { ada, ben, network, settle } = pair;
    network.connect(ada, ben);
    await settle();
    expect(await code()).toBe('opened');
    ben.beforeAsk = ({ op }) => {
      if (op === 'store.append') throw new Refusal('disk_full', 'The disk is full.');
    };
    await hoursPass(25);
    expect(ben.emitted.filter(({ type }) => type === 'close-book')).toEqual([{ type: 'close-book', licence: copy }]);
  });

  it('passes while the disk is full', async () => {
    const { ben } = pair;
    ben.beforeAsk = ({ op }) => {
      if (op === 'store.append') throw new Refusal('disk_full', 'The disk is full.');
    };
    await hoursPass(23);
    await ben.call('wallet.rename', { name: 'Benedict' });
    await turnBack(23);
    await hoursPass(1);
    ben.beforeAsk = () => {};
    expect(await code()).toBe('licence_expired');
  });

  it('stays over for whoever starts the program again with an earlier date', async () => {
    await hoursPass(25);
    await startAgain(25);
    expect(await code()).toBe('licence_expired');
    // Noted once: a book that waits for its lender fills no disk.
    const { ben } = pair;
    const written = ben.store.snapshot().packages.size;
    await hoursPass(30);
    expect(ben.store.snapshot().packages.size).toBe(written);
  });

  it('is not given back to whoever starts the program again with an earlier date', async () => {
    await hoursPass(23);
    await startAgain(23);
    expect(await code()).toBe('opened');
    await hoursPass(1);
    expect(await code()).toBe('licence_expired');
  });
});
