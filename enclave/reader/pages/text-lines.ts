/** What MuPDF finds on a page: lines of text and pictures, with their places. */
import { MAX_PAGE_LINES } from '../../../protocol/limits.ts';
import type { MuPDF } from '../engine/engine.ts';

/** x, y, width, height in points. */
export interface Box { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
export interface TextLine { readonly text: string; readonly box: Box }
export interface PageContent { readonly lines: readonly TextLine[]; readonly pictures: readonly Box[] }

interface Block { readonly type: string; readonly bbox: Box; readonly lines?: readonly { readonly bbox: Box; readonly text: string }[] }

const MAX_LINE_CHARS = 2000;
/** MuPDF writes whole numbers, so it is asked for so many times as large ones. */
const FINER = 64;

/**
 * How words are told apart. In a flowing book by its own spaces; in a PDF, which need not have any, by the gaps. (Gaps would
 * cut Arabic words to pieces, whose letters stand apart where they join.)
 */
export type Spacing = 'own' | 'gaps';

export const textOptions = (spacing: Spacing): string => `preserve-whitespace,preserve-images${spacing === 'own' ? ',inhibit-spaces' : ''}`;

/** @param found from a page of any document; is destroyed */
export function contentOf(found: MuPDF.StructuredText): PageContent {
  try {
    const { blocks } = JSON.parse(found.asJSON(FINER)) as { readonly blocks: readonly Block[] };
    const lines: TextLine[] = [];
    const pictures: Box[] = [];
    for (const { type, bbox, lines: inside } of blocks) {
      if (type === 'image') pictures.push(inPoints(bbox));
      for (const line of inside ?? []) {
        if (line.text.trim() !== '' && lines.length < MAX_PAGE_LINES) lines.push({ text: line.text.slice(0, MAX_LINE_CHARS), box: inPoints(line.bbox) });
      }
    }
    return { lines, pictures };
  } finally {
    found.destroy();
  }
}

const inPoints = ({ x, y, w, h }: Box): Box => ({ x: x / FINER, y: y / FINER, w: w / FINER, h: h / FINER });
