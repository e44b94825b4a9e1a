/** Lets the person choose a file, and writes it. The host decides what may be written; a page can name neither file nor folder. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type App, type BrowserWindow, dialog } from 'electron';

/** @returns a function that asks for a place for `content`, and writes it; false if the person did not want to */
export function fileSaver(app: Pick<App, 'getPath'>, window: () => BrowserWindow | null): (name: string, content: string) => Promise<boolean> {
  return async (name, content) => {
    const options = { defaultPath: join(app.getPath('documents'), name) };
    const over = window();
    const { canceled, filePath } = await (over ? dialog.showSaveDialog(over, options) : dialog.showSaveDialog(options));
    if (canceled || !filePath) return false;
    await writeFile(filePath, content);
    return true;
  };
}
