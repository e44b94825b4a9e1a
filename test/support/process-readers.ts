/** Readers in processes of their own, as a host runs them. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SpawnModule } from '../../main/host/modules/module-process.port.ts';
import { spawnNodeModule } from '../../main/host/modules/node-module.ts';
import { memoryFromProc } from '../../main/host/modules/process-memory.ts';
import { type OpenReader, type ReaderModule, type ReaderModuleOptions, readerModule } from '../../main/host/modules/reader-module.ts';
import { ensureBuilt } from './built.ts';
import { pieceOf, valueOf } from './reader-calls.ts';

export const READER_BUNDLE = fileURLToPath(new URL('../../out/reader/reader.mjs', import.meta.url));

/** Builds the reader if it is not. */
export async function processReaders(spawnModule: SpawnModule = spawnNodeModule, options: Partial<ReaderModuleOptions> = {}): Promise<ReaderModule> {
  await ensureBuilt('reader');
  if (!existsSync(READER_BUNDLE)) throw new Error('the reader is not built');
  return readerModule({ spawnModule, bundlePath: READER_BUNDLE, memoryOf: memoryFromProc, ...options });
}

/** A reader for a file of one's own. */
export const readerOf = async (readers: ReaderModule, file: Uint8Array): Promise<OpenReader> => valueOf(await readers.start({ chunk: async (index) => pieceOf(file, index) }));
