/**
 * A running host as its shells (window, browser, command line) see it. A shell passes raw calls in and notices out; the
 * contract is checked inside.
 */
import type { Notice, Reply } from '../../protocol/contracts/contract.ts';
import type { AppStatus } from '../../protocol/contracts/host.contract.ts';
import type { VaultMessage } from '../../protocol/module-port.ts';
import type { JournalView } from '../../protocol/contracts/views.ts';
import type { Copied } from './services/history.ts';
import type { ChooseFiles } from './library/library.ts';
import type { ReceiveFile } from './library/offered-files.ts';
import type { RootSecretStore } from './storage/root-secret.port.ts';
import type { SpawnModule } from './modules/module-process.port.ts';

export interface WalletHostOptions {
  /** Holds packages, settings and addresses; created if missing, mode 0700. */
  readonly dataDir: string;
  /** Holds what must not travel with the data folder: freshness register, root secret (see storage/state-folder.ts). */
  readonly stateDir: string;
  readonly vaultBundle: string;
  readonly readerBundle: string;
  readonly spawnModule: SpawnModule;
  readonly rootSecrets: RootSecretStore;
  readonly shell: AppStatus['shell'];
  readonly versions: Readonly<Record<string, string>>;
  /** Multiaddrs to listen on; none: no network at all (short-lived commands that need no peer). */
  readonly listen: readonly string[] | null;
  /** false overrides the visibility setting: no mDNS. */
  readonly mdns: boolean;
  /** Opens the data folder in the file manager, where the shell can. */
  readonly openFolder?: (path: string) => void;
  /** Asks the person where to put a file and writes it, where the shell can; false if they did not want to. Rejects with the system's error. */
  readonly saveFile?: (name: string, content: string) => Promise<boolean>;
  /** Asks the person where to put a file that the host writes, where the shell can; null if they did not want to. */
  readonly choosePlace?: (name: string) => Promise<string | null>;
  /** Asks the person for books to publish, or for a picture, where the shell can; none if they did not want to. */
  readonly chooseFiles?: ChooseFiles;
}

export type Notification = Extract<VaultMessage, { type: 'notify' }>;

export interface WalletHost {
  /** Answers any value with a reply; never rejects. */
  serve(rawCall: unknown): Promise<Reply>;
  onNotice(listener: (notice: Notice) => void): () => void;
  onNotification(listener: (notification: Notification) => void): () => void;
  /** Lets a file be published that the person chose. @returns the name by which the contract knows it */
  offerFile(path: string): string;
  /** The same for bytes that a browser sends. @throws Refusal */
  receiveFile(...file: Parameters<ReceiveFile>): Promise<string>;
  /** Copies the history into a file. @throws Refusal */
  saveHistory(path: string): Promise<Copied>;
  /** Audits the journal together with such copies. @throws Refusal */
  auditHistory(paths: readonly string[]): Promise<JournalView>;
  /** Leaves a link (deep link, argument) as a draft for the person; malformed ones are dropped with a notice. */
  offerLink(text: string): void;
  /** The computer slept, or its network changed: reconnect now. */
  wake(): void;
  /** Stops network, vault and store, in this order. */
  close(): Promise<void>;
}
