/**
 * Ciphertext of books, asked for and answered between hosts, and kept in a folder: an answer is believed only as far as its
 * hash fits, a question costs no more than it may ask for, and what lies in the folder and fits no name is not there.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContentStore } from '../../../main/host/library/content-store.ts';
import { MAX_CHUNKS_PER_QUESTION, answer, ask } from '../../../main/host/library/content.protocol.ts';
import type { FrameStream } from '../../../main/host/library/frame-stream.port.ts';
import { Refusal } from '../../../protocol/errors.ts';
import { MAX_CHUNK_BYTES, chunkCountOf, contentIdOf, encodeManifest } from '../../../protocol/publication.codec.ts';
import { once, scratchFolder } from '../engine/scratch.ts';
import { ACCEPTED, type Target, bytesTarget, codeOf, mustHold, refusedWith, valueTarget } from '../engine/target.ts';

const SIZE = 300_000;
/** A publication of which not one chunk is here. */
export const MANIFEST = encodeManifest({ version: 1, mediaType: 'application/epub+zip', size: SIZE, cover: null, hashes: new Uint8Array(32 * chunkCountOf(SIZE)).fill(7) });
export const CONTENT = contentIdOf(MANIFEST);

/** A stream to somebody who says what the test wants. */
function streamSaying(frames: readonly unknown[]): FrameStream & { readonly written: Uint8Array[]; ended: string } {
  const left = [...frames];
  const stream = {
    written: [] as Uint8Array[], ended: 'open',
    read: () => { const next = left.shift(); return next instanceof Uint8Array ? Promise.resolve(next) : Promise.reject(new Error('the stream ended')); },
    write: (frame: Uint8Array) => { stream.written.push(frame); return Promise.resolve(); },
    close: () => { stream.ended = 'closed'; return Promise.resolve(); }, abort: () => { stream.ended = 'aborted'; },
  };
  return stream;
}

const store = once(async () => {
  const held = await ContentStore.open(join(scratchFolder('books'), 'books'));
  await held.begin(CONTENT, MANIFEST);
  return held;
});

export const CIPHERTEXT_TARGETS: readonly Target[] = [
  bytesTarget('content-question', {
    covers: ['main/host/library/content.protocol.ts'], form: 'cbor', cost: 3,
    async run(question) {
      const stream = streamSaying([question]);
      await answer(stream, await store());
      mustHold(stream.ended !== 'open', 'the stream was left open');
      mustHold(stream.written.length <= 2 + MAX_CHUNKS_PER_QUESTION, 'answered with more than was asked for');
      return stream.ended === 'closed' ? ACCEPTED : refusedWith('aborted');
    },
  }),
  valueTarget('content-answer', {
    covers: ['main/host/library/content.protocol.ts'], cost: 3,
    async run(frames) {
      const stream = streamSaying(Array.isArray(frames) ? frames : [frames]);
      try {
        const { known, manifest, chunk } = await ask(stream, { content: CONTENT, manifest: true, chunks: [0, 1] });
        mustHold(known === (manifest !== null), 'a manifest of what nobody knows, or none of what somebody does');
        const into = new Uint8Array(MAX_CHUNK_BYTES);
        for (let at = 0; at < 2; at++) mustHold((await chunk(into))?.length !== 0, 'nothing was taken for a chunk');
        return ACCEPTED;
      } catch (error) {
        if (error instanceof Refusal) return codeOf(error.failure, ['peer_protocol']);
        if (error instanceof Error && error.message === 'the stream ended') return refusedWith('ended');
        throw error;
      }
    },
  }),
  bytesTarget('content-folder', {
    covers: ['main/host/library/content-store.ts', 'main/host/library/chunk-map.ts'], form: 'cbor', cost: 15,
    async run(manifest) {
      const folder = join(scratchFolder('content'), 'books');
      // Under the name that it had, and under the one that it would have now.
      for (const id of [CONTENT, contentIdOf(manifest)]) {
        mkdirSync(join(folder, id), { recursive: true });
        writeFileSync(join(folder, id, 'manifest'), manifest);
        writeFileSync(join(folder, id, 'have'), manifest.slice(0, 4));
        writeFileSync(join(folder, id, 'chunks'), manifest);
      }
      const held = await ContentStore.open(folder);
      const found = held.contents();
      for (const id of found) {
        mustHold(contentIdOf(held.get(id)!.manifestBytes) === id, 'a publication under another name');
        // A chunk that does not fit is not handed out, whatever the map says.
        for (const index of [0, 1]) await held.chunk(id, index).then(() => mustHold(false, 'a chunk that nobody published'), (error: unknown) => { if (!(error instanceof Refusal)) throw error; });
      }
      return found.length > 0 ? ACCEPTED : refusedWith('forgotten');
    },
  }),
];
