/** The vault's limits met with a state that has almost reached them: the last that is let through, and the first that is not (assurance rows 15, 38, 39). Filled step by step in limits.test.ts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { learnCurrency } from '../../../enclave/vault/credits/currencies.ts';
import { importProof, pageOfForks } from '../../../enclave/vault/people/forks.ts';
import { connected, endSlowMeetings } from '../../../enclave/vault/sessions/meeting.ts';
import { hasEnded, noteEnded } from '../../../enclave/vault/sessions/ended.ts';
import { formatForkProof } from '../../../protocol/fork-proof.codec.ts';
import type { TransferId } from '../../../protocol/identifiers.ts';
import { MAX_CURRENCIES, MAX_PAGE_ITEMS, MAX_SESSIONS, MAX_STRANGER_PROOFS, MAX_STRANGER_SESSIONS } from '../../../protocol/limits.ts';
import { forkProofOf, signerOf } from '../../support/fork-proofs.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { descriptor } from '../../support/raw-contact.ts';
import { refusalCode } from '../../support/refusals.ts';

/** As in credits/currencies.ts. */
const MAX_CURRENCIES_FROM_ONE = 256;
/** As in sessions/ended.ts and sessions/meeting.ts. */
const MOST_REMEMBERED = 256;
const MEETING_TIMEOUT_MS = 20_000;

let ada: PureVault;
let ben: PureLane;

beforeEach(() => {
  ada = new PureVault('Ada', 'limits', new PureNetwork());
  ben = new PureLane(ada, 'Ben');
});

describe('currencies', () => {
  const issuer = () => ({ ...ben, instance: ben.instance });
  const fill = (count: number, mine: boolean) => ada.within(({ state }) => {
    const publicKey = mine ? state.get('self', 'self')!.publicKey : new Uint8Array(32);
    for (let n = 0; n < count; n++) state.put('currency', `${mine}${n}`, { issuer: publicKey, code: `C${n}`, decimals: 0, name: 'x', signature: new Uint8Array(64) });
  });
  const create = (code: string) => refusalCode(() => { const made = ada.call('credits.createCurrency', { code, decimals: 0, name: 'Tea' }); if (!made.ok) throw new Error(made.failure.code); });

  it('of one’s own have an end, which nobody else’s use up', () => {
    fill(MAX_CURRENCIES - 1, false);
    fill(MAX_CURRENCIES_FROM_ONE - 1, true);
    expect([create('TEA'), create('BUN')]).toEqual(['done', 'Error: too_many']);
  });

  it('that one contact brings have an end, and all together too', () => {
    const bring = (code: string, from = ben) => ben.doing((turn) => learnCurrency(turn, descriptor(issuer(), code), from.instance)).value;
    expect(ada.state.get('currency', bring('ONE')!)).toMatchObject({ code: 'ONE' });
    expect(ada.state.get('currenciesFrom', ben.instance)).toBe(1);
    bring('TWO');
    bring('TWO');
    expect(ada.state.get('currenciesFrom', ben.instance)).toBe(2);
    ada.within(({ state }) => state.put('currenciesFrom', ben.instance, MAX_CURRENCIES_FROM_ONE - 1));
    expect([bring('THREE'), bring('FOUR'), bring('ONE')].map((id) => id === null)).toEqual([false, true, false]);
    const cleo = new PureLane(ada, 'Cleo');
    fill(MAX_CURRENCIES - 3 - 1, false);
    expect([bring('FIVE', cleo), bring('SIX', cleo)].map((id) => id === null)).toEqual([false, true]);
  });

  it('with a signature that does not hold are not remembered', () => {
    expect(ben.doing((turn) => learnCurrency(turn, { ...descriptor(issuer(), 'ONE'), name: 'Gold' }, ben.instance)).value).toBeNull();
    expect(ada.state.get('currenciesFrom', ben.instance)).toBeUndefined();
  });
});

describe('proofs of forks', () => {
  const hand = (name: string) => refusalCode(() => ben.doing((turn) => importProof(turn, formatForkProof(forkProofOf(signerOf(name))))));
  const keep = (count: number, prefix = 'f') => ada.within(({ state }) => {
    for (let n = 0; n < count; n++) state.put('forkProof', `${prefix}${String(n).padStart(5, '0')}`, forkProofOf(signerOf('x')));
  });

  it('about strangers have an end; about a contact there is always room, and those about contacts do not count', () => {
    keep(MAX_STRANGER_PROOFS - 1);
    ada.within(({ state }) => state.put('forkProof', ben.instance, forkProofOf(ben)));
    expect([hand('first'), hand('second'), hand('first')]).toEqual(['done', 'too_many', 'done']);
    const cleo = new PureLane(ada, 'Cleo');
    expect(refusalCode(() => cleo.doing((turn) => importProof(turn, formatForkProof(forkProofOf(cleo)))))).toBe('done');
    expect(ada.state.get('forkProof', cleo.instance)).toEqual(forkProofOf(cleo));
  });

  it('are shown page by page, each once, in order', () => {
    ada.within(({ state }) => {
      // In no order, as a table is.
      for (let n = 0; n <= MAX_PAGE_ITEMS; n++) state.put('forkProof', `f${String((n * 7) % (MAX_PAGE_ITEMS + 1)).padStart(5, '0')}`, forkProofOf(signerOf('x')));
    });
    const first = pageOfForks(ada.state, null).map(({ instance }) => instance);
    expect(first).toHaveLength(MAX_PAGE_ITEMS);
    expect(first).toEqual(first.toSorted());
    const second = pageOfForks(ada.state, first.at(-1)!).map(({ instance }) => instance);
    expect(second).toEqual([`f${String(MAX_PAGE_ITEMS).padStart(5, '0')}`]);
    expect(pageOfForks(ada.state, second.at(-1)!)).toEqual([]);
  }, 20_000);
});

