/**
 * The links that stand, at most one per peer (rivals.ts), and the numbers they get.
 */
import type { Failure } from '../../../protocol/errors.ts';
import type { CarrierLink } from './carrier.port.ts';
import { newerWins } from './rivals.ts';

export interface OwnedLink {
  readonly link: CarrierLink;
  /** Ends the link at once, without sending what is queued. */
  abort(reason: Failure | null): void;
}

export interface LinkRegister {
  nextId(): number;
  /** Takes in a new link; an older one to the same peer is closed. False: the new one has to go instead. */
  add(owned: OwnedLink): boolean;
  remove(id: number): void;
  to(peerId: string): CarrierLink | null;
  closeAll(): void;
}

let lastId = 0;

export function createLinkRegister(now: () => number = Date.now): LinkRegister {
  const links = new Map<number, OwnedLink & { readonly since: number }>();
  const ofPeer = (peerId: string) => [...links.values()].find((entry) => entry.link.remotePeer === peerId);
  return {
    nextId: () => ++lastId,
    add(owned) {
      const older = ofPeer(owned.link.remotePeer);
      if (older) {
        if (!newerWins(older.link, owned.link, now() - older.since)) return false;
        links.delete(older.link.id);
        older.link.close();
      }
      links.set(owned.link.id, { ...owned, since: now() });
      return true;
    },
    remove: (id) => void links.delete(id),
    to: (peerId) => ofPeer(peerId)?.link ?? null,
    closeAll() {
      for (const { link } of [...links.values()]) link.close();
    },
  };
}
