/**
 * MuPDF, started once in a process: its WASM instance with a ceiling on its memory, and the fonts it may ask for. It has no
 * files and no network: the few system calls in the instance are stubs that fail, and the code around it that could read
 * files is taken out when the bundle is made (scripts/bundle-reader.mjs).
 */
import type * as MuPDF from 'mupdf';
import { fontPartFor } from './fonts.ts';
import { watchRest, watchStack } from './trouble.ts';

export type { MuPDF };
export type Mupdf = typeof MuPDF;

/**
 * Most memory that the WASM may have: what a page of a demanding book needs, and with Node itself and a book in memory
 * below the 400 MB that a reader may weigh. Beyond it allocations fail, and MuPDF says so in an orderly way.
 */
const MAX_WASM_BYTES = 224 * 1024 * 1024;
const WASM_PAGE_BYTES = 65_536;

/**
 * The stack of the C code. It is built with 64 KB, too little for forty elements nested in each other, and what runs over
 * overwrites other data without a word. With this much, JavaScript's own stack ends first, which is noticed.
 */
const STACK_BYTES = 8 * 1024 * 1024;
/** The end of the stack, which must stay as it is. */
const GUARD_BYTES = 4096;
const GUARD = 0x5a;

export interface EngineParts {
  readonly wasm: Uint8Array;
  /** The font of this name, or null if there is none. */
  readonly font: (part: string) => Uint8Array | null;
}

/** MuPDF keeps pointers to fonts without owning them: a font lives as long as the process. */
const FONTS = new Map<string, MuPDF.Font>();

type Done = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

/** Lets the memory grow up to `most` bytes. Emscripten's code asks the memory object to grow, and takes an error for a no. */
function limitMemory(memory: WebAssembly.Memory, most: number): void {
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * WASM_PAGE_BYTES > most) throw new RangeError('the reader has no more memory');
    return grow(pages);
  };
}

/** Moves the stack into a buffer that is never given back. Only while no C code runs. */
function moveStack(mupdf: Mupdf, stackPointer: WebAssembly.Global, memory: WebAssembly.Memory): void {
  const room = new mupdf.Buffer(new Uint8Array(STACK_BYTES));
  STACKS.push(room);
  const bottom = room.asUint8Array().byteOffset;
  new Uint8Array(memory.buffer, bottom, GUARD_BYTES).fill(GUARD);
  // Sixteen bytes is what compilers of C align a stack to.
  const top = (bottom + STACK_BYTES) & ~15;
  stackPointer.value = top;
  watchRest(() => { stackPointer.value = top; });
  watchStack(() => new Uint8Array(memory.buffer, bottom, GUARD_BYTES).every((byte) => byte === GUARD));
}
const STACKS: MuPDF.Buffer[] = [];

/**
 * MuPDF runs once in a process: a second start gets the first, with other fonts.
 * @throws Error if the WASM cannot be started, or its stack not be moved
 */
export async function startEngine({ wasm, font }: EngineParts): Promise<Mupdf> {
  const module = await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>);
  let memory: WebAssembly.Memory | null = null;
  let stackPointer: WebAssembly.Global | null = null;
  const options = {
    instantiateWasm(imports: WebAssembly.Imports, done: Done): void {
      const made = new WebAssembly.Instance(module, imports);
      for (const exported of Object.values(made.exports)) if (exported instanceof WebAssembly.Memory) memory = exported;
      stackPointer = made.exports['stackPointer'] as WebAssembly.Global;
      if (memory) limitMemory(memory, MAX_WASM_BYTES);
      done(made, module);
    },
    print: () => undefined,
    printErr: () => undefined,
  };
  (globalThis as Record<string, unknown>)['$libmupdf_wasm_Module'] = options;
  const mupdf = await import('mupdf');
  if (memory && stackPointer) moveStack(mupdf, stackPointer, memory);
  if (STACKS.length === 0) throw new Error('MuPDF was started elsewhere, or its WASM does not say where its stack is (scripts/reader-parts.mjs)');
  // Its messages quote the book.
  mupdf.setLog(() => undefined);
  mupdf.installLoadFontFunction((name: string | undefined, script: string | undefined, bold: boolean, italic: boolean) => {
    const part = fontPartFor(name, script, Boolean(bold), Boolean(italic));
    const bytes = part === null ? null : font(part);
    if (part === null || bytes === null) return null;
    let made = FONTS.get(part);
    if (!made) FONTS.set(part, (made = new mupdf.Font(part, bytes)));
    return made;
  });
  return mupdf;
}
