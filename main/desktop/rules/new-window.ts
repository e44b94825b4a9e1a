/** No page opens a window (assurance row 42); the shell opens the only one there is. */
import type { WebContents } from 'electron';
import { noteRefusal } from './refusal-log.ts';

export function forbidNewWindows(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    noteRefusal('new-window', url);
    return { action: 'deny' };
  });
}
