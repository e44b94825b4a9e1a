/**
 * The sample books. They are not part of the checkout: they lie beside it in `../shared/books`, or where TALLYSTICK_BOOKS says.
 * Tests that need them are skipped where they are missing, with a line that says so.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MediaType } from '../../protocol/publication.codec.ts';

const FOLDER = process.env['TALLYSTICK_BOOKS'] ?? fileURLToPath(new URL('../../../shared/books/', import.meta.url));

export const bookPath = (name: BookName): string => join(FOLDER, name);

export const BOOKS = ['sherlock-holmes.epub', 'wasteland.epub', 'childrens-literature.epub', 'regime-anticancer-arabic.epub', 'haruko-jpeg.epub', 'scandal-in-bohemia.pdf'] as const;
export type BookName = (typeof BOOKS)[number];

/** Null if all are there. */
export const booksTrouble: string | null = BOOKS.every((name) => existsSync(join(FOLDER, name))) ? null : 'the sample books are missing: put them into ../shared/books beside the checkout, or set TALLYSTICK_BOOKS';
if (booksTrouble) process.stderr.write(`\n*** SKIPPED: ${booksTrouble}\n`);

export const bookBytes = (name: BookName): Uint8Array => new Uint8Array(readFileSync(join(FOLDER, name)));
export const mediaTypeOf = (name: string): MediaType => (name.endsWith('.pdf') ? 'application/pdf' : 'application/epub+zip');
