/**
 * What the command line may ask of the process that serves a wallet, beside the wallet itself. Spoken on the local
 * socket only, which nobody but the owner can open; never in a browser.
 */
import { z } from 'zod';
import { command, nothing } from './contract.ts';

export const shellContract = {
  /** A fresh one-time address of the browser interface; `url` is null where none is served. */
  'shell.uiLink': command(nothing, z.strictObject({ url: z.string().nullable() })),
  /** Lets a file be published; the name it gets is good for `publishing.inspect` and `publishing.start`. */
  'shell.offerFile': command(z.strictObject({ path: z.string().min(1).max(4096) }), z.strictObject({ file: z.string() })),
} as const;

export type ShellContract = typeof shellContract;
