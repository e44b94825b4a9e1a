/**
 * Pairing as the command line walks through it: start or answer, wait for the words, let somebody compare them, wait for
 * the other side. What pairing guarantees is the vault's; a script that confirms without comparing gives it away.
 */
import { Refusal } from '../protocol/errors.ts';
import type { InstanceId } from '../protocol/identifiers.ts';
import type { ContactView, PairingView } from '../protocol/contracts/views.ts';
import { typed } from './invocation.ts';
import { type Session, need, waitFor } from './session.ts';

export interface PairingReady extends PairingView {
  readonly words: string[];
}

const contactOf = async ({ client }: Session, instance: InstanceId): Promise<ContactView | null> =>
  (await need(client['people.contacts']({}))).find((contact) => contact.instance === instance) ?? null;

const pairingOf = async ({ client }: Session, instance: InstanceId): Promise<PairingView | null> =>
  (await need(client['pairing.list']({}))).find((pairing) => pairing.instance === instance) ?? null;

/** Starts pairing unless it is under way. @throws Refusal `already_paired`, and the vault's */
export async function startPairing(session: Session, instance: InstanceId): Promise<void> {
  if (await pairingOf(session, instance)) return;
  await need(session.client['pairing.start']({ instance }));
}

/** Waits for both vaults to show words. @throws Refusal `pairing_failed`, `peer_unreachable` */
export async function awaitWords(session: Session, instance: InstanceId, timeoutMs: number): Promise<PairingReady> {
  const ready = await waitFor(session, async () => {
    const pairing = await pairingOf(session, instance);
    if (!pairing) throw new Refusal('pairing_failed', 'The pairing ended before there were words to compare. Nobody was added.');
    return pairing.words ? { ...pairing, words: pairing.words } : null;
  }, timeoutMs);
  if (!ready) throw new Refusal('peer_unreachable', 'The other wallet has not answered. Start pairing again when it is running.');
  return ready;
}

/** Says whether the words match, and waits until both have. @throws Refusal `pairing_failed`, `peer_unreachable` */
export async function finishPairing(session: Session, instance: InstanceId, matches: boolean, timeoutMs: number): Promise<ContactView> {
  await need(session.client['pairing.confirm']({ instance, matches }));
  if (!matches) throw new Refusal('pairing_failed', 'The words differ, so somebody may stand between the two computers. Nobody was added.');
  const contact = await waitFor(session, async () => {
    // The contact is kept on our word; the pairing goes when theirs has come.
    if (await pairingOf(session, instance)) return null;
    const found = await contactOf(session, instance);
    if (!found) throw new Refusal('pairing_failed', 'The other side said that the words differ, or gave up. Nobody was added.');
    return found;
  }, timeoutMs);
  if (!contact) throw new Refusal('peer_unreachable', `The other side has not confirmed the words yet. The pairing stays open: see ${typed('pairings')}`);
  return contact;
}

/** True if a person typed these words, in this order; case and extra spaces do not matter. */
export const sameWords = (typed: string, words: readonly string[]): boolean =>
  typed.trim().toLowerCase().split(/[\s,·-]+/).join(' ') === words.join(' ').toLowerCase();
