/** Lets the person choose a place for a file. The host decides what may be written there; a page can name neither file nor folder. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type App, type BrowserWindow, dialog } from 'electron';

/** @returns a function that asks for a place; null if the person did not want to. What is there already, they were asked about. */
export function placeChooser(app: Pick<App, 'getPath'>, window: () => BrowserWindow | null): (name: string) => Promise<string | null> {
  return async (name) => {
    const options = { defaultPath: join(app.getPath('documents'), name) };
    const over = window();
    const { canceled, filePath } = await (over ? dialog.showSaveDialog(over, options) : dialog.showSaveDialog(options));
    return canceled || !filePath ? null : filePath;
  };
}

/** @returns a function that asks for a place for `content`, and writes it; false if the person did not want to */
export function fileSaver(choosePlace: (name: string) => Promise<string | null>): (name: string, content: string) => Promise<boolean> {
  return async (name, content) => {
    const path = await choosePlace(name);
    if (path !== null) await writeFile(path, content);
    return path !== null;
  };
}
