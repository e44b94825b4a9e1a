/**
 * What a reader gives to whom (assurance rows 45, 48, 50): the terms come with the vault's grant and not with the host's wish,
 * and only what was published is opened.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { openContentKey, sealGrant } from '../../../enclave/grants/grants.codec.ts';
import { readerContract } from '../../../protocol/contracts/reader.contract.ts';
import { CHUNK_BYTES } from '../../../protocol/limits.ts';
import { chunkCountOf, contentIdOf, decodeManifest, encodeManifest, isChunkOf } from '../../../protocol/publication.codec.ts';
import { madeEpub, xhtml } from '../../support/made-epub.ts';
import { type MemoryReader, fileReader, memoryReader } from '../../support/memory-reader.ts';
import { LAYOUT, codeOf, pieceOf, valueOf } from '../../support/reader-calls.ts';
import { x25519 } from '@noble/curves/ed25519.js';

const EPUB = 'application/epub+zip';
const SECRET_WORDS = 'The treasure lies under the third oak.';
/** Long enough for three chunks: hashes do not compress. */
const padding = Uint8Array.from(Array.from({ length: (2 * CHUNK_BYTES) / 32 }, (_, i) => [...sha256(Uint8Array.of(i, i >> 8, i >> 16))]).flat());
const file = madeEpub({ pages: [['a.xhtml', xhtml(`<p>${SECRET_WORDS}</p>`)]], items: '<item id="z" href="z.bin" media-type="application/octet-stream"/>', files: { 'OPS/z.bin': padding } });

interface Published { readonly manifest: Uint8Array; readonly chunks: readonly Uint8Array[]; readonly key: Uint8Array; readonly said: MemoryReader['said'] }

const vaultSecret = x25519.utils.randomSecretKey();

async function publish(plain: Uint8Array): Promise<Published> {
  const chunks: Uint8Array[] = [];
  const reader = memoryReader({ chunk: (index) => pieceOf(plain, index), sealed: (index, chunk) => void (chunks[index] = chunk.slice()) });
  const { manifest, sealedKey, content } = valueOf(await reader.calls['publication.seal']({ mediaType: EPUB, size: plain.length, vaultKey: x25519.getPublicKey(vaultSecret), cover: null }));
  expect(content).toBe(contentIdOf(manifest));
  const opened = openContentKey(vaultSecret, sealedKey);
  expect(opened?.content).toEqual(sha256(manifest));
  return { manifest, chunks, key: opened?.key as Uint8Array, said: reader.said };
}

interface Grant { readonly text?: boolean; readonly until?: number | null; readonly at?: number; readonly content?: Uint8Array; readonly key?: Uint8Array; readonly to?: Uint8Array }

/** A reader for a publication, and the source to open it with. */
function reading({ manifest, chunks, key }: Published, grant: Grant = {}, chunk: (index: number) => Uint8Array = (index) => chunks[index] as Uint8Array) {
  const reader = memoryReader({ chunk });
  const sealed = sealGrant(grant.to ?? reader.key, {
    version: 1, content: grant.content ?? sha256(manifest), key: grant.key ?? key, at: grant.at ?? 1000, terms: { text: grant.text ?? true, until: grant.until ?? null },
  }, crypto.getRandomValues(new Uint8Array(32)));
  return { reader, open: () => reader.calls['book.open']({ source: { kind: 'publication', manifest, grant: sealed } }) };
}

const published = publish(file);

