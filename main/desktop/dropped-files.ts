/** The channel by which a dropped file comes to the host. Sender and path are checked by rules of their own. */
import type { BrowserWindow, IpcMain } from 'electron';
import { OFFER_CHANNEL } from '../../protocol/bridge.ts';
import type { OfferReply } from '../../protocol/contracts/library-host.contract.ts';
import { Refusal, fail, ok } from '../../protocol/errors.ts';
import { senderTrouble } from './rules/ipc-sender.ts';
import { offeredFile } from './rules/offered-file.ts';
import { noteRefusal } from './rules/refusal-log.ts';

export interface DropServer {
  readonly ipcMain: IpcMain;
  readonly window: () => BrowserWindow | null;
  /** @returns the name by which the contract knows the file. @throws Refusal */
  readonly offerFile: (path: string) => string;
}

export function serveDrops({ ipcMain, window, offerFile }: DropServer): void {
  ipcMain.handle(OFFER_CHANNEL, async (event, raw: unknown): Promise<OfferReply> => {
    const stranger = senderTrouble(event, window());
    if (stranger !== null) {
      noteRefusal('ipc', `a file from ${stranger}`);
      return fail('forbidden', 'Only the window of the wallet may do this.');
    }
    const found = await offeredFile(raw);
    if ('trouble' in found) {
      noteRefusal('file', found.trouble);
      return fail('book_unreadable', 'This is neither an EPUB nor a PDF, nor a picture for a cover.');
    }
    try {
      return ok({ file: offerFile(found.path) });
    } catch (error) {
      return error instanceof Refusal ? { ok: false, failure: error.failure } : fail('internal', 'The file could not be taken.');
    }
  });
}
