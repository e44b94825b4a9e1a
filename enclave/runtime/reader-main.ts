/**
 * Entry of the reader's bundle. Takes the few raw powers a module has (its message port, a random source, a fast hash),
 * hands them down, and does nothing else.
 */
import './lock-down.ts';
import { modulePort } from './process-port.ts';
import { createReaderRuntime } from './reader-runtime.ts';

/** SHA-256 of the files beside the bundle, put in when it is made (scripts/bundle-reader.mjs). */
declare const READER_PARTS: Readonly<Record<string, string>>;

const port = modulePort();
const handle = createReaderRuntime({
  emit: (message) => port.post(message),
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  sha256: async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)),
  parts: READER_PARTS,
});
port.onMessage(handle);
