/** Random bytes drawn by the page (enclave/runtime/random-pool.ts). */
import { describe, expect, it } from 'vitest';
import { randomPool } from '../../../enclave/runtime/random-pool.ts';

/** A source whose every byte can be told from every other, and that keeps what it gave. */
function counted() {
  const pages: Uint8Array[] = [];
  let next = 0;
  const draw = (length: number): Uint8Array => {
    const page = new Uint8Array(new Uint32Array(Math.ceil(length / 4)).map(() => (next += 1)).buffer).subarray(0, length);
    pages.push(page);
    return page;
  };
  return { pages, draw };
}

describe('the pool of random bytes', () => {
  it('hands out nothing twice, and draws a page for many', () => {
    const { pages, draw } = counted();
    const random = randomPool(draw);
    const given = Array.from({ length: 1000 }, () => random(24));
    expect(new Set(given.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(1000);
    expect(given.every(({ length }) => length === 24)).toBe(true);
    expect(pages).toHaveLength(Math.ceil(1000 / Math.floor(4096 / 24)));
  });

  it('keeps no copy of what it handed out, and is not changed by whoever has it', () => {
    const { pages, draw } = counted();
    const random = randomPool(draw);
    const first = random(32);
    expect(first.some((byte) => byte !== 0)).toBe(true);
    expect([...pages[0]!.subarray(0, 32)]).toEqual(Array.from({ length: 32 }, () => 0));
    const before = Buffer.from(random(32));
    first.fill(255);
    expect(before.includes(255)).toBe(false);
  });

  it('draws what is larger than a page by itself', () => {
    const { pages, draw } = counted();
    expect(randomPool(draw)(10_000)).toHaveLength(10_000);
    expect(pages.map(({ length }) => length)).toEqual([10_000]);
  });
});
