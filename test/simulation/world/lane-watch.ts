/**
 * Looks at everything of weight that leaves a vault: COMMITs and their answers, ACCEPTs, and what is answered to a person
 * who sends or accepts. It must lie in a package that is on the disk, up to the one that the freshness register names
 * (design §5.2). A COMMIT or an answer must be the same bytes as ever for its lane and seq, and an answer must belong to a
 * seq that its sender has durably consumed (§6). Keeps those, to be replayed.
 */
import { sealerFrom, type Sealer } from '../../../enclave/runtime/sealing.ts';
import { parseLaneFrame } from '../../../enclave/vault/transfers/lane-keys.ts';
import { decodeMessage } from '../../../protocol/messages.codec.ts';
import type { LaneId } from '../../../protocol/identifiers.ts';
import type { SimHost } from './host.ts';
import { consumption } from './ledger.ts';
import { plaintextOf } from './session-tap.ts';
import { expectThat } from './violation.ts';

const MARK = Buffer.from('lane-frames');
/** The mark stands within the first bytes of an encoded message: maps are sorted and `type` is the shortest key. */
const MARK_WITHIN = 24;
const ACCEPT = Buffer.from('accept');
/** An ACCEPT is one id and its type. */
const ACCEPT_BYTES = 64;

export interface SaidFrame { readonly frame: Uint8Array; readonly kind: 'commit' | 'ack' | 'nack'; readonly lane: LaneId }

/** The journal from which it runs now: an older copy has its own, which may hold a COMMIT that was never said. */
const running = ({ isGhost, ghost, journal }: SimHost) => (isGhost ? ghost : journal);

export class LaneWatch {
  /** Every lane frame ever said, oldest first. */
  readonly said: SaidFrame[] = [];
  readonly #byName = new Map<string, Uint8Array>();
  readonly #sealers = new Map<SimHost, Sealer>();

  /** @throws Violation `too-early`, `other-bytes`, `not-consumed` */
  see(host: SimHost, frame: Uint8Array): void {
    const plaintext = plaintextOf(frame);
    if (!plaintext) return;
    if (plaintext.length <= ACCEPT_BYTES && Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.length).indexOf(ACCEPT) >= 0) return this.#seeAccept(host, plaintext);
    if (Buffer.from(plaintext.buffer, plaintext.byteOffset, Math.min(plaintext.length, MARK_WITHIN)).indexOf(MARK) < 0) return;
    const message = decodeMessage(plaintext);
    if (!message.ok || message.value.type !== 'lane-frames') return;
    for (const said of message.value.frames) this.#seeLaneFrame(host, said);
  }

  #seeLaneFrame(host: SimHost, bytes: Uint8Array): void {
    const parsed = parseLaneFrame(bytes);
    expectThat(parsed.ok, 'other-bytes', () => `${host.name} sent a lane frame that does not parse`);
    const { kind, lane, seq } = parsed.value;
    const name = `${kind === 'commit' ? 'commit' : 'answer'} ${lane}/${seq}`;
    const before = this.#byName.get(name);
    const what = `${host.name}: ${kind} ${seq} of lane ${lane.slice(0, 8)}`;
    expectThat(!before || Buffer.compare(before, bytes) === 0, 'other-bytes', () => `${what} was said again with other bytes`);
    // It stops where it hears what others remember, and before that it takes nothing.
    expectThat(!host.isGhost || kind === 'commit', 'went-on', () => `${what} was said by an older copy`);
    if (kind !== 'commit') expectThat(consumption(running(host)?.state, lane as LaneId, seq) !== 'open', 'not-consumed', () => `${what} was said without a durable record of it`);
    if (before) return;
    this.#byName.set(name, bytes);
    this.said.push({ frame: bytes, kind, lane: lane as LaneId });
    expectThat(this.#isFresh(host, bytes), 'too-early', () => `${what} was said before its package was stored and fresh`);
  }

  #seeAccept(host: SimHost, plaintext: Uint8Array): void {
    const message = decodeMessage(plaintext);
    if (message.ok && message.value.type === 'accept') this.seeTransfer(host, message.value.id, 'accepted', `${host.name}'s ACCEPT of ${message.value.id.slice(0, 8)} was said`);
  }

  /** A transfer that was told of must be durable. @throws Violation `too-early` */
  seeTransfer(host: SimHost, id: string, state: 'offered' | 'accepted', what: string): void {
    if (host.isGhost || host.journal?.state.get('transfer', id)?.state === state) return;
    // It may have gone on, or ended, in the same package.
    expectThat(this.#isFresh(host, Buffer.from(id)), 'too-early', () => `${what} before its package was stored and fresh`);
  }

  /** True if a package up to the one that the register names holds these bytes, or the base of a compaction: mostly the newest, an older one after a crash. */
  #isFresh(host: SimHost, bytes: Uint8Array): boolean {
    const head = running(host)?.head;
    if (!head || !host.register || Buffer.compare(host.register, head.hash) !== 0) return false;
    let sealer = this.#sealers.get(host);
    if (!sealer) this.#sealers.set(host, (sealer = sealerFrom(host.rootSecret)));
    const holds = (plaintext: Uint8Array | null | undefined): boolean => !!plaintext && Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.length).includes(Buffer.from(bytes));
    for (let { n } = head; n > 0; n--) {
      const sealed = host.disk.packages.get(n);
      if (holds(sealed && sealer.open('package', n, sealed))) return true;
    }
    // Where older packages were let go of, what was still to be said then lies in the base that stands for them.
    return [...host.disk.kept.base].some(([n, sealed]) => n <= head.n && holds(sealer.open('snapshot', n, sealed)));
  }
}
