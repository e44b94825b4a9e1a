/** A publication that is being encrypted here (design §7): a folder that has no name yet, and gets one when all of it is there. */
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse } from '../../../protocol/errors.ts';
import { type ContentId, MAX_CHUNK_BYTES, type Manifest, contentIdOf, decodeManifest } from '../../../protocol/publication.codec.ts';
import { replaceFile } from '../storage/atomic-file.ts';
import { roomOrRefusal } from './room-or-refusal.ts';

/** A publication being written by the reader module, not yet known by any name. */
export interface ContentInMaking {
  put(index: number, chunk: Uint8Array): Promise<void>;
  /** Gives it its name. That what was written is what the manifest says is seen when it is read. @throws Refusal `peer_protocol` for what is no manifest, `disk_full` */
  finish(manifestBytes: Uint8Array): Promise<ContentId>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

/** @param place puts the folder where its contents belong, everything in it synced @throws Refusal `disk_full` */
export async function makeContent(folder: string, place: (folder: string, content: ContentId, manifest: Manifest, manifestBytes: Uint8Array) => Promise<void>): Promise<ContentInMaking> {
  await roomOrRefusal(() => mkdir(folder, { recursive: true, mode: 0o700 }));
  const file = await roomOrRefusal(() => open(join(folder, 'chunks'), 'wx', 0o600)).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return {
    put: (index, chunk) => roomOrRefusal(async () => void (await file.write(chunk, 0, chunk.length, index * MAX_CHUNK_BYTES))),
    async discard() {
      await file.close().catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
    async finish(manifestBytes) {
      const manifest = decodeManifest(manifestBytes);
      if (!manifest.ok) return refuse(manifest.failure.code, manifest.failure.detail);
      const content = contentIdOf(manifestBytes);
      await roomOrRefusal(async () => {
        await file.sync();
        await file.close();
        await replaceFile(join(folder, 'manifest'), manifestBytes);
        await writeFile(join(folder, 'unsigned'), '', { mode: 0o600 });
        await place(folder, content, manifest.value, manifestBytes);
      });
      return content;
    },
  };
}
