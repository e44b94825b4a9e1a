/**
 * A pretend wallet behind the real contract, for looking at the interface and for its tests: every reply passes the same
 * schemas as the real one's. It holds nothing of value and follows the protocol's states only as far as a screen shows them.
 */
import { createServer } from '../../../protocol/contracts/server.ts';
import type { Handlers, Notice, Reply, Topic } from '../../../protocol/contracts/contract.ts';
import { type WalletContract, walletContract } from '../../../protocol/contracts/wallet.contract.ts';
import { bytesToHex } from '@noble/hashes/utils.js';
import { Refusal, refuse } from '../../../protocol/errors.ts';
import { parseForkProof } from '../../../protocol/fork-proof.codec.ts';
import { instanceIdOf } from '../../../protocol/identifiers.ts';
import type { BalanceView, TransferView } from '../../../protocol/contracts/views.ts';
import { libraryHandlers } from './double-library.ts';
import { READ_CONTENT, readingHandlers } from './double-reading.ts';
import type { DoubleState } from './double-state.ts';

type Views = { [M in keyof WalletContract]: unknown };
/** Views are built as plain objects here; the contract's schemas are what makes them views. */
const as = <T>(value: unknown): T => value as T;

export interface DoubleWallet {
  serve(raw: unknown): Promise<Reply>;
  onNotice(listener: (notice: Notice) => void): () => void;
  /** Changes the state as if something had happened, and tells those who look. */
  happen(change: (state: DoubleState) => void, topics?: readonly Topic[]): void;
  readonly state: DoubleState;
  /** The methods called so far, in order. */
  readonly calls: readonly string[];
}

const EVERYTHING: readonly Topic[] = ['app', 'settings', 'network', 'credits', 'people', 'transfers', 'library', 'contents', 'covers', 'link'];

