/** Following a file until it is published (design §7): how far it is, on a terminal, and calling it off with Ctrl-C. */
import type { PublishingView } from '../protocol/contracts/library-host.contract.ts';
import { Refusal } from '../protocol/errors.ts';
import type { Output } from './output.ts';
import { type Session, need, waitFor } from './session.ts';

export interface JobOptions {
  readonly session: Pick<Session, 'client' | 'onNotice'>;
  readonly output: Pick<Output, 'progress'>;
  readonly job: number;
  /** Resolves when the person has had enough. */
  readonly enough: Promise<unknown>;
}

const percent = ({ bytes, total }: PublishingView): string => (total > 0 ? `${Math.floor((100 * bytes) / total)} %` : '');

/**
 * @returns the job once its copies are made; whoever called it off too late gets them all the same
 * @throws Refusal `declined` if it was called off, here or in a window, and why it failed
 */
export async function followJob({ session, output, job, enough }: JobOptions): Promise<PublishingView> {
  const call = async (): Promise<void> => {
    output.progress('Calling it off …');
    await session.client['publishing.cancel']({ job });
  };
  void enough.then(call);
  const ended = await waitFor(session, async () => {
    const view = (await need(session.client['publishing.jobs']({}))).find((entry) => entry.job === job);
    if (view?.state === 'running') output.progress(`Encrypting, ${percent(view)}`);
    return view && view.state !== 'running' ? view : null;
  }, Number.MAX_SAFE_INTEGER).finally(() => output.progress(''));
  if (ended?.state === 'cancelled') throw new Refusal('declined', 'It was called off. Nothing of it stays.');
  if (ended?.failure) throw new Refusal(ended.failure.code, ended.failure.detail, ended.failure.params);
  return ended ?? Promise.reject(new Refusal('internal', 'Nobody knows what became of it.'));
}
