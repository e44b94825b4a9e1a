/**
 * How files that a person chose or dropped come to the wallet (design §8): books, and pictures for their covers. The app asks
 * in its own dialog and takes a dropped file by where it lies, which the page never learns; a browser sends the bytes to the
 * host that served the page. Either way the page gets a name that only the wallet understands.
 */
import { OfferReplySchema } from '../../protocol/contracts/library-host.contract.ts';
import { type Result, fail, ok } from '../../protocol/errors.ts';
import { MAX_PICTURE_FILE_BYTES, MAX_PUBLICATION_BYTES } from '../../protocol/limits.ts';
import { type Sending, sendFile } from './file-upload.ts';
import type { WalletClient } from './link.ts';
import { pageKey } from './page-key.ts';
import { PAGE_NAME } from './page-name.ts';

/** A file that waits to be published. */
export interface ChosenFile {
  /** As its person calls it; empty where only the wallet knows. */
  readonly name: string;
  /** Brings it to the wallet, if it is not there yet. @returns the wallet's name for it */
  bring(sending?: Sending): Promise<Result<string>>;
}

const BOOK_TYPES = '.epub,.pdf,application/epub+zip,application/pdf';
const PICTURE_TYPES = '.png,.jpg,.jpeg,image/png,image/jpeg';

/** A PDF's mark may stand anywhere in its first kilobyte. */
const START_BYTES = 1024;

/** Whether it can be a book at all, so that nothing large is sent in vain. The wallet looks again. */
export async function troubleOf(file: Blob): Promise<Result<null>> {
  if (file.size > MAX_PUBLICATION_BYTES) return fail('book_too_large', 'The file is too large to be published.');
  // A folder, or a file that is gone meanwhile, has nothing to read.
  const start = new TextDecoder('latin1').decode(await file.slice(0, START_BYTES).arrayBuffer().catch(() => new ArrayBuffer(0)));
  return start.startsWith('PK\x03\x04') || start.includes('%PDF-') ? ok(null) : fail('book_unreadable', 'This is neither an EPUB nor a PDF.');
}

/** The same for a picture. */
export async function pictureTrouble(file: Blob): Promise<Result<null>> {
  const start = new Uint8Array(await file.slice(0, 4).arrayBuffer().catch(() => new ArrayBuffer(0)));
  const known = [[0x89, 0x50, 0x4e, 0x47], [0xff, 0xd8, 0xff]].some((mark) => mark.every((byte, at) => start[at] === byte));
  return known && file.size <= MAX_PICTURE_FILE_BYTES ? ok(null) : fail('picture_unreadable', 'This is neither a PNG nor a JPEG, or too large. Save it as one of these, and choose that.');
}

/** A file that was dropped on the window or chosen in the browser. @param troubleIn says why it is not worth sending */
export const fromPerson = (file: File, troubleIn: (file: Blob) => Promise<Result<null>> = troubleOf): ChosenFile => ({
  name: file.name,
  async bring(sending) {
    const trouble = await troubleIn(file);
    if (!trouble.ok) return trouble;
    try {
      const raw: unknown = window.tallystick
        ? await window.tallystick.offerFile(file)
        : await sendFile(`/files?name=${encodeURIComponent(file.name)}&page=${PAGE_NAME}&key=${pageKey(globalThis)}`, file, sending);
      const reply = OfferReplySchema.parse(raw);
      return reply.ok ? ok(reply.value.file) : reply;
    } catch {
      return fail('session_closed', 'The wallet did not say whether the file has arrived.');
    }
  },
});

const alreadyThere = (token: string): ChosenFile => ({ name: '', bring: () => Promise.resolve(ok(token)) });

/** Asks the person for files; none if they changed their mind. */
export async function askForFiles(client: Pick<WalletClient, 'publishing.choose'>): Promise<Result<readonly ChosenFile[]>> {
  if (!window.tallystick) return ok((await askInBrowser(BOOK_TYPES, true)).map((file) => fromPerson(file)));
  const chosen = await client['publishing.choose']({});
  return chosen.ok ? ok(chosen.value.files.map(alreadyThere)) : chosen;
}

/** Asks the person for a picture; null if they changed their mind. */
export async function askForPicture(client: Pick<WalletClient, 'publishing.choosePicture'>): Promise<Result<ChosenFile | null>> {
  if (!window.tallystick) {
    const [file] = await askInBrowser(PICTURE_TYPES, false);
    return ok(file ? fromPerson(file, pictureTrouble) : null);
  }
  const chosen = await client['publishing.choosePicture']({});
  return chosen.ok ? ok(chosen.value.file === null ? null : alreadyThere(chosen.value.file)) : chosen;
}

const askInBrowser = (accept: string, multiple: boolean): Promise<readonly File[]> => new Promise((resolve) => {
  const input = Object.assign(document.createElement('input'), { type: 'file', accept, multiple });
  input.addEventListener('change', () => resolve([...input.files ?? []]));
  input.addEventListener('cancel', () => resolve([]));
  input.click();
});
