/** A transfer as the person who asked for it sees it. */
import { refuse } from '../../../protocol/errors.ts';
import type { Transfer } from '../records.ts';
import type { Turn } from '../turn.ts';
import { viewFinished, viewTransfer } from '../views/views.ts';

/** As it stands after the command, finished or not. @throws Refusal `unknown_transfer` */
export function shown(turn: Turn, id: Transfer['id']) {
  const live = turn.state.get('transfer', id);
  if (live && live.state !== 'declined') return viewTransfer(turn.state, live);
  const ended = turn.archive.find((finished) => finished.id === id);
  return ended ? viewFinished(turn.state, ended) : refuse('unknown_transfer', 'There is no transfer with this id.');
}
