/** The C stack of MuPDF after work that was given up because a part of the book was missing: every time back where it was. */
import { expect, it, vi } from 'vitest';
import { openStreamed } from '../../../enclave/reader/books/streamed-document.ts';
import { startEngine } from '../../../enclave/reader/engine/engine.ts';
import { largePdf } from '../../support/large-pdf.ts';
import { MUPDF_WASM } from '../../support/mupdf-wasm.ts';

it('is where it was after hundreds of parts that came later', async () => {
  const instances: WebAssembly.Instance[] = [];
  const { Instance } = WebAssembly;
  vi.spyOn(WebAssembly, 'Instance').mockImplementation(function (module: WebAssembly.Module, imports: WebAssembly.Imports) {
    const made = new Instance(module, imports);
    instances.push(made);
    return made;
  } as never);
  const mupdf = await startEngine({ wasm: MUPDF_WASM, font: () => null });
  const pointer = instances[0]?.exports['stackPointer'] as WebAssembly.Global;
  const atRest = Number(pointer.value);
  const pdf = largePdf(40, 300);
  let reads = 0;
  const bytes = { size: pdf.size, read: async (from: number, length: number) => { reads += 1; return pdf.read(from, length); } };
  for (let opening = 0; opening < 100; opening++) {
    const { document } = await openStreamed(mupdf, bytes, 'application/pdf', { piece: 4096, held: 60, ahead: 1 });
    document.destroy();
  }
  expect(reads).toBeGreaterThan(200);
  expect(Number(pointer.value)).toBe(atRest);
});
