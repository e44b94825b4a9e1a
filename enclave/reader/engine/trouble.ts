/**
 * What goes wrong inside MuPDF, told apart: a book that cannot be read is a failure with a code; an engine whose memory or
 * stack is in no state to go on is a broken engine, after which this process must end (assurance row 47).
 */
import { Refusal } from '../../../protocol/errors.ts';

/** Looked at after everything that the engine did; true while its stack has stayed where it belongs. */
let stackIsWhole = (): boolean => true;
export const watchStack = (isWhole: () => boolean): void => void (stackIsWhole = isWhole);

let putBack = (): void => undefined;
export const watchRest = (toRest: () => void): void => void (putBack = toRest);

/**
 * Puts the engine's stack back where it is while no C code runs: work that was given up in the middle, in the function that
 * brings a document's bytes, leaves 64 bytes of it behind each time. Only where nothing of the engine is under way.
 */
export const stackAtRest = (): void => putBack();

/** The engine cannot be used any more. Whoever runs this process ends it; the next book gets another one. */
export class BrokenEngine extends Error {}

/** A trap of the WASM, or a stack that overflowed in the middle of C code, leaves MuPDF's own bookkeeping half done. */
const isFatal = (error: unknown): boolean => error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error instanceof WebAssembly.CompileError;

const NO_ROOM = /malloc|calloc|realloc|out of memory|overly large|too large|exceeds|might overflow/i;
const PASSWORD = /password|encrypt/i;

/**
 * Runs `work` on the engine.
 * @throws Refusal `book_unreadable`, `book_too_large` or `book_protected` for what MuPDF throws
 * @throws BrokenEngine if the engine is done for
 */
export function onEngine<T>(what: string, work: () => T): T {
  try {
    const result = work();
    if (!stackIsWhole()) throw new BrokenEngine(`${what}: the stack ran over`);
    return result;
  } catch (error) {
    if (error instanceof Refusal || error instanceof BrokenEngine) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (isFatal(error) || !stackIsWhole()) throw new BrokenEngine(`${what}: ${message}`, { cause: error });
    // MuPDF quotes what it choked on; that is the book's text and stays here.
    if (NO_ROOM.test(message)) throw new Refusal('book_too_large', `The book needs more memory than a reader has (${what}).`);
    if (PASSWORD.test(message)) throw new Refusal('book_protected', 'The book is protected with a password or another app\'s encryption.');
    throw new Refusal('book_unreadable', `The book is damaged, or not what it says it is (${what}).`);
  }
}