export function createDoubleWallet(state: DoubleState): DoubleWallet {
  const listeners = new Set<(notice: Notice) => void>();
  const happen: DoubleWallet['happen'] = (change, topics = EVERYTHING) => {
    change(state);
    for (const listener of listeners) listener({ changed: [...topics] });
  };
  let ids = 0;
  const freshId = (): string => (++ids).toString(16).padStart(32, 'e');
  const contact = (id: string) => state.contacts.find((entry) => entry.instance === id) ?? refuse('unknown_contact', 'No such contact.');
  const balance = (id: string): BalanceView => state.balances.find((entry) => entry.currency.id === id) ?? refuse('unknown_currency', 'No such currency.');
  const transfer = (id: string): TransferView => [...state.pending, ...state.history].find((entry) => entry.id === id) ?? refuse('unknown_transfer', 'No such transfer.');
  const needPin = (pin: string | undefined): void => {
    if (state.pin === null) return;
    if (pin === undefined) refuse('pin_required', 'This needs the PIN.');
    if (pin === state.pin) { state.pinFailures = 0; return; }
    state.pinFailures += 1;
    if (state.pinFailures >= 3) state.retryAt = Date.now() + 30_000;
    throw new Refusal(state.retryAt !== null && state.retryAt > Date.now() ? 'pin_delayed' : 'pin_wrong', 'Not the PIN.');
  };
  const change = (id: string, part: Partial<TransferView>, ended: boolean): TransferView => {
    const old = transfer(id);
    const next = { ...old, ...part, waitsFor: ended ? null : part.waitsFor ?? old.waitsFor, timeline: [...old.timeline, { state: part.state ?? old.state, at: Date.now() }] };
    state.pending = state.pending.filter((entry) => entry.id !== id);
    if (ended) state.history = [next, ...state.history];
    else state.pending = [next, ...state.pending];
    queueMicrotask(() => happen(() => {}, ['transfers', 'credits']));
    return next;
  };

  const library = libraryHandlers({
    needPin, library: state.library, circle: { me: state.identity.instance, people: state.contacts, currency: state.balances[1]?.currency as BalanceView['currency'], now: Date.now() },
    changed: (...topics) => happen(() => {}, topics), currencyOf: (id) => balance(id).currency,
    offer: (to, give, take, memo) => {
      const { name, online } = contact(to);
      const made = as<TransferView>({ id: freshId(), direction: 'out', contact: to, contactName: name, give, take, memo, purpose: 'payment', state: 'offered', waitsFor: online ? 'their-answer' : 'their-device', reason: null, timeline: [{ state: 'offered', at: Date.now() }], receipt: null });
      state.pending = [made, ...state.pending];
      return made;
    },
  });
  const reading = readingHandlers(() => state.reading);
  const handlers = {
    'app.status': () => state.status,
    'app.create': ({ name }) => { happen((s) => { s.status = { ...s.status, phase: 'running' }; s.identity.name = name; }); return state.status; },
    'app.retry': () => { happen((s) => { s.status = { ...s.status, phase: 'running', fault: null }; }); return state.status; },
    'app.openDataFolder': () => ({}),
    'app.saveProof': () => ({ saved: true }),
    'history.size': () => ({ packages: state.identity.n + 1 - state.trace.from, bytes: (state.identity.n + 1 - state.trace.from) * 2310 }),
    'history.saveCopy': () => ({ copy: { from: state.trace.from, to: state.identity.n, bytes: 430_000 } }),
    'history.extent': () => ({ n: state.identity.n, ...state.trace }),
    'history.compact': ({ upTo }) => { happen((s) => { s.identity.n += 1; s.trace = { from: upTo + 1, since: Date.now() }; }, ['app']); return { upTo, released: true }; },
    'settings.get': () => state.settings,
    'settings.set': (part) => { happen((s) => { s.settings = { ...s.settings, ...as<object>(part) }; }, ['settings', 'network']); return state.settings; },
    'network.status': () => state.network,
    'network.connect': () => state.strangers[0] ? { instance: state.strangers[0].instance, name: state.strangers[0].name } : refuse('peer_unreachable', 'Nobody answers there.'),
    'network.invite': () => state.invite,
    'link.take': () => ({ draft: null }),
    'link.read': ({ text }) => text.startsWith('tallystick://') ? as({ kind: 'pair', instance: state.strangers[0]?.instance ?? state.identity.instance, name: 'Noor', addresses: ['/ip4/192.168.1.31/tcp/4001'] }) : refuse('bad_link', 'Not a link.'),
    'wallet.identity': () => state.identity,
    'wallet.rename': ({ name }) => { happen((s) => { s.identity.name = name; }, ['app']); return {}; },
    'credits.balances': () => state.balances,
    'credits.createCurrency': (input) => {
      if (state.balances.some((entry) => entry.currency.code === input.code)) refuse('currency_exists', 'There is one already.');
      const currency = as<BalanceView['currency']>({ ...input, id: freshId().repeat(2), issuer: state.identity.instance, issuerName: state.identity.name, mine: true });
      state.balances = [...state.balances, { currency, held: '0', inTransit: '0', writtenOff: '0', sent: '0', received: '0', issued: '0', redeemed: '0', pinAbove: null }];
      return currency;
    },
    'credits.issue': ({ currency, amount, pin }) => { needPin(pin); const b = balance(currency); b.held = (BigInt(b.held) + BigInt(amount)).toString(); b.issued = (BigInt(b.issued) + BigInt(amount)).toString(); return b; },
    'credits.retire': ({ currency, amount }) => { const b = balance(currency); if (BigInt(amount) > BigInt(b.held)) refuse('insufficient_funds', 'Not that much.'); b.held = (BigInt(b.held) - BigInt(amount)).toString(); b.redeemed = (BigInt(b.redeemed) + BigInt(amount)).toString(); return b; },
    'transfers.send': (input) => {
      const b = balance(input.currency);
      if (BigInt(input.amount) > BigInt(b.held)) refuse('insufficient_funds', 'Not that much.');
      if (b.pinAbove !== null && BigInt(input.amount) > BigInt(b.pinAbove)) needPin(input.pin);
      const to = contact(input.contact);
      const made = as<TransferView>({
        id: freshId(), direction: 'out', contact: to.instance, contactName: to.name, give: [{ kind: 'credit', currency: b.currency, amount: input.amount }], take: [], memo: input.memo, purpose: input.purpose,
        state: 'offered', waitsFor: to.online ? 'their-answer' : 'their-device', reason: null, timeline: [{ state: 'offered', at: Date.now() }], receipt: null,
      });
      if (input.request) state.requests = state.requests.map((entry) => entry.id === input.request ? { ...entry, state: 'paid' } : entry);
      state.pending = [made, ...state.pending];
      return made;
    },
    'transfers.accept': ({ id }) => change(id, { state: 'accepted', waitsFor: 'their-commit' }, false),
    'transfers.decline': ({ id }) => change(id, { state: 'declined' }, true),
    'transfers.cancel': ({ id }) => transfer(id).state === 'offered' ? change(id, { state: 'cancelled' }, true) : refuse('already_committed', 'On its way.'),
    'transfers.writeOff': ({ id }) => change(id, { state: 'written-off' }, true),
    'transfers.get': ({ id }) => transfer(id),
    'transfers.pending': () => state.pending,
    'transfers.history': ({ cursor, limit }) => { const from = cursor ?? 0; return { items: state.history.slice(from, from + limit), cursor: from + limit < state.history.length ? from + limit : null }; },
    'requests.create': (input) => {
      const made = as<DoubleState['requests'][number]>({ id: freshId(), direction: 'out', contact: input.contact, contactName: contact(input.contact).name, currency: balance(input.currency).currency, amount: input.amount, memo: input.memo, state: 'open', at: Date.now() });
      state.requests = [made, ...state.requests];
      return made;
    },
    'requests.decline': ({ id }) => { state.requests = state.requests.map((entry) => entry.id === id ? { ...entry, state: 'declined' } : entry); return state.requests.find((entry) => entry.id === id) ?? refuse('unknown_request', 'Gone.'); },
    'requests.cancel': ({ id }) => { state.requests = state.requests.map((entry) => entry.id === id ? { ...entry, state: 'cancelled' } : entry); return state.requests.find((entry) => entry.id === id) ?? refuse('unknown_request', 'Gone.'); },
    'requests.list': () => state.requests,
    ...library,
    ...reading,
    'books.shelf': () => [...(state.reading?.copy ? [state.reading.copy] : []), ...library['books.shelf']()],
    'contents.underWay': () => [...(state.reading?.coming && state.reading.coming.state !== 'whole' ? [{ content: READ_CONTENT, bytesPerSecond: 90_000, secondsLeft: 4, trouble: null, ...state.reading.coming }] : []), ...library['contents.underWay']()],
    'contents.list': () => [...(state.reading?.coming ? [{ content: READ_CONTENT, bytesPerSecond: 90_000, secondsLeft: 4, trouble: null, ...state.reading.coming }] : []), ...library['contents.list']()],
    'reading.cover': (of) => of.content === READ_CONTENT ? reading['reading.cover'](of) : library['reading.cover'](of),
    'people.contacts': () => state.contacts,
    'people.strangers': () => state.strangers,
    'people.rename': ({ contact: id, name }) => { happen((s) => { s.contacts = s.contacts.map((entry) => entry.instance === id ? { ...entry, name: name ?? entry.theirName } : entry); }, ['people']); return {}; },
    'people.setRule': ({ contact: id, rule }) => { happen((s) => { s.contacts = s.contacts.map((entry) => entry.instance === id ? { ...entry, rule } : entry); }, ['people']); return {}; },
    'people.forget': ({ contact: id }) => {
      if (state.pending.some((entry) => entry.contact === id)) refuse('contact_in_transit', 'Something is in transit.');
      happen((s) => { s.contacts = s.contacts.filter((entry) => entry.instance !== id); }, ['people']);
      return {};
    },
    'people.dismissKeyChange': ({ contact: id }) => { happen((s) => { s.contacts = s.contacts.map((entry) => entry.instance === id ? { ...entry, keyChanged: null } : entry); }, ['people']); return {}; },
    'pairing.start': ({ instance }) => {
      const who = state.strangers.find((entry) => entry.instance === instance) ?? refuse('peer_unreachable', 'Gone.');
      happen((s) => { s.pairings = [{ instance: who.instance, name: who.name, tier: who.tier, startedByMe: true, state: 'waiting', words: null }]; }, ['people']);
      return {};
    },
    'pairing.confirm': ({ instance, matches }) => { happen((s) => { s.pairings = matches ? s.pairings.map((entry) => ({ ...entry, state: 'confirmed' as const })) : s.pairings.filter((entry) => entry.instance !== instance); }, ['people']); return {}; },
    'pairing.cancel': () => { happen((s) => { s.pairings = []; }, ['people']); return {}; },
    'pairing.list': () => state.pairings,
    'pairing.status': () => ({ failures: 0, lockedUntil: state.pairingLockedUntil }),
    'safety.status': () => ({ pinSet: state.pin !== null, failures: state.pinFailures, retryAt: state.retryAt }),
    'safety.setPin': ({ current, next }) => { if (state.pin !== null) needPin(current); happen((s) => { s.pin = next; }, ['settings']); return {}; },
    'safety.setLimit': ({ currency, amount, pin }) => { needPin(pin); balance(currency).pinAbove = amount; return {}; },
    'audit.forks': () => [...state.forks],
    'audit.journal': () => ({ instance: state.identity.instance, name: state.identity.name, n: state.identity.n, head: state.identity.head, carried: null, verified: true, trouble: null, contradiction: state.contradiction }),
    'audit.importProof': ({ proof }) => {
      const parsed = parseForkProof(proof);
      if (!parsed.ok) return refuse(parsed.failure.code, parsed.failure.detail);
      const { first, second } = parsed.value;
      const instance = instanceIdOf(first.instance);
      const known = state.forks.some((fork) => fork.instance === instance);
      const name = state.contacts.find((entry) => entry.instance === instance)?.name ?? '';
      const heads: [string, string] = [bytesToHex(first.head), bytesToHex(second.head)];
      if (!known) happen((s) => { s.forks = [...s.forks, { instance, name, n: first.n, verified: true, heads, proof }]; }, ['people']);
      return { instance, name, n: first.n, known };
    },
    'audit.explain': () => state.explanation,
  } satisfies Partial<Handlers<WalletContract>> & Partial<Views>;

  const serve = createServer(walletContract, handlers as unknown as Handlers<WalletContract>);
  const calls: string[] = [];
  return {
    serve: (raw) => { calls.push(String(as<{ method?: unknown }>(raw).method)); return serve(raw); },
    onNotice: (listener) => { listeners.add(listener); return () => void listeners.delete(listener); },
    happen,
    state,
    calls,
  };
}
