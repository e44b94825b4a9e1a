/**
 * Who may call the host over IPC (assurance row 41): the main frame of our own window while it shows our own origin.
 * Not a frame inside it, not another window, not our window after it was somehow led elsewhere.
 */
import type { BrowserWindow, IpcMainInvokeEvent } from 'electron';
import { appOrigin } from './app-origin.ts';

/** The parts of an IPC event that decide. */
export type Sender = Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>;

/** @returns why the sender is refused, or null if it is ours. */
export function senderTrouble(event: Sender, window: Pick<BrowserWindow, 'webContents' | 'isDestroyed'> | null): string | null {
  if (!window || window.isDestroyed() || event.sender !== window.webContents) return 'another window';
  const frame = event.senderFrame;
  // A frame that is gone or was led elsewhere since it sent cannot be judged, so it is refused.
  if (!frame) return 'a frame that is gone';
  if (frame !== window.webContents.mainFrame || frame.parent !== null) return 'a frame inside the window';
  if (frame.origin !== appOrigin()) return `the origin ${frame.origin}`;
  return null;
}
