/** Lets the person choose books to publish, or a picture for a cover. The page asks for this and learns no path: the host gives the files names. */
import { type BrowserWindow, dialog } from 'electron';
import type { ChooseFiles } from '../host/library/library.ts';
import { BOOK_EXTENSIONS, PICTURE_EXTENSIONS } from './rules/offered-file.ts';
import type { Texts } from './texts.ts';

/** @returns a function that asks; an empty list if the person did not want to */
export function fileChooser(texts: () => Texts, window: () => BrowserWindow | null): ChooseFiles {
  return async (what) => {
    const options = {
      properties: ['openFile' as const, ...(what === 'books' ? ['multiSelections' as const] : [])],
      filters: [what === 'books' ? { name: texts().books, extensions: [...BOOK_EXTENSIONS] } : { name: texts().pictures, extensions: [...PICTURE_EXTENSIONS] }],
    };
    const over = window();
    const { canceled, filePaths } = await (over ? dialog.showOpenDialog(over, options) : dialog.showOpenDialog(options));
    return canceled ? [] : filePaths;
  };
}
