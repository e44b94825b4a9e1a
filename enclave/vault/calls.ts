/**
 * The commands of the vault's contract, one line each: what the person's interfaces may ask for. Inputs have passed the
 * contract's schema; what they name may still not exist.
 */
import { refuse } from '../../protocol/errors.ts';
import type { Contract, Method } from '../../protocol/contracts/contract.ts';
import type { VaultContract } from '../../protocol/contracts/vault.contract.ts';
import type { z } from 'zod';
import { issue, retire } from './credits/books.ts';
import { createCurrency, requireCurrency, requireOwn } from './credits/currencies.ts';
import { dismissKeyChange, forget, renameContact, requireContact, setRule, widens } from './people/contacts.ts';
import { LIBRARY_COMMANDS, libraryCommands } from './library/calls.ts';
import { importProof, requireNotForked } from './people/forks.ts';
import { cancelPairing, confirmPairing, startPairing } from './people/pairing.machine.ts';
import { cancelRequest, createRequest, declineRequest } from './people/requests.ts';
import type { StoredAsset } from './records.ts';
import { requirePin, requirePinAbove, setPin } from './safety/pin.ts';
import { must } from './state.ts';
import { accept, decline } from './transfers/receiving.machine.ts';
import { shown } from './transfers/shown.ts';
import { begin, cancel, giveUp } from './transfers/sending.machine.ts';
import type { Turn } from './turn.ts';
import { viewBalance, viewCurrency, viewRequest } from './views/views.ts';

type Commands<C extends Contract> = {
  [M in keyof C as C[M] extends { kind: infer K } ? ('command' extends K ? M : never) : never]: C[M] extends Method<infer I, infer O> ? (turn: Turn, input: z.output<I>) => z.input<O> : never;
};

/** The names of commands; the rest are queries. */
export const COMMANDS = [
  'wallet.rename', 'credits.createCurrency', 'credits.issue', 'credits.retire', 'transfers.send', 'transfers.accept', 'transfers.decline', 'transfers.cancel',
  'transfers.writeOff', 'requests.create', 'requests.decline', 'requests.cancel', 'people.rename', 'people.setRule', 'people.forget', 'people.dismissKeyChange',
  'pairing.start', 'pairing.confirm', 'pairing.cancel', 'safety.setPin', 'safety.setLimit', 'audit.importProof', ...LIBRARY_COMMANDS,
] as const satisfies readonly (keyof VaultContract)[];
export type CommandName = (typeof COMMANDS)[number];

export const commands: Pick<Commands<VaultContract>, CommandName> = {
  ...libraryCommands,

  'wallet.rename': (turn, { name }) => {
    turn.state.put('self', 'self', { ...must(turn.state, 'self', 'self'), name: name.normalize('NFC') });
    return {};
  },

  'credits.createCurrency': (turn, input) => viewCurrency(turn.state, createCurrency(turn, input)),
  'credits.issue': (turn, { currency, amount, pin }) => {
    requireOwn(turn.state, currency);
    requirePinAbove(turn, [{ kind: 'credit', currency, amount: BigInt(amount) }], pin);
    issue(turn, currency, BigInt(amount));
    return viewBalance(turn.state, currency);
  },
  'credits.retire': (turn, { currency, amount, pin }) => {
    requireOwn(turn.state, currency);
    requirePinAbove(turn, [{ kind: 'credit', currency, amount: BigInt(amount) }], pin);
    retire(turn, currency, BigInt(amount));
    return viewBalance(turn.state, currency);
  },

  'transfers.send': (turn, { contact, currency, amount, memo, pin, purpose, request, take: wanted }) => {
    requireNotForked(turn.state, contact);
    requireCurrency(turn.state, currency);
    if (purpose === 'redemption' && viewCurrency(turn.state, currency).issuer !== contact) refuse('not_issuer', 'Credits are redeemed with their issuer only.');
    if (request) {
      const asked = turn.state.get('request', request);
      if (asked?.direction !== 'in' || asked.contact !== contact || asked.state !== 'open') refuse('unknown_request', 'There is no open request of theirs with this id.');
      turn.state.remove('request', request);
    }
    for (const { currency: inReturn } of wanted) {
      requireCurrency(turn.state, inReturn);
      if (inReturn === currency) refuse('bad_input', 'take: An exchange is of one currency for another.');
    }
    const give: StoredAsset[] = [{ kind: 'credit', currency, amount: BigInt(amount) }];
    const take: StoredAsset[] = wanted.map((asset) => ({ kind: 'credit', currency: asset.currency, amount: BigInt(asset.amount) }));
    requirePinAbove(turn, give, pin);
    return shown(turn, begin(turn, { contact, give, take, memo: memo.normalize('NFC'), purpose, request: request ?? null }));
  },
  'transfers.accept': (turn, { id, pin }) => {
    const transfer = turn.state.get('transfer', id);
    if (transfer?.direction === 'in') {
      requireNotForked(turn.state, transfer.contact);
      requirePinAbove(turn, transfer.take, pin);
    }
    accept(turn, id);
    return shown(turn, id);
  },
  'transfers.decline': (turn, { id }) => {
    decline(turn, id);
    return shown(turn, id);
  },
  'transfers.cancel': (turn, { id }) => {
    cancel(turn, id);
    return shown(turn, id);
  },
  'transfers.writeOff': (turn, { id }) => {
    giveUp(turn, id);
    return shown(turn, id);
  },

  'requests.create': (turn, { contact, currency, amount, memo }) => {
    requireContact(turn.state, contact);
    requireNotForked(turn.state, contact);
    requireCurrency(turn.state, currency);
    return viewRequest(turn.state, createRequest(turn, { contact, currency, amount: BigInt(amount), memo: memo.normalize('NFC') }));
  },
  'requests.decline': (turn, { id }) => viewRequest(turn.state, declineRequest(turn, id)),
  'requests.cancel': (turn, { id }) => ({ ...viewRequest(turn.state, cancelRequest(turn, id)), state: 'cancelled' }),

  'people.rename': (turn, { contact, name }) => {
    renameContact(turn, contact, name?.normalize('NFC') ?? null);
    return {};
  },
  'people.setRule': (turn, { contact, rule, pin }) => {
    if (widens(requireContact(turn.state, contact).rule, rule)) requirePin(turn, pin);
    setRule(turn, contact, rule);
    return {};
  },
  'people.forget': (turn, { contact }) => {
    forget(turn, contact);
    return {};
  },
  'people.dismissKeyChange': (turn, { contact }) => {
    dismissKeyChange(turn, contact);
    return {};
  },

  'pairing.start': (turn, { instance }) => {
    startPairing(turn, instance);
    return {};
  },
  'pairing.confirm': (turn, { instance, matches }) => {
    confirmPairing(turn, instance, matches);
    return {};
  },
  'pairing.cancel': (turn, { instance }) => {
    cancelPairing(turn, instance);
    return {};
  },

  'safety.setPin': (turn, { current, next }) => {
    setPin(turn, current, next);
    return {};
  },
  'safety.setLimit': (turn, { currency, amount, pin }) => {
    requireCurrency(turn.state, currency);
    const before = turn.state.get('limit', currency)?.above;
    // Lowering a limit protects more and needs no PIN; raising or removing one does.
    if (before !== undefined && (amount === null || BigInt(amount) > before)) requirePin(turn, pin);
    if (amount === null) turn.state.remove('limit', currency);
    else turn.state.put('limit', currency, { above: BigInt(amount) });
    return {};
  },

  'audit.importProof': (turn, { proof }) => importProof(turn, proof),
};
