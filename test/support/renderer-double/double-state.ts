/** What the pretend wallet shows: an empty one, and a lived-in one with every state a screen has to cope with. */
import QRCode from 'qrcode';
import type { AppStatus, NetworkStatus, Settings } from '../../../protocol/contracts/host.contract.ts';
import type { BalanceView, ContactView, CurrencyView, ForkView, JournalView, PairingView, RequestView, StrangerView, TransferState, TransferView } from '../../../protocol/contracts/views.ts';
import { bytesToHex } from '@noble/hashes/utils.js';
import { formatForkProof } from '../../../protocol/fork-proof.codec.ts';
import { type InstanceId, instanceIdOf } from '../../../protocol/identifiers.ts';
import { forkProofOf, signerOf } from '../fork-proofs.ts';
import type { DoubleReading } from './double-reading.ts';
import { type DoubleLibrary, emptyLibrary, livedInLibrary } from './double-library.ts';

export interface DoubleState {
  status: AppStatus; settings: Settings; network: NetworkStatus;
  identity: { name: string; instance: InstanceId; tier: 'software' | 'tpm2'; n: number; head: string; measurement: string; createdAt: number };
  balances: BalanceView[]; contacts: ContactView[]; strangers: StrangerView[]; pairings: PairingView[];
  /** From which package on the journal is kept, and since when not from the first. */
  trace: { from: number; since: number | null };
  pending: TransferView[]; history: TransferView[]; requests: RequestView[];
  pin: string | null; pinFailures: number; retryAt: number | null; pairingLockedUntil: number | null;
  invite: { link: string; qr: { size: number; path: string } };
  forks: readonly ForkView[];
  contradiction: JournalView['contradiction'];
  /** The book that can be read; none in most wallets. */
  reading: DoubleReading | null;
  library: DoubleLibrary;
  explanation: { packages: number; head: string; verified: boolean; carried: null; entries: never[] };
}

const HOUR = 3_600_000;
const key = (seed: number): InstanceId => instanceIdOf(new Uint8Array(32).fill(seed));
const hex = (seed: string): string => seed.repeat(64).slice(0, 64);
const views = <T>(value: unknown): T => value as T;

/** Proof that a wallet ran as two; nameless for somebody who is no contact. */
function forkOf(name: string): ForkView {
  const signer = signerOf(name);
  const proof = forkProofOf(signer);
  return { instance: signer.instance, name, n: proof.first.n, verified: true, heads: [bytesToHex(proof.first.head), bytesToHex(proof.second.head)], proof: formatForkProof(proof) };
}

function inviteOf(link: string): DoubleState['invite'] {
  const { modules } = QRCode.create(link);
  let path = '';
  for (let y = 0; y < modules.size; y++) for (let x = 0; x < modules.size; x++) if (modules.get(y, x)) path += `M${x} ${y}h1v1h-1z`;
  return { link, qr: { size: modules.size, path } };
}

/** A wallet on its first run (`phase: 'empty'`), or just made. */
export function emptyState(phase: AppStatus['phase'] = 'running'): DoubleState {
  return {
    status: { phase, fault: null, version: '0.1.0', tier: 'software', rootSecret: 'file', measurement: hex('5c1e9'), versions: { node: '24.21.0', libp2p: '3.3.0' }, dataFolder: '/home/ada/.local/share/tallystick', restarts: 0, shell: 'browser' },
    settings: { visibility: 'visible', language: 'en', theme: 'system', notifications: true },
    network: { peerId: '12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust', addresses: ['/ip4/192.168.1.20/tcp/4001'], discovery: 'on', trouble: null, nearby: [] },
    identity: { name: 'Ada', instance: key(1), tier: 'software', n: 184, head: hex('0ab3'), measurement: hex('5c1e9'), createdAt: Date.now() - 90 * HOUR },
    trace: { from: 1, since: null },
    balances: [], contacts: [], strangers: [], pairings: [], pending: [], history: [], requests: [], pin: null, pinFailures: 0, retryAt: null, pairingLockedUntil: null, forks: [], contradiction: null, library: emptyLibrary(), reading: null,
    invite: inviteOf(`tallystick://pair?i=${key(1)}&a=/ip4/192.168.1.20/tcp/4001/p2p/12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust`),
    explanation: { packages: 184, head: hex('0ab3'), verified: true, carried: null, entries: [] },
  };
}

const ACCEPTED: readonly TransferState[] = ['offered', 'accepted', 'in-transit', 'done'];

