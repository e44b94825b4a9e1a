/**
 * Where each contact was last met, so that it can be dialled again when discovery finds nothing. Hints only: whoever
 * answers there proves who they are in the vaults' own handshake. A lost or spoilt file costs a search, nothing else.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type InstanceId, InstanceIdSchema } from '../../../protocol/identifiers.ts';
import { MAX_CONTACTS } from '../../../protocol/limits.ts';
import { replaceFile } from './atomic-file.ts';

/** A computer with several interfaces, both IP versions and a relay or two; more are noise. */
const MAX_ADDRESSES = 16;
/** A multiaddr with a DNS name and a peer id stays well below this. */
const MAX_ADDRESS_CHARS = 512;
/** Peer ids are 46 to 59 characters; other key types are a little longer. */
const MAX_PEER_ID_CHARS = 128;

const EntrySchema = z.strictObject({
  peerId: z.string().min(1).max(MAX_PEER_ID_CHARS),
  addresses: z.array(z.string().min(1).max(MAX_ADDRESS_CHARS)).max(MAX_ADDRESSES),
  lastMetAt: z.int().nonnegative(),
});
/** Multiaddrs as text, the best first; `lastMetAt` in milliseconds since 1970. */
export type AddressBookEntry = z.output<typeof EntrySchema>;

export interface AddressBook {
  get(contact: InstanceId): AddressBookEntry | null;
  /** All entries, the most recently met first. */
  entries(): [InstanceId, AddressBookEntry][];
  /** Keeps an entry, cut to the bounds; the contact not met for longest makes room. Written soon, in the background. */
  remember(contact: InstanceId, entry: { readonly peerId: string; readonly addresses: readonly string[]; readonly lastMetAt: number }): void;
  forget(contact: InstanceId): void;
  /** Resolves when everything so far is on disk, or could not be put there. Never rejects. */
  flush(): Promise<void>;
}

/** Opens the address book at `path`; an unreadable one is an empty one. Never rejects. */
export async function openAddressBook(path: string, limit = MAX_CONTACTS): Promise<AddressBook> {
  const book = parseAddressBook(await readFile(path, 'utf8').catch(() => '{}'), limit);
  let dirty = false;
  let writing: Promise<void> | null = null;

  const write = async (): Promise<void> => {
    while (dirty) {
      dirty = false;
      // A hint that could not be written is written with the next one.
      await replaceFile(path, JSON.stringify(Object.fromEntries(book))).catch(() => undefined);
    }
    writing = null;
  };
  const changed = () => {
    dirty = true;
    writing ??= write();
  };

  return {
    get: (contact) => book.get(contact) ?? null,
    entries: () => [...book].sort(([, a], [, b]) => b.lastMetAt - a.lastMetAt),
    remember(contact, entry) {
      const checked = EntrySchema.safeParse({
        ...entry, addresses: [...new Set(entry.addresses)].filter((address) => address.length > 0 && address.length <= MAX_ADDRESS_CHARS).slice(0, MAX_ADDRESSES),
      });
      if (!checked.success) return;
      book.set(contact, checked.data);
      while (book.size > limit) {
        const oldest = [...book].reduce((a, b) => (b[1].lastMetAt < a[1].lastMetAt ? b : a));
        book.delete(oldest[0]);
      }
      changed();
    },
    forget(contact) {
      if (book.delete(contact)) changed();
    },
    flush: () => writing ?? Promise.resolve(),
  };
}

/** The well-formed entries of a stored book, the most recently met up to the limit. Pure; takes any text. */
export function parseAddressBook(text: string, limit = MAX_CONTACTS): Map<InstanceId, AddressBookEntry> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    raw = null;
  }
  const found: [InstanceId, AddressBookEntry][] = [];
  for (const [name, value] of typeof raw === 'object' && raw !== null ? Object.entries(raw) : []) {
    const contact = InstanceIdSchema.safeParse(name);
    const entry = EntrySchema.safeParse(value);
    if (contact.success && entry.success) found.push([contact.data, entry.data]);
  }
  return new Map(found.sort(([, a], [, b]) => b.lastMetAt - a.lastMetAt).slice(0, limit));
}
