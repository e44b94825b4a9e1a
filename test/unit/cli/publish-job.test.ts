/** `publish` while it goes on: how far it is, calling it off, and what became of it, whoever decided. */
import { describe, expect, it } from 'vitest';
import { followJob } from '../../../cli/publish-job.ts';
import type { PublishingView } from '../../../protocol/contracts/library-host.contract.ts';
import { fail, ok } from '../../../protocol/errors.ts';

const view = (part: Partial<PublishingView>): PublishingView => ({ job: 7, title: 'A Split Stick', bytes: 0, total: 200, state: 'running', publication: null, failure: null, ...part });

/** @param looks what the wallet says of its jobs, one answer after the other, the last one for good */
function following(looks: readonly (readonly PublishingView[])[], { afterLook = 0 } = {}) {
  const shown: string[] = [];
  const cancelled: number[] = [];
  let notice = (): void => {};
  let at = 0;
  let enough = (): void => {};
  const session = {
    client: {
      'publishing.jobs': () => {
        const now = looks[Math.min(at++, looks.length - 1)] ?? [];
        if (afterLook > 0 && at === afterLook) enough();
        queueMicrotask(() => notice());
        return Promise.resolve(ok(now));
      },
      'publishing.cancel': ({ job }: { job: number }) => { cancelled.push(job); return Promise.resolve(ok({})); },
    },
    onNotice: (listener: () => void) => { notice = listener; return () => {}; },
  };
  const ended = followJob({ session: session as never, output: { progress: (words) => shown.push(words) }, job: 7, enough: new Promise<void>((resolve) => { enough = resolve; }) });
  return { shown, cancelled, ended };
}

describe('publishing', () => {
  it('says how far it is, and nothing any more when it is there', async () => {
    const { ended, shown, cancelled } = following([[], [view({ bytes: 20 })], [view({ job: 6, bytes: 999 }), view({ bytes: 199 })], [view({ state: 'done', bytes: 200, publication: 'ab'.repeat(32) as never })]]);
    expect(await ended).toMatchObject({ state: 'done', publication: 'ab'.repeat(32) });
    expect([shown, cancelled]).toEqual([['Encrypting, 10 %', 'Encrypting, 99 %', ''], []]);
  });

  it('is called off by its person, and waits until that is so', async () => {
    const { ended, shown, cancelled } = following([[view({ bytes: 20 })], [view({ bytes: 40 })], [view({ bytes: 40 })], [view({ state: 'cancelled' })]], { afterLook: 2 });
    await expect(ended).rejects.toMatchObject({ failure: { code: 'declined' } });
    expect(cancelled).toEqual([7]);
    expect(shown).toContain('Calling it off …');
    expect(shown.at(-1)).toBe('');
  });

  it('that was called off too late is published all the same, and its person hears so', async () => {
    const { ended, cancelled } = following([[view({ bytes: 20 })], [view({ state: 'done', publication: 'ab'.repeat(32) as never })]], { afterLook: 1 });
    expect([(await ended).state, cancelled]).toEqual(['done', [7]]);
  });

  it('that was called off in a window is no success, and one that failed says why', async () => {
    await expect(following([[view({ state: 'cancelled' })]]).ended).rejects.toMatchObject({ failure: { code: 'declined' } });
    await expect(following([[view({ state: 'failed', failure: fail('disk_full', 'No room.').failure })]]).ended).rejects.toMatchObject({ failure: { code: 'disk_full', detail: 'No room.' } });
  });
});
