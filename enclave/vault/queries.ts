/** The queries of the vault's contract that the state alone can answer. They show what is durable, nothing that may yet be undone. */
import { x25519 } from '@noble/curves/ed25519.js';
import type { CurrencyId, InstanceId } from '../../protocol/identifiers.ts';
import { isFinal } from './transfers/finish.ts';
import { bytesToHex } from './bytes.ts';
import { type State, must } from './state.ts';
import { type Time, onClock } from './time.ts';
import type { Attested, Head } from './turn.ts';
import { instanceIdOf } from '../../protocol/identifiers.ts';
import { publishingSecret } from './library/publications.ts';
import { pageOfForks } from './people/forks.ts';
import { viewShelf } from './views/library.views.ts';
import { viewBalance, viewContact, viewPairings, viewRequest, viewStrangers, viewTransfer } from './views/views.ts';

export interface Seen { readonly state: State; readonly head: Head; readonly attested: Attested; readonly time: Time }

const newestFirst = <T>(items: T[], at: (item: T) => number): T[] => items.sort((a, b) => at(b) - at(a));

export const queries = {
  'wallet.identity': ({ state, head, attested }: Seen) => {
    const { name, publicKey, createdAt } = must(state, 'self', 'self');
    return { name, instance: instanceIdOf(publicKey), tier: attested.tier, n: head.n, head: bytesToHex(head.hash), measurement: bytesToHex(attested.measurement), createdAt };
  },
  'credits.balances': ({ state }: Seen) =>
    [...state.all('currency')].map(([id]) => viewBalance(state, id as CurrencyId)).sort((a, b) => a.currency.code.localeCompare(b.currency.code)),
  'transfers.pending': ({ state }: Seen) =>
    newestFirst([...state.all('transfer')].filter(([, transfer]) => !isFinal(transfer)).map(([, transfer]) => viewTransfer(state, transfer)), (view) => view.timeline[0]?.at ?? 0),
  'requests.list': ({ state }: Seen) =>
    newestFirst([...state.all('request')].filter(([, request]) => request.state === 'open').map(([, request]) => viewRequest(state, request)), (view) => view.at),
  'people.contacts': ({ state }: Seen) =>
    // Someone whose confirmation has not come is still being paired with.
    [...state.all('contact')].filter(([, contact]) => contact.mutual).map(([instance]) => viewContact(state, instance as InstanceId)).sort((a, b) => a.name.localeCompare(b.name)),
  'people.strangers': ({ state }: Seen) => viewStrangers(state),
  'books.shelf': ({ state, time }: Seen) => viewShelf({ state, time }),
  'books.publishingKey': ({ state }: Seen) => ({ key: bytesToHex(x25519.getPublicKey(publishingSecret(state))) }),
  'audit.forks': ({ state }: Seen, { after }: { after: InstanceId | null }) => pageOfForks(state, after),
  'history.extent': ({ state, head }: Seen) => {
    const compacted = state.get('compacted', 'self');
    return { n: head.n, from: (compacted?.upTo ?? 0) + 1, since: compacted?.at ?? null };
  },
  'pairing.list': ({ state }: Seen) => viewPairings(state),
  'pairing.status': ({ state, time }: Seen) => {
    const { pairingFailures, pairingLockedUntil } = must(state, 'self', 'self');
    return { failures: pairingFailures, lockedUntil: time.now < pairingLockedUntil ? onClock(time, pairingLockedUntil) : null };
  },
  'safety.status': ({ state, time }: Seen) => {
    const { pin } = must(state, 'self', 'self');
    return { pinSet: pin !== null, failures: pin?.failures ?? 0, retryAt: pin && time.now < pin.retryAt ? onClock(time, pin.retryAt) : null };
  },
};
