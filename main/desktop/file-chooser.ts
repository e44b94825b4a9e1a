/** Lets the person choose books to publish. The page asks for this and learns no path: the host gives the files names. */
import { type BrowserWindow, dialog } from 'electron';
import { BOOK_EXTENSIONS } from './rules/offered-file.ts';
import type { Texts } from './texts.ts';

/** @returns a function that asks; an empty list if the person did not want to */
export function fileChooser(texts: () => Texts, window: () => BrowserWindow | null): () => Promise<readonly string[]> {
  return async () => {
    const options = { properties: ['openFile' as const, 'multiSelections' as const], filters: [{ name: texts().books, extensions: [...BOOK_EXTENSIONS] }] };
    const over = window();
    const { canceled, filePaths } = await (over ? dialog.showOpenDialog(over, options) : dialog.showOpenDialog(options));
    return canceled ? [] : filePaths;
  };
}
