/** Following one transfer to its end, for --wait and for commands that opened the network themselves. */
import { EXIT } from '../protocol/errors.ts';
import type { TransferId } from '../protocol/identifiers.ts';
import type { TransferView } from '../protocol/contracts/views.ts';
import { type Session, need, waitFor } from './session.ts';

const isFinished = ({ state }: TransferView): boolean => !['offered', 'accepted', 'in-transit'].includes(state);

/** Where a transfer stands when it is finished, or when the time is over. */
export async function follow(session: Session, id: TransferId, timeoutMs: number): Promise<TransferView> {
  const look = (): Promise<TransferView> => need(session.client['transfers.get']({ id }));
  const finished = await waitFor(session, async () => {
    const transfer = await look();
    return isFinished(transfer) ? transfer : null;
  }, timeoutMs);
  return finished ?? look();
}

/** Exit status of a command that waited for a transfer: done, refused, or the other side has not answered in time. */
export const exitStatusOfTransfer = (transfer: TransferView): number =>
  transfer.state === 'done' ? EXIT.done : isFinished(transfer) ? EXIT.refused : EXIT.unreachable;

/** Default of --timeout: a person across the table looks at a phone first. */
const WAIT_MS = 60_000;

/** What a command that opened the network itself gives a peer who is near before it leaves the rest to the next time. */
export const LINGER_MS = 8_000;

export interface FollowOptions {
  readonly wait?: boolean;
  readonly timeout?: number;
}

/** How long to follow; 0 for not at all: whoever serves the wallet carries on. */
export const patienceOf = ({ wait, timeout }: FollowOptions, served: boolean): number => (wait ? timeout ?? WAIT_MS : served ? 0 : LINGER_MS);
