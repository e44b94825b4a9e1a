/** An engine whose stack cannot be moved to where there is room does not start: it would break in the middle of a book. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../../scripts/project-root.mjs';
import { READER_PARTS } from '../../../scripts/reader-parts.mjs';
import { startEngine } from '../../../enclave/reader/engine/engine.ts';

it('refuses a WASM that does not say where its stack is', async () => {
  const asItComes = new Uint8Array(readFileSync(join(root, READER_PARTS[0]!.source)));
  await expect(startEngine({ wasm: asItComes, font: () => null })).rejects.toThrow('does not say where its stack is');
});
