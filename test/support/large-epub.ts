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
    const local = Buffer.alloc(30 + title.length);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt32LE(content.length, 18);
    local.writeUInt32LE(content.length, 22);
    local.writeUInt16LE(title.length, 26);
    title.copy(local, 30);
    const record = Buffer.alloc(46 + title.length);
    record.writeUInt32LE(0x02014b50);
    record.writeUInt32LE(content.length, 20);
    record.writeUInt32LE(content.length, 24);
    record.writeUInt16LE(title.length, 28);
    record.writeUInt32LE(at, 42);
    title.copy(record, 46);
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
