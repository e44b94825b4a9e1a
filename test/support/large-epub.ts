/** A flowing EPUB as a cook book is made, of any size: a large picture and some text in each chapter. Made where it is read, never as a whole. */
import { CONTAINER, packageOf, xhtml } from './made-epub.ts';
import { type FilePart, type PartedFile, partedFile } from './parted-file.ts';

export interface LargeEpub extends PartedFile {
  readonly words: (chapter: number) => string;
}

export interface LargeEpubOptions {
  readonly chapters: number;
  /** In each chapter, one after the other. */
  readonly pictures: number;
  /** Of this chapter. */
  readonly picture: (chapter: number) => Uint8Array;
  /** Files beside these, by name. */
  readonly more?: Readonly<Record<string, FilePart>>;
}

export function largeEpub({ chapters, pictures, picture, more = {} }: LargeEpubOptions): LargeEpub {
  const words = (chapter: number): string => `This is recipe ${chapter + 1} of the book`;
  const text = (content: string): FilePart => {
    const bytes = new TextEncoder().encode(content);
    return { length: bytes.length, make: () => bytes };
  };
  const all = Array.from({ length: chapters }, (_, chapter) => chapter);
  const files: [string, FilePart][] = [
    ['mimetype', text('application/epub+zip')], ['META-INF/container.xml', text(CONTAINER)],
    ['OPS/package.opf', text(packageOf({
      pages: all.map((chapter) => [`c${chapter}.xhtml`, ''] as const),
      items: all.flatMap((chapter) => Array.from({ length: pictures }, (_, k) => `<item id="i${chapter}-${k}" href="p${chapter}-${k}.jpg" media-type="image/jpeg"/>`)).join(''),
    }))],
    ...all.flatMap((chapter): [string, FilePart][] => [
      [`OPS/c${chapter}.xhtml`, text(xhtml(`<p>${words(chapter)}</p>${Array.from({ length: pictures }, (_, k) => `<img src="p${chapter}-${k}.jpg"/>`).join('')}`))],
      ...Array.from({ length: pictures }, (_, k): [string, FilePart] => [`OPS/p${chapter}-${k}.jpg`, { length: picture(chapter).length, make: () => picture(chapter) }]),
    ]),
    ...Object.entries(more),
  ];
  const parts: FilePart[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of files) {
    const title = Buffer.from(name);
    const local = zipHeader(0x04034b50, 30, title, content.length);
    const record = zipHeader(0x02014b50, 46, title, content.length);
    record.writeUInt32LE(at, 42);
    directory.push(record);
    parts.push({ length: local.length, make: () => local }, content);
    at += local.length + content.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.reduce((sum, { length }) => sum + length, 0), 12);
  end.writeUInt32LE(at, 16);
  const tail = Buffer.concat([...directory, end]);
  return { ...partedFile([...parts, { length: tail.length, make: () => tail }]), words };
}

/** What a file's own header and its record in the directory have in common: the directory's fields lie two bytes further on (APPNOTE 4.3.7, 4.3.12). */
function zipHeader(signature: number, bytes: 30 | 46, title: Buffer, length: number): Buffer {
  const header = Buffer.alloc(bytes + title.length);
  const sizes = bytes === 30 ? 18 : 20;
  header.writeUInt32LE(signature);
  header.writeUInt32LE(length, sizes);
  header.writeUInt32LE(length, sizes + 4);
  header.writeUInt16LE(title.length, sizes + 8);
  title.copy(header, bytes);
  return header;
}
