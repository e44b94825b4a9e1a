/**
 * The network of a wallet: begins when its vault first runs, and stays while vaults come and go. A network that cannot
 * be opened is a trouble that is shown, not a fault: the wallet works without.
 */
import type { HostContract } from '../../../protocol/contracts/host.contract.ts';
import type { Handlers } from '../../../protocol/contracts/contract.ts';
import { type Failure, Refusal } from '../../../protocol/errors.ts';
import type { InstanceId } from '../../../protocol/identifiers.ts';
import type { Library } from '../library/library.ts';
import type { VaultNews } from '../modules/vault-link.ts';
import type { VaultPhase } from '../modules/vault-supervisor.ts';
import type { Carrier } from '../network/carrier.port.ts';
import type { AddressBook } from '../storage/address-book.ts';
import type { SettingsFile } from '../storage/settings-file.ts';
import type { WalletHostOptions } from '../wallet-host.port.ts';
import { targetIn } from './link-target.ts';
import { type Meetings, startMeetings } from './meetings.ts';
import { faultOf } from './wallet-files.ts';
import type { WalletLife } from './wallet-life.ts';

export interface WalletNetworkOptions extends Pick<WalletHostOptions, 'dataDir' | 'listen' | 'mdns'> {
  readonly settings: Pick<SettingsFile, 'get'>;
  readonly addressBook: AddressBook;
  readonly life: Pick<WalletLife, 'phase' | 'ask' | 'post'>;
  /** Serves and fetches ciphertext over the network, once there is one. */
  readonly library: () => Pick<Library, 'connect' | 'asked'>;
  readonly onChange: () => void;
}

export interface WalletNetwork {
  /** Begins it once; resolves, for whoever asks, when it stands or its trouble is known. */
  begin(): Promise<void>;
  /** Resolves when nothing is being begun. */
  begun(): Promise<void>;
  /** What the vault has said. */
  heard(news: VaultNews): void;
  /** The vault has come or gone. */
  follow(next: VaultPhase, why: Failure | null): void;
  status(): Awaited<ReturnType<Handlers<HostContract>['network.status']>>;
  /** Dials an address or a link that somebody typed. @throws Refusal */
  connect(typed: string): Promise<{ instance: InstanceId; name: string }>;
  visibilityChanged(): Promise<void>;
  wake(): void;
  stop(): Promise<void>;
}

export function walletNetwork({ dataDir, listen, mdns, settings, addressBook, life, library, onChange }: WalletNetworkOptions): WalletNetwork {
  let standing: { carrier: Carrier; meetings: Meetings } | null = null;
  let beginning: Promise<void> | null = null;
  let trouble: Failure | null = null;

  const discoveryWanted = (): boolean => mdns && settings.get().visibility !== 'hidden';
  const contacts = async (): Promise<ReadonlySet<InstanceId>> => new Set((await life.ask('people.contacts', {})).map(({ instance }) => instance));

  async function open(): Promise<void> {
    if (listen === null) return;
    // Loaded only when needed: short commands do without libp2p.
    const { startCarrier } = await import('../network/libp2p-carrier.ts');
    const carrier = await startCarrier({ dataDir, listen, discovery: discoveryWanted() });
    const meetings = startMeetings({ carrier, addressBook, visibility: () => settings.get().visibility, post: (message) => life.post(message), taken: () => life.ask('wallet.identity', {}), contacts, onChange });
    standing = { carrier, meetings };
    library().connect({ peers: () => meetings.friends(), open: (peerId, signal) => carrier.openContent(peerId, signal) });
    carrier.onContent((peerId, stream) => library().asked(peerId, stream));
    // The vault may have ended while the carrier was starting.
    if (life.phase === 'running') await meetings.refreshWanted().catch(() => undefined);
    else meetings.vaultGone(life.phase === 'stopped');
    onChange();
  }

  return {
    begin() {
      beginning ??= open().catch((error: unknown) => { trouble = faultOf(error); });
      return beginning;
    },
    begun: async () => { await beginning; },
    heard(news) {
      standing?.meetings.heard(news);
      if (news.type === 'changed' && news.topics.includes('people')) void standing?.meetings.refreshWanted().catch(() => undefined);
    },
    follow(next, why) {
      if (next === 'restarting') standing?.meetings.vaultGone(false);
      if (next === 'stopped' && why) standing?.meetings.vaultGone(true);
      if (next === 'running') standing?.meetings.vaultBack().catch(() => undefined);
    },
    status() {
      if (!standing) return { peerId: '', addresses: [], discovery: 'off', trouble, nearby: [] };
      const { carrier, meetings } = standing;
      const discovery = carrier.discovery();
      return { peerId: carrier.peerId, addresses: carrier.addresses(), discovery: discovery.state, trouble: discovery.trouble ?? trouble, nearby: meetings.nearby() };
    },
    async connect(typed) {
      const wanted = targetIn(typed.trim());
      await beginning;
      if (!standing) throw new Refusal('not_supported', trouble?.detail ?? 'This wallet was opened without a network.');
      return await standing.meetings.connect(wanted.hint, wanted.expect);
    },
    async visibilityChanged() {
      await standing?.carrier.setDiscovery(discoveryWanted());
      await standing?.meetings.visibilityChanged();
    },
    wake: () => standing?.meetings.wake(),
    stop: async () => { await standing?.meetings.stop(); },
  };
}
