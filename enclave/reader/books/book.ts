/**
 * A book that is open, whatever it was made of. Pages count from 0; boxes are in the page's own points. What may leave the
 * module, and how often it may be asked, is decided above this (enclave/reader/reading.ts).
 */
import type { Layout, LinkTarget, OmissionCode } from '../../../protocol/contracts/reader.contract.ts';
import type { Drawn, Fit } from '../pages/canvas.ts';
import type { Box, TextLine } from '../pages/text-lines.ts';

export interface BookFacts {
  readonly kind: 'flowing' | 'pictures' | 'pdf';
  readonly title: string | null;
  readonly authors: readonly string[];
  readonly language: string | null;
  readonly direction: 'ltr' | 'rtl';
  /** In how many files each was found. */
  readonly omissions: ReadonlyMap<OmissionCode, number>;
}

export interface ContentsEntry { readonly title: string; readonly depth: number; readonly page: number | null }
export interface PageLink { readonly box: Box; readonly target: LinkTarget }
/** One hit: its boxes, and the lines around it. */
export interface PageHit { readonly boxes: readonly Box[]; readonly around: string }

export interface Book {
  readonly facts: BookFacts;
  /** Null until a flowing book is laid out. */
  pages(): number | null;
  /** @returns the number of pages */
  layout(layout: Layout): Promise<number>;
  contents(): Promise<readonly ContentsEntry[]>;
  sizeOf(page: number): Promise<Fit>;
  draw(page: number, into: Fit): Promise<Drawn>;
  lines(page: number): Promise<readonly TextLine[]>;
  links(page: number): Promise<readonly PageLink[]>;
  find(page: number, text: string): Promise<readonly PageHit[]>;
  /** A mark for where the page begins, and back. `locate` gives null for what is none of this book's. */
  position(page: number): Promise<string>;
  locate(position: string): Promise<number | null>;
  cover(into: Fit): Promise<Drawn>;
}
