/**
 * Covers (design §7): pictures are decoded in a reader and leave it as a small PNG of its own making; the one that is
 * published is encrypted with the book, under a key that opens nothing else.
 */
import { x25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { openChunk } from '../../../enclave/grants/chunk-cipher.ts';
import { coverKeyOf, openCover, sealCover } from '../../../enclave/grants/cover-cipher.ts';
import { openContentKey, sealCoverGrant, sealGrant } from '../../../enclave/grants/grants.codec.ts';
import { MAX_COVER_BYTES } from '../../../protocol/limits.ts';
import { coverIndexOf, decodeManifest, encodeManifest, isChunkOf, piecesOf } from '../../../protocol/publication.codec.ts';
import { madeEpub, xhtml } from '../../support/made-epub.ts';
import { hugePng, jpegOf, pngOf, pngSize } from '../../support/made-pictures.ts';
import { fileReader, memoryReader } from '../../support/memory-reader.ts';
import { codeOf, pieceOf, valueOf } from '../../support/reader-calls.ts';

const BOX = { width: 480, height: 480 };
const asCover = async (picture: Uint8Array) => await fileReader(picture, { fonts: false }).calls['picture.cover']({ size: picture.length, ...BOX });

describe('a picture that is chosen', () => {
  it('becomes a PNG that fits, whatever its kind, and is never made larger', async () => {
    const [wide, small] = [valueOf(await asCover(jpegOf({ width: 1200, height: 800 }))), valueOf(await asCover(pngOf({ width: 60, height: 90 })))];
    expect([pngSize(wide.bytes), pngSize(small.bytes)]).toEqual([{ width: 480, height: 320 }, { width: 60, height: 90 }]);
  });

  it('of noise becomes as small as one chunk', async () => {
    const { bytes } = valueOf(await asCover(pngOf({ width: 700, height: 700, noise: true })));
    expect(bytes.length).toBeLessThanOrEqual(MAX_COVER_BYTES);
    expect(pngSize(bytes).width).toBeGreaterThan(200);
  });

  it('is refused with a code if it is none, of another kind, cut short, or says that it is huge', async () => {
    const text = new TextEncoder().encode('no picture');
    const others = ['GIF89a', 'BM', 'RIFF....WEBP', 'II*\0', '<svg/>'].map((start) => new Uint8Array([...new TextEncoder().encode(start), ...text]));
    const broken = [jpegOf({ width: 40, height: 40 }).slice(0, 20), pngOf({ width: 40, height: 40 }).slice(0, 30), hugePng()];
    for (const bytes of [text, ...others, ...broken]) expect(codeOf(await asCover(bytes))).toBe('picture_unreadable');
  });

  it('as a WebP is refused with what to do about it', async () => {
    const webp = new Uint8Array([...new TextEncoder().encode('RIFF....WEBPVP8 '), ...new Uint8Array(40)]);
    expect(await asCover(webp)).toMatchObject({ ok: false, failure: { detail: 'This picture is a WebP, which is not read here. Save it as a PNG or a JPEG, and choose that.' } });
  });

  it('uses its reader up', async () => {
    const picture = pngOf({ width: 20, height: 20 });
    const { calls } = fileReader(picture, { fonts: false });
    valueOf(await calls['picture.cover']({ size: picture.length, ...BOX }));
    expect(codeOf(await calls['picture.cover']({ size: picture.length, ...BOX }))).toBe('wrong_state');
    expect(codeOf(await calls['book.open']({ source: { kind: 'file', mediaType: 'application/pdf', size: picture.length } }))).toBe('wrong_state');
  });
});

const vaultSecret = new Uint8Array(32).fill(5);
const book = madeEpub({ pages: [['a.xhtml', xhtml('<p>Words</p>')]] });

async function publish(cover: Uint8Array | null) {
  const chunks: Uint8Array[] = [];
  const { calls } = memoryReader({ chunk: (index) => pieceOf(book, index), sealed: (index, chunk) => void (chunks[index] = chunk.slice()), fonts: false });
  const { manifest, sealedKey } = valueOf(await calls['publication.seal']({ mediaType: 'application/epub+zip', size: book.length, vaultKey: x25519.getPublicKey(vaultSecret), cover }));
  return { chunks, manifest, known: valueOf(decodeManifest(manifest)), key: openContentKey(vaultSecret, sealedKey)!.key };
}

/** What a reader shows for a grant. */
async function shown({ manifest, chunks }: Pick<Awaited<ReturnType<typeof publish>>, 'manifest' | 'chunks'>, coverKey: Uint8Array, content = sha256(manifest)) {
  const reader = memoryReader({ chunk: (index) => chunks[index] ?? new Uint8Array(), fonts: false });
  return await reader.calls['publication.cover']({ manifest, grant: sealCoverGrant(reader.key, { version: 1, content, coverKey }, new Uint8Array(32).fill(6)), ...BOX });
}

describe('a published cover', () => {
  it('is the last chunk, named by the manifest like the others, and is shown by a reader with a grant for it', async () => {
    const made = await publish(pngOf({ width: 300, height: 400 }));
    const { chunks, known, key } = made;
    expect([chunks.length, piecesOf(known), coverIndexOf(known)]).toEqual([2, 2, 1]);
    expect(chunks.map((chunk, index) => isChunkOf(known, index, chunk))).toEqual([true, true]);
    expect(pngSize(valueOf(await shown(made, coverKeyOf(key))).bytes)).toEqual({ width: 300, height: 400 });
  });

  it('has a key that opens no page, and does not open with the key of the book', async () => {
    const { chunks, key } = await publish(pngOf({ width: 30, height: 40 }));
    const [page = new Uint8Array(), cover = new Uint8Array()] = chunks;
    expect([openChunk(key, 0, true, page), openCover(coverKeyOf(key), cover)].map((opened) => opened !== null)).toEqual([true, true]);
    expect([openChunk(coverKeyOf(key), 0, true, page), openCover(coverKeyOf(key), page), openCover(key, cover), openChunk(key, 1, true, cover)]).toEqual([null, null, null, null]);
  });

  it('comes with a grant that is no grant to read, and a grant to read is none for the cover alone', async () => {
    const { manifest, chunks, key } = await publish(pngOf({ width: 30, height: 40 }));
    const content = sha256(manifest);
    const random = new Uint8Array(32).fill(7);
    const reader = memoryReader({ chunk: (index) => chunks[index]!, fonts: false });
    expect(codeOf(await reader.calls['book.open']({ source: { kind: 'publication', manifest, grant: sealCoverGrant(reader.key, { version: 1, content, coverKey: coverKeyOf(key) }, random) } }))).toBe('grant_refused');
    const other = memoryReader({ chunk: (index) => chunks[index]!, fonts: false });
    const full = sealGrant(other.key, { version: 1, content, key, at: 1, terms: { text: true, until: null } }, random);
    expect(codeOf(await other.calls['publication.cover']({ manifest, grant: full, ...BOX }))).toBe('grant_refused');
  });

  it('is refused under another key or content, if it was changed, and where there is none', async () => {
    const made = await publish(pngOf({ width: 30, height: 40 }));
    expect(codeOf(await shown(made, new Uint8Array(32)))).toBe('chunk_damaged');
    expect(codeOf(await shown(made, coverKeyOf(made.key), new Uint8Array(32)))).toBe('grant_refused');
    expect(codeOf(await shown({ ...made, chunks: [made.chunks[0]!, made.chunks[1]!.map((byte, at) => (at === 9 ? byte ^ 1 : byte))] }, coverKeyOf(made.key)))).toBe('chunk_damaged');
    const bare = await publish(null);
    expect([bare.chunks.length, coverIndexOf(bare.known)]).toEqual([1, null]);
    expect(codeOf(await shown(bare, coverKeyOf(bare.key)))).toBe('bad_input');
  });

  it('may be anything, from a publisher who says so: it is decoded in the reader, and refused there', async () => {
    const { known, chunks, key } = await publish(pngOf({ width: 30, height: 40 }));
    const lied = new TextEncoder().encode('<script>no picture</script>');
    const lie = sealCover(coverKeyOf(key), lied);
    const manifest = encodeManifest({ ...known, cover: lied.length, hashes: new Uint8Array([...sha256(chunks[0]!), ...sha256(lie)]) });
    expect(codeOf(await shown({ manifest, chunks: [chunks[0]!, lie] }, coverKeyOf(key)))).toBe('picture_unreadable');
  });

  it('has one hash in the manifest, no less', async () => {
    const { known, manifest } = await publish(pngOf({ width: 30, height: 40 }));
    expect(decodeManifest(manifest).ok).toBe(true);
    for (const lie of [{ ...known, cover: null }, { ...known, hashes: known.hashes.slice(32) }, { ...known, cover: 0 }, { ...known, cover: MAX_COVER_BYTES + 1 }]) expect(decodeManifest(encodeManifest(lie)).ok).toBe(false);
  });
});
