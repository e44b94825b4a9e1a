/** What tests of the reader say to it, in one word each; whatever runs it. */
import { expect } from 'vitest';
import type { Client } from '../../protocol/contracts/contract.ts';
import type { BookDescription, Layout, PageImage, ReaderContract } from '../../protocol/contracts/reader.contract.ts';
import type { Result } from '../../protocol/errors.ts';
import { CHUNK_BYTES } from '../../protocol/limits.ts';
import type { MediaType } from '../../protocol/publication.codec.ts';

export type ReaderCalls = Client<ReaderContract>;

export const LAYOUT: Layout = { width: 420, height: 600, fontSize: 12, margin: 0.09, lineSpacing: null, typeface: 'book' };

/** Piece `index` of a file, as a host hands it out. */
export const pieceOf = (file: Uint8Array, index: number): Uint8Array => file.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);

/** The value; a failure fails the test and shows its code. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) expect.fail(`${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

export const codeOf = (result: Result<unknown>): string | null => (result.ok ? null : result.failure.code);

/** Opens a file of one's own, and lays it out. */
export async function openFile(calls: ReaderCalls, mediaType: MediaType, size: number, layout: Layout = LAYOUT): Promise<BookDescription & { pages: number }> {
  const description = valueOf(await calls['book.open']({ source: { kind: 'file', mediaType, size } }));
  return { ...description, pages: valueOf(await calls['book.layout'](layout)).pages };
}

export const renderRaw = async (calls: ReaderCalls, page: number, options: { width?: number; height?: number; theme?: 'light' | 'sepia' | 'dark' } = {}): Promise<PageImage> =>
  valueOf(await calls['page.render']({ page, width: 420, height: 600, theme: 'light', format: 'raw', ...options }));

/** Share of the pixels that are not paper (the colour in the upper left corner). */
export function inkOf({ bytes }: PageImage): number {
  // A copy, because what came through a pipe may begin at any address.
  const pixels = new Uint32Array(bytes.slice().buffer);
  let ink = 0;
  for (const pixel of pixels) if (pixel !== pixels[0]) ink++;
  return ink / pixels.length;
}

export const textOfPage = async (calls: ReaderCalls, page: number): Promise<string> => valueOf(await calls['page.text']({ page })).map(({ text }) => text).join('\n');
