/**
 * What makes a book of one chapter out of a book: a package document that names this chapter and nothing else (EPUB 3.3 §5),
 * and the container file that says to begin there.
 */

export interface OneChapter {
  /** Name of the package document, which the book does not use. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly container: Uint8Array;
}

const attribute = (text: string): string => text.replace(/[&"<]/g, (letter) => `&#${letter.charCodeAt(0)};`);
const document = (text: string): Uint8Array => new TextEncoder().encode(`<?xml version="1.0"?>${text}`);

/** @param names of all files of the book */
export function oneChapter(chapter: string, names: Iterable<string>): OneChapter {
  const taken = new Set([...names].map((name) => name.toLowerCase()));
  let path = 'chapter.opf';
  for (let number = 1; taken.has(path); number++) path = `chapter-${number}.opf`;
  const href = attribute(chapter.split('/').map(encodeURIComponent).join('/'));
  return {
    path,
    content: document(`<package xmlns="http://www.idpf.org/2007/opf" version="2.0"><metadata/><manifest><item id="c" href="${href}" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>`),
    container: document(`<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="${path}" media-type="application/oebps-package+xml"/></rootfiles></container>`),
  };
}
