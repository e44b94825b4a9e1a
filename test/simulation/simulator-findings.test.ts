/** What the simulator has found, each as small as it made it. */
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../protocol/errors.ts';
import type { MemoryHost } from '../support/memory-host.ts';
import { metPair } from '../support/vault-pair.ts';

/** More questions than a vault has at one moment. Beyond it the host falls silent, so that the test ends. */
const MOST_QUESTIONS = 200;

function fillDisk(host: MemoryHost): { asked: number; full: boolean } {
  const disk = { asked: 0, full: true };
  host.beforeAsk = ({ op }) => {
    if (++disk.asked > MOST_QUESTIONS) return host.crash();
    if (disk.full && op === 'store.append') throw new Refusal('disk_full', 'The disk is full.');
  };
  return disk;
}

describe('a full disk', () => {
  it('does not make a vault spin when a session ends in which only one side has confirmed the words (seed 15)', async () => {
    const { ada, ben, network, settle } = await metPair('full disk');
    await ada.must('pairing.start', { instance: ben.instance as never });
    await settle();
    await ada.must('pairing.confirm', { instance: ben.instance as never, matches: true });
    const disk = fillDisk(ada);
    network.cutAll();
    await settle();
    expect(disk.asked).toBeLessThan(10);
    // With room again, the next thing that happens also undoes what only one side had confirmed.
    disk.full = false;
    await ada.must('wallet.rename', { name: 'Ada again' });
    expect(await ada.must('people.strangers', {})).toEqual([]);
    network.connect(ada, ben);
    await settle();
    expect((await ada.must('people.strangers', {})).map(({ instance }) => instance)).toEqual([ben.instance]);
    expect(ada.fault).toBeNull();
  });

  it('does not keep an older copy from stopping when it meets somebody who remembers', async () => {
    const { ada, ben, settle, network } = await metPair('older copy');
    await ada.must('pairing.start', { instance: ben.instance as never });
    await settle();
    await ada.must('pairing.confirm', { instance: ben.instance as never, matches: true });
    await ben.must('pairing.confirm', { instance: ada.instance as never, matches: true });
    await settle();
    const older = ada.save();
    await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    network.cutAll();
    await settle();
    network.connect(ada, ben);
    await settle();
    await ada.goBackTo(older);
    fillDisk(ada);
    network.connect(ada, ben);
    await settle();
    expect(ada.fault?.code).toBe('rollback_detected');
  });
});