describe('a publication', () => {
  it('is opened by a reader with a grant, and reads as what was published', async () => {
    const { reader, open } = reading(await published);
    expect(valueOf(await open())).toMatchObject({ title: 'Made', terms: { text: true, until: null } });
    valueOf(await reader.calls['book.layout'](LAYOUT));
    expect(valueOf(await reader.calls['page.text']({ page: 0 })).map(({ text }) => text)).toEqual([SECRET_WORDS]);
  });

  it('is ciphertext: neither chunks nor anything that was said holds the file, or the key', async () => {
    const { chunks, key, said } = await published;
    expect(chunks).toHaveLength(chunkCountOf(file.length));
    const everything = Buffer.concat([...chunks, ...said.flatMap((message) => bytesIn(message))]);
    expect(everything.includes(Buffer.from(key))).toBe(false);
    for (const at of [0, 1000, CHUNK_BYTES + 77]) expect(everything.includes(Buffer.from(file.subarray(at, at + 24)))).toBe(false);
  });

  it('has another key each time: nothing is ever encrypted twice under one', async () => {
    const [one, other] = [await published, await publish(file)];
    expect(one.key).not.toEqual(other.key);
    expect(one.chunks[0]).not.toEqual(other.chunks[0]);
  });

  it('is known by its manifest, chunk by chunk (row 50)', async () => {
    const { manifest, chunks } = await published;
    const known = valueOf(decodeManifest(manifest));
    expect(chunks.map((chunk, index) => isChunkOf(known, index, chunk))).toEqual(chunks.map(() => true));
    expect(isChunkOf(known, 0, chunks[1] as Uint8Array)).toBe(false);
    expect(isChunkOf(known, chunks.length, chunks[0] as Uint8Array)).toBe(false);
    const flipped = (chunks[0] as Uint8Array).slice();
    flipped[12345] = (flipped[12345] ?? 0) ^ 1;
    expect(isChunkOf(known, 0, flipped)).toBe(false);
    for (const bad of [manifest.slice(1), manifest.slice(0, -1), new Uint8Array([...manifest, 0]), encodeManifest({ ...known, size: known.size + CHUNK_BYTES }), encodeManifest({ ...known, version: 2 as never })]) {
      expect(decodeManifest(bad).ok).toBe(false);
    }
  });

  it.each(['flipped', 'swapped', 'cut', 'lengthened', 'of another publication'])('whose chunk was %s is refused by the reader, whatever the host says', async (how) => {
    const one = await published;
    const other = await publish(file);
    const tampered: Readonly<Record<string, (index: number) => Uint8Array>> = {
      flipped: (index) => one.chunks[index]!.map((byte, at) => (at === 99 ? byte ^ 0x80 : byte)),
      swapped: (index) => one.chunks[1 - Math.min(index, 1)]!,
      cut: (index) => one.chunks[index]!.slice(0, -1),
      lengthened: (index) => new Uint8Array([...one.chunks[index]!, 0]).slice(0, CHUNK_BYTES + 16),
      'of another publication': (index) => other.chunks[index]!,
    };
    const last = one.chunks.length - 1;
    const { open } = reading(one, {}, (index) => (how === 'lengthened' && index !== last ? one.chunks[index]! : tampered[how]!(index)));
    expect(codeOf(await open())).toBe('chunk_damaged');
  });
});

describe('a grant', () => {
  it.each<readonly [string, Grant]>([
    ['for another reader', { to: x25519.getPublicKey(x25519.utils.randomSecretKey()) }], ['for another publication', { content: new Uint8Array(32) }],
  ])('%s opens nothing', async (_what, grant) => {
    expect(codeOf(await reading(await published, grant).open())).toBe('grant_refused');
  });

  it('with another key opens nothing', async () => {
    expect(codeOf(await reading(await published, { key: new Uint8Array(32) }).open())).toBe('chunk_damaged');
  });

  it('that was tampered with anywhere opens nothing', async () => {
    const { manifest, key, chunks } = await published;
    for (const at of [0, 31, 32, 60, -1]) {
      const reader = memoryReader({ chunk: (index) => chunks[index] as Uint8Array });
      const sealed = sealGrant(reader.key, { version: 1, content: sha256(manifest), key, at: 0, terms: { text: false, until: null } }, crypto.getRandomValues(new Uint8Array(32)));
      sealed[at < 0 ? sealed.length + at : at]! ^= 1;
      expect(codeOf(await reader.calls['book.open']({ source: { kind: 'publication', manifest, grant: sealed } })), `byte ${at}`).toBe('grant_refused');
    }
  });

  it('is used once: a reader opens one book in its life, also when it could not', async () => {
    const { open } = reading(await published);
    valueOf(await open());
    expect(codeOf(await open())).toBe('wrong_state');
    const failing = reading(await published, { content: new Uint8Array(32) });
    expect([codeOf(await failing.open()), codeOf(await failing.open())]).toEqual(['grant_refused', 'wrong_state']);
    expect(codeOf(await failing.reader.calls['publication.seal']({ mediaType: EPUB, size: 10, vaultKey: new Uint8Array(32).fill(9), cover: null }))).toBe('wrong_state');
  });
});

