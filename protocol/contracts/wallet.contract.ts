/** Everything a person's interface (window, browser, command line) may ask for: the host's part and the vault's. */
import { hostContract } from './host.contract.ts';
import { libraryHostContract } from './library-host.contract.ts';
import { vaultContract } from './vault.contract.ts';

/**
 * What the vault does for the host alone (library-host.contract.ts asks for it in its own way). An interface that could
 * name a reader would have a book's key sealed to itself; one that could say that a book is closed would keep it open.
 */
const HOST_ONLY = ['books.publishingKey', 'books.publish', 'books.open', 'books.cover', 'books.closed'] as const satisfies readonly (keyof typeof vaultContract)[];
type HostOnly = (typeof HOST_ONLY)[number];

const isHostOnly = (method: string): boolean => (HOST_ONLY as readonly string[]).includes(method);
const vaultForPeople = Object.fromEntries(Object.entries(vaultContract).filter(([method]) => !isHostOnly(method))) as Omit<typeof vaultContract, HostOnly>;

export const walletContract = { ...hostContract, ...libraryHostContract, ...vaultForPeople } as const;
export type WalletContract = typeof walletContract;
