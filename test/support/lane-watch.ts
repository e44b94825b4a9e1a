/**
 * Watches what leaves a vault: every lane frame must already be in a package that is stored and fresh (design §5.2), and
 * what is said for one seq of a lane must be the same bytes each time (§6). The watcher knows the root secret, and what
 * was encrypted comes from wiretap.ts.
 */
import { decodePackage } from '../../enclave/runtime/packages.codec.ts';
import { headAfter } from '../../enclave/runtime/journal.ts';
import { sealerFrom } from '../../enclave/runtime/sealing.ts';
import { parseLaneFrame } from '../../enclave/vault/transfers/lane-keys.ts';
import { decodeMessage } from '../../protocol/messages.codec.ts';
import type { MemoryHost } from './memory-host.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export class LaneWatch {
  /** Plaintext of session messages by ciphertext. */
  readonly heard = new Map<string, Uint8Array>();
  /** The bytes said for `kind lane seq`. */
  readonly said = new Map<string, Uint8Array>();
  readonly problems: string[] = [];
  frames = 0;

  /** For the wiretap. */
  hear(ciphertext: Uint8Array, plaintext: Uint8Array): void {
    this.heard.set(hex(ciphertext), plaintext);
  }

  /** From now on, at every frame that one of them is about to let out. */
  watch(hosts: readonly MemoryHost[]): void {
    for (const host of hosts) host.onEmit = (message, when) => { if (when === 'before' && message.type === 'send') this.#see(host, message.frame); };
  }

  #see(host: MemoryHost, frame: Uint8Array): void {
    const plaintext = this.heard.get(hex(frame));
    const message = plaintext && decodeMessage(plaintext);
    if (!message || !message.ok || message.value.type !== 'lane-frames') return;
    for (const said of message.value.frames) this.#seeSaid(host, said);
  }

  #seeSaid(host: MemoryHost, bytes: Uint8Array): void {
    this.frames++;
    const parsed = parseLaneFrame(bytes);
    if (!parsed.ok) return void this.problems.push(`${host.name} sent a lane frame that does not parse`);
    const { kind, lane, seq } = parsed.value;
    const key = `${kind === 'commit' ? 'commit' : 'answer'} ${lane} ${seq}`;
    const before = this.said.get(key);
    if (before && hex(before) !== hex(bytes)) this.problems.push(`${host.name}: ${kind} of seq ${seq} was said with other bytes`);
    this.said.set(key, bytes);
    if (!isFresh(host, bytes)) this.problems.push(`${host.name}: ${kind} of seq ${seq} left before its package was stored and fresh`);
  }

  /** Forgets everything: another run begins. */
  reset(): void {
    this.heard.clear();
    this.said.clear();
    this.problems.length = 0;
  }
}

/** True if a package up to the one that the register names holds these bytes. */
function isFresh(host: MemoryHost, bytes: Uint8Array): boolean {
  const registered = host.register.snapshot();
  const packages = [...host.store.snapshot().packages].sort(([a], [b]) => a - b);
  let head: Uint8Array = new Uint8Array(32);
  const newest = packages.findIndex(([, sealed]) => registered !== null && hex((head = headAfter(head, sealed))) === hex(registered));
  const sealer = sealerFrom(host.rootSecret);
  return packages.slice(0, newest + 1).reverse().some(([n, sealed]) => {
    const plaintext = sealer.open('package', n, sealed);
    return plaintext !== null && decodePackage(plaintext) !== null && Buffer.from(plaintext).includes(Buffer.from(bytes));
  });
}