describe('without the right to the text (row 48)', () => {
  it('the text is refused inside the module, and no other answer holds it', async () => {
    const { reader, open } = reading(await published, { text: false });
    expect(valueOf(await open()).terms).toEqual({ text: false, until: null });
    valueOf(await reader.calls['book.layout'](LAYOUT));
    expect(codeOf(await reader.calls['page.text']({ page: 0 }))).toBe('forbidden');
    const { hits } = valueOf(await reader.calls['book.search']({ text: 'treasure', from: 0 }));
    expect(hits).toEqual([{ page: 0, rects: [expect.anything()], snippet: null }]);
    for (const [method, input] of [['page.links', { page: 0 }], ['book.contents', {}], ['book.position', { page: 0 }], ['page.render', { page: 0, width: 400, height: 400, theme: 'light', format: 'png' }]] as const) {
      valueOf<unknown>(await (reader.calls[method] as (input: unknown) => Promise<never>)(input));
    }
    const said = Buffer.concat(reader.said.flatMap((message) => [Buffer.from(JSON.stringify(message)), ...bytesIn(message)]));
    for (const word of ['treasure', 'third oak']) expect(said.includes(word), word).toBe(false);
  });

  it('asking in other ways does not help: the contract has no other, and the wish is not heard', async () => {
    const { reader, open } = reading(await published, { text: false });
    valueOf(await open());
    valueOf(await reader.calls['book.layout'](LAYOUT));
    const raw = reader.calls as unknown as Readonly<Record<string, (input: unknown) => Promise<never>>>;
    expect(codeOf(await raw['page.text']!({ page: 0, text: true }))).toBe('bad_input');
    expect(codeOf(await raw['book.open']!({ source: { kind: 'file', mediaType: EPUB, size: 3 } }))).toBe('wrong_state');
    expect(Object.keys(readerContract).filter((method) => /key|text|raw|chunk/i.test(method))).toEqual(['page.text']);
  });
});

describe('a loan', () => {
  it('ends with its time, and a clock that is turned back gains nothing (row 45)', async () => {
    const { reader, open } = reading(await published, { until: 5000, at: 2000 });
    reader.now = 100;
    valueOf(await open());
    valueOf(await reader.calls['book.layout'](LAYOUT));
    reader.now = 5000;
    valueOf(await reader.calls['page.links']({ page: 0 }));
    reader.now = 5001;
    expect(codeOf(await reader.calls['page.links']({ page: 0 }))).toBe('licence_expired');
    reader.now = 100;
    for (const method of ['page.links', 'page.text', 'book.position'] as const) expect(codeOf(await reader.calls[method]({ page: 0 })), method).toBe('licence_expired');
    expect(codeOf(await reader.calls['page.render']({ page: 0, width: 99, height: 99, theme: 'light', format: 'png' }))).toBe('licence_expired');
  });

  it('that is over by the vault’s time is not opened, whatever the host’s clock shows', async () => {
    const { reader, open } = reading(await published, { until: 5000, at: 6000 });
    reader.now = 1;
    expect(codeOf(await open())).toBe('licence_expired');
  });
});

describe('a file', () => {
  it('that changes while it is encrypted or read is noticed', async () => {
    const shrinking = memoryReader({ chunk: (index) => pieceOf(file.subarray(0, CHUNK_BYTES + 5), index), sealed: () => undefined });
    expect(codeOf(await shrinking.calls['publication.seal']({ mediaType: EPUB, size: file.length, vaultKey: x25519.getPublicKey(vaultSecret), cover: null }))).toBe('chunk_damaged');
    const cut = fileReader(file, { chunk: (index) => pieceOf(file, index).slice(1) });
    expect(codeOf(await cut.calls['book.open']({ source: { kind: 'file', mediaType: EPUB, size: file.length } }))).toBe('chunk_damaged');
  });

  it('is encrypted piece by piece: the next is asked for when the last was stored', async () => {
    const events: string[] = [];
    const reader = memoryReader({
      chunk: (index) => (events.push(`piece ${index}`), pieceOf(file, index)),
      sealed: async (index) => {
        await Promise.resolve();
        events.push(`stored ${index}`);
      },
    });
    valueOf(await reader.calls['publication.seal']({ mediaType: EPUB, size: file.length, vaultKey: x25519.getPublicKey(vaultSecret), cover: null }));
    expect(events).toEqual(Array.from({ length: chunkCountOf(file.length) }, (_, i) => [`piece ${i}`, `stored ${i}`]).flat());
    expect(reader.said.some((message) => message.type === 'ask' && message.ask.op === 'part'), 'MuPDF is not started for it').toBe(false);
  });
});

describe('the parts of a reader', () => {
  it('are those it was built with, or it reads nothing', async () => {
    const forged = fileReader(file, { part: (name) => (name === 'noto-serif-regular' ? new Uint8Array([1, 2, 3]) : undefined) });
    expect(codeOf(await forged.calls['book.open']({ source: { kind: 'file', mediaType: EPUB, size: file.length } }))).toBe('internal');
  });
});

/** Every byte string in a message. */
function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(bytesIn) : [];
}
