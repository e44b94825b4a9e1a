/** A book's bytes, wherever they come from: read in pieces, so that a large book of pictures need not be in memory. */

export interface BookBytes {
  readonly size: number;
  /** @throws Refusal if they cannot be had, or lie outside of the book */
  read(from: number, length: number): Promise<Uint8Array>;
}
