/** MuPDF's code as it lies beside the reader: with the way to its stack, which the package as it comes does not have. */
import { root } from '../../scripts/project-root.mjs';
import { READER_PARTS, partBytes } from '../../scripts/reader-parts.mjs';

export const MUPDF_WASM: Uint8Array = partBytes(root, READER_PARTS[0]!);