describe('sessions', () => {
  const arrive = (connection: number) => ben.doing((turn) => connected(turn, { type: 'connected', now: 0, connection, role: 'responder', localPeer: 'a', remotePeer: 'b', expect: null, strangersWelcome: true })).outputs;
  /** Somebody who is not known, or is. */
  const sit = (connection: number, { startedAt = 0, instance = `i${connection}`, known = false, pairing = null as object | null, phase = 'open' } = {}) => ada.within(({ state }) => {
    state.put('session', String(connection), { phase, connection, role: 'responder', startedAt, instance, resumed: false, unsaid: [] } as never);
    if (phase === 'open') state.put('presence', instance, [connection]);
    if (known) state.put('contact', instance, { ...state.get('contact', ben.instance)!, instance: instance as never });
    if (pairing) state.put('pairing', instance, { connection, ...pairing } as never);
  });
  const gone = (outputs: readonly object[]) => outputs.flatMap((output) => ('connection' in output && 'failure' in output ? [[output.connection, (output.failure as { code: string }).code]] : []));

  it('with strangers have an end: the one that has sat longest goes', () => {
    for (let n = 1; n <= MAX_STRANGER_SESSIONS; n++) sit(n, { startedAt: 1000 - n, phase: n % 2 ? 'open' : 'noise' });
    sit(900, { known: true, startedAt: -1 });
    expect(gone(arrive(500))).toEqual([[MAX_STRANGER_SESSIONS, 'busy']]);
    expect(['500', '900', String(MAX_STRANGER_SESSIONS)].map((connection) => ada.state.get('session', connection)?.connection)).toEqual([500, 900, undefined]);
  });

  it('one fewer leaves room', () => {
    for (let n = 1; n < MAX_STRANGER_SESSIONS; n++) sit(n);
    expect(gone(arrive(500))).toEqual([]);
  });

  it('that began together go in the order they came; those whose words are on the screen last', () => {
    for (let n = MAX_STRANGER_SESSIONS; n >= 1; n--) sit(n, { startedAt: 5, pairing: n <= 2 ? { state: 'compare', startedByMe: false } : null });
    expect(gone(arrive(500))).toEqual([[3, 'busy']]);
    // Only those left whose words show.
    for (let n = 4; n <= MAX_STRANGER_SESSIONS; n++) sit(n, { startedAt: 5, pairing: { state: 'compare', startedByMe: false } });
    sit(500, { startedAt: 5, pairing: { state: 'compare', startedByMe: false } });
    expect(gone(arrive(501))).toEqual([[1, 'busy']]);
  });

  it('of people whom one is pairing with oneself, or has confirmed, are never ended for a stranger', () => {
    for (let n = 1; n <= MAX_STRANGER_SESSIONS; n++) sit(n, { startedAt: n, pairing: n % 2 ? { state: 'waiting', startedByMe: true } : { state: 'confirmed', startedByMe: false } });
    expect(gone(arrive(500))).toEqual([[500, 'busy']]);
    expect(ada.state.get('session', '500')).toBeUndefined();
    sit(4, { startedAt: 4, pairing: { state: 'waiting', startedByMe: false } });
    ada.within(({ state }) => state.put('pairing', 'i4', { connection: 4, state: 'waiting', startedByMe: false } as never));
    expect(gone(arrive(501))).toEqual([[4, 'busy']]);
  });

  it('have an end altogether', () => {
    for (let n = 1; n < MAX_SESSIONS; n++) sit(n, { known: true });
    expect(gone(arrive(500))).toEqual([]);
    expect(gone(arrive(501))).toEqual([[501, 'busy']]);
    expect(ada.state.get('session', '501')).toBeUndefined();
  });

  it('are begun once for each connection', () => {
    arrive(500);
    expect(() => arrive(500)).toThrow('invariant');
  });

  it('that get nowhere are ended after a while; what is open is not', () => {
    const now = ada.time.now;
    sit(1, { phase: 'noise', startedAt: now + 1 });
    sit(2, { phase: 'evidence', startedAt: now + 2 });
    sit(3, { startedAt: now - 10 * MEETING_TIMEOUT_MS });
    const at = (elapsedMs: number) => ben.doing((turn) => endSlowMeetings({ ...turn, time: { ...turn.time, now: now + elapsedMs } })).outputs;
    expect(gone(at(MEETING_TIMEOUT_MS + 1))).toEqual([]);
    expect(gone(at(MEETING_TIMEOUT_MS + 2))).toEqual([[1, 'session_closed']]);
    expect(gone(at(MEETING_TIMEOUT_MS + 3))).toEqual([[2, 'session_closed']]);
  });
});

describe('what has ended', () => {
  const end = (n: number) => ben.doing((turn) => noteEnded(turn, ben.instance, idNumber(n) as TransferId));
  const ended = (n: number) => hasEnded(ada.state, ben.instance, idNumber(n) as TransferId);

  it('is remembered while a session stands, the newest of it, each once', () => {
    end(0);
    expect(ended(0)).toBe(false);
    ben.meet();
    for (let n = 1; n <= MOST_REMEMBERED; n++) end(n);
    end(2);
    expect([ended(1), ended(MOST_REMEMBERED)]).toEqual([true, true]);
    end(MOST_REMEMBERED + 1);
    expect([ended(1), ended(2), ended(MOST_REMEMBERED + 1)]).toEqual([false, true, true]);
    expect(ada.state.get('ended', ben.instance)).toHaveLength(MOST_REMEMBERED);
  });
});
