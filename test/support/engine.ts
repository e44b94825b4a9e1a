/** MuPDF as a reader starts it, without fonts of ours: for a test that looks at it, or makes something with it. */
import { startEngine } from '../../enclave/reader/engine/engine.ts';
import { MUPDF_WASM } from './mupdf-wasm.ts';

export const mupdf = await startEngine({ wasm: MUPDF_WASM, font: () => null });
