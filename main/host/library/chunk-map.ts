/** Which chunks of a publication are here: one bit for each. */
export class ChunkMap {
  readonly #bits: Uint8Array;
  readonly total: number;
  #count = 0;

  /** @param bits as `bytes` gave them; what does not fit is taken for an empty map */
  constructor(total: number, bits?: Uint8Array) {
    this.total = total;
    const length = Math.ceil(total / 8);
    this.#bits = bits?.length === length ? bits.slice() : new Uint8Array(length);
    for (let index = 0; index < total; index++) if (this.has(index)) this.#count++;
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.total;
  }

  get bytes(): Uint8Array {
    return this.#bits.slice();
  }

  has(index: number): boolean {
    return ((this.#bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
  }

  add(index: number): void {
    if (this.has(index)) return;
    this.#bits[index >> 3] = (this.#bits[index >> 3] ?? 0) | (1 << (index & 7));
    this.#count++;
  }

  remove(index: number): void {
    if (!this.has(index)) return;
    this.#bits[index >> 3] = (this.#bits[index >> 3] ?? 0) & ~(1 << (index & 7));
    this.#count--;
  }

  fill(): void {
    for (let index = 0; index < this.total; index++) this.add(index);
  }

  /** Up to `limit` chunks that are missing and not among `taken`, in order. */
  missing(limit: number, taken: ReadonlySet<number>): number[] {
    const found: number[] = [];
    for (let index = 0; index < this.total && found.length < limit; index++) if (!this.has(index) && !taken.has(index)) found.push(index);
    return found;
  }
}
