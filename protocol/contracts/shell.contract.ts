/**
 * What the command line may ask of the process that serves a wallet, beside the wallet itself. Spoken on the local
 * socket only, which nobody but the owner can open; never in a browser.
 */
import { z } from 'zod';
import { command, nothing, query } from './contract.ts';
import { CopiedSchema } from './host.contract.ts';
import { JournalViewSchema } from './views.ts';

const path = z.string().min(1).max(4096);
/** One for each compaction; somebody who compacts every year has a long time until then. */
const MAX_COPIES_AUDITED = 64;

export const shellContract = {
  /** A fresh one-time address of the browser interface; `url` is null where none is served. */
  'shell.uiLink': command(nothing, z.strictObject({ url: z.string().nullable() })),
  /** Lets a file be published; the name it gets is good for `publishing.inspect` and `publishing.start`. */
  'shell.offerFile': command(z.strictObject({ path }), z.strictObject({ file: z.string() })),
  /** Copies the history into a file that is not there yet. */
  'shell.saveHistory': command(z.strictObject({ path }), CopiedSchema),
  /** Audits the journal together with such copies: the packages in them are there again for as long as it takes. */
  'shell.auditHistory': query(z.strictObject({ paths: z.array(path).min(1).max(MAX_COPIES_AUDITED) }), JournalViewSchema),
} as const;

export type ShellContract = typeof shellContract;
