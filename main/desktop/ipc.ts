/**
 * The two IPC channels (protocol/bridge.ts): calls come in, notices go out. The sender's frame is checked before the
 * call is looked at; what the call says is checked by the host.
 */
import { type BrowserWindow, type IpcMain } from 'electron';
import { CALL_CHANNEL, NOTICE_CHANNEL } from '../../protocol/bridge.ts';
import type { Notice, Reply } from '../../protocol/contracts/contract.ts';
import { fail } from '../../protocol/errors.ts';
import { noteRefusal } from './rules/refusal-log.ts';
import { senderTrouble } from './rules/ipc-sender.ts';

/** A busy interface has about ten calls open; a page gone wild must not fill the host's memory. */
const MAX_OPEN_CALLS = 256;

export interface CallServer {
  readonly ipcMain: IpcMain;
  /** The window whose page may call, if there is one. */
  readonly window: () => BrowserWindow | null;
  /** Answers any value; never rejects. */
  readonly serve: (raw: unknown) => Promise<Reply>;
}

/** Serves calls from our own page and refuses all others with `forbidden`. */
export function serveCalls({ ipcMain, window, serve }: CallServer): void {
  let open = 0;
  ipcMain.handle(CALL_CHANNEL, async (event, raw: unknown): Promise<Reply> => {
    const trouble = senderTrouble(event, window());
    if (trouble !== null) {
      noteRefusal('ipc', `a call from ${trouble}`);
      return { id: idOf(raw), ...fail('forbidden', 'Only the window of the wallet may do this.') };
    }
    if (open >= MAX_OPEN_CALLS) return { id: idOf(raw), ...fail('busy', 'Too much at once. Try again in a moment.') };
    open += 1;
    try {
      return await serve(raw);
    } finally {
      open -= 1;
    }
  });
}

/** Tells our page what changed, if it is there to hear it. */
export function sendNotice(window: BrowserWindow | null, notice: Notice): void {
  if (window && !window.isDestroyed()) window.webContents.send(NOTICE_CHANNEL, notice);
}

/** The caller's id, so that it can tell which call was refused; 0 for anything malformed. */
function idOf(raw: unknown): number {
  const id = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : 0;
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : 0;
}