/** A wallet in daily use: two own currencies, three of others, five contacts, transfers in every state. */
export function livedInState(): DoubleState {
  const now = Date.now();
  const state = emptyState();
  const currency = (id: string, code: string, decimals: number, name: string, issuer: InstanceId, issuerName: string | null): CurrencyView => views({ id: hex(id), code, decimals, name, issuer, issuerName, mine: issuer === key(1) });
  const hours = currency('a1', 'HRS', 2, 'Hours', key(1), 'Ada');
  const coffee = currency('b2', 'KAFFEE', 0, 'Coffee kitty', key(2), 'Bruno');
  const euro = currency('c3', 'EUR', 2, 'House account', key(3), 'Carla with a rather long name');
  const balance = (of: CurrencyView, part: Partial<BalanceView>): BalanceView => ({ currency: of, held: '0', inTransit: '0', writtenOff: '0', sent: '0', received: '0', issued: '0', redeemed: '0', pinAbove: null, ...part });
  state.balances = [
    balance(hours, { held: '1234550', inTransit: '1250', sent: '260000', issued: '1500000', redeemed: '4200', pinAbove: '10000' }),
    balance(euro, { held: '48090', received: '52090', sent: '4000' }), balance(coffee, { held: '17', received: '20', sent: '3' }),
  ];
  const contact = (seed: number, name: string, part: Partial<ContactView>): ContactView => views({ instance: key(seed), name, theirName: name, tier: 'software', measurement: hex('5c1e9'), rule: { mode: 'ask' }, pairedAt: now - 60 * HOUR, online: false, keyChanged: null, trouble: null, ...part });
  state.contacts = [
    contact(2, 'Bruno', { online: true, rule: { mode: 'auto', upTo: [{ currency: coffee.id, amount: '5' }, { currency: hours.id, amount: '2000' }] } }),
    contact(3, 'Carla with a rather long name', { online: true, tier: 'tpm2', theirName: 'Carla' }), contact(4, 'Dmitri', {}), contact(5, 'Emre', { keyChanged: { seen: key(9), at: now - HOUR } }), contact(6, 'Farah', { trouble: 'measurement_unknown' }),
    contact(7, 'Gregor', { instance: signerOf('Gregor').instance, trouble: 'fork_proven' }),
  ];
  state.strangers = [views({ instance: key(11), name: 'Noor', tier: 'software', measurement: hex('5c1e9'), resembles: null }), views({ instance: key(12), name: 'Bruno', tier: 'software', measurement: hex('5c1e9'), resembles: 'Bruno' })];
  const people = new Map(state.contacts.map((entry) => [entry.instance, entry.name]));
  let ids = 0;
  const transfer = (who: number, of: CurrencyView, amount: string, status: TransferState, agoMs: number, part: Partial<TransferView> = {}): TransferView => {
    const path = ACCEPTED.includes(status) ? ACCEPTED.slice(0, ACCEPTED.indexOf(status) + 1).filter((step) => part.direction === 'in' ? step !== 'in-transit' : step !== 'accepted') : status === 'returned' || status === 'written-off' ? ['offered', 'in-transit', status] : ['offered', status];
    return views({
      id: (++ids).toString(16).padStart(32, '9'), direction: 'out', contact: key(who), contactName: people.get(key(who)), give: [{ kind: 'credit', currency: of, amount }], take: [], memo: '', purpose: 'payment', state: status, waitsFor: null, reason: null,
      timeline: path.map((step, index) => ({ state: step, at: now - agoMs - (path.length - 1 - index) * 4_000 })), receipt: path.includes('in-transit') || path.includes('done') ? { lane: hex('7e'), seq: ids, package: 120 + ids } : null, ...part,
    });
  };
  state.pending = [
    transfer(3, euro, '2450', 'offered', 90_000, { direction: 'in', waitsFor: 'your-answer', memo: 'Your half of the groceries' }),
    transfer(4, hours, '1250', 'in-transit', 26 * HOUR, { waitsFor: 'their-device', memo: 'Piano lesson' }), transfer(2, hours, '300', 'offered', 40_000, { waitsFor: 'their-answer' }),
  ];
  state.history = [
    transfer(2, coffee, '1', 'done', 12 * 60_000, { memo: 'Flat white' }), transfer(3, euro, '12900', 'done', 3 * HOUR, { direction: 'in', memo: 'Rent, the missing part' }),
    transfer(2, hours, '4200', 'done', 5 * HOUR, { direction: 'in', purpose: 'redemption' }), transfer(4, hours, '9900', 'declined', 27 * HOUR, { reason: 'declined' }), transfer(6, hours, '150', 'returned', 30 * HOUR, { reason: 'measurement_unknown: not known' }),
    transfer(3, euro, '4000', 'cancelled', 52 * HOUR), transfer(6, hours, '77', 'written-off', 30 * 24 * HOUR),
    ...Array.from({ length: 60 }, (_, i) => transfer(2 + i % 3, i % 2 ? coffee : hours, String(1 + i * 37), 'done', (60 + i * 9) * HOUR, i % 3 ? { direction: 'in' } : {})),
  ];
  state.requests = [
    views({ id: '5'.repeat(32), direction: 'in', contact: key(2), contactName: 'Bruno', currency: hours, amount: '450', memo: 'Bike repair', state: 'open', at: now - HOUR }),
    views({ id: '6'.repeat(32), direction: 'out', contact: key(4), contactName: 'Dmitri', currency: hours, amount: '2000', memo: 'Saturday', state: 'open', at: now - 2 * HOUR }),
  ];
  state.network = { ...state.network, nearby: [{ peerId: '12D3KooWAbc', addresses: ['/ip4/192.168.1.44/tcp/4001'], foundBy: 'mdns', instance: null, name: null, state: 'failed', trouble: { code: 'peer_unreachable', detail: 'It does not answer.' } }] };
  state.library = livedInLibrary({ me: key(1), people: state.contacts, currency: euro, now });
  state.forks = [forkOf('Gregor'), forkOf('')];
  state.pin = '2468';
  state.explanation = views({
    packages: 184, head: hex('0ab3'), verified: true, carried: null,
    entries: [{ n: 2, at: now - 80 * HOUR, currency: hours.id, event: 'issued', amount: '1500000', contact: null, transfer: null, held: '1500000', inTransit: '0' }, { n: 31, at: now - 60 * HOUR, currency: hours.id, event: 'committed', amount: '260000', contact: key(2), transfer: null, held: '1240000', inTransit: '260000' }, { n: 32, at: now - 60 * HOUR, currency: hours.id, event: 'delivered', amount: '260000', contact: key(2), transfer: null, held: '1240000', inTransit: '0' }],
  });
  return state;
}
