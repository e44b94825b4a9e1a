/** The vault as a function (design §4, §5.2): what a step hands to the journal, what a refused call leaves, and what a tick looks after. */
import { x25519 } from '@noble/curves/ed25519.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { sealContentKey } from '../../../enclave/grants/grants.codec.ts';
import { publishingSecret } from '../../../enclave/vault/library/publications.ts';
import { DAY_MS } from '../../../enclave/vault/library/terms.ts';
import { encryptWithAd } from '../../../enclave/vault/noise/cipher-state.ts';
import { type Input, step } from '../../../enclave/vault/step.ts';
import { encodeMessage } from '../../../protocol/messages.codec.ts';
import { MEASUREMENT } from '../../support/memory-host.ts';
import { MadeBook } from '../../support/made-books.ts';
import { PureLane } from '../../support/pure-lane.ts';
import { OPEN_TERMS, read } from '../../support/pure-library.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';

let ada: PureVault;
let ben: PureLane;

beforeEach(() => {
  ada = new PureVault('Ada', 'step', new PureNetwork());
  ben = new PureLane(ada, 'Ben');
});

/** A step that is looked at and not taken. */
const tried = (input: Input) => step(ada.state, input, { seed: new Uint8Array(32).fill(1), time: ada.time, head: { n: 1, hash: new Uint8Array(32) }, attested: { measurement: MEASUREMENT, tier: 'software', referenceValues: [] } });
const call = (method: string, input: unknown = {}) => tried({ type: 'call', now: 0, id: 7, method, input } as Input);
const failure = (method: string, input: unknown = {}) => {
  const [reply] = call(method, input).outputs;
  return reply?.type === 'reply' && !reply.ok ? reply.failure : null;
};

describe('the journal', () => {
  it('is told of the beginning; there is only one', () => {
    const empty = new PureVault('Nobody', 'x', new PureNetwork());
    empty.within(({ state }) => state.remove('self', 'self'));
    const create = (state: PureVault['state']) => step(state, { type: 'create', now: 0, name: 'Cleo' }, { seed: new Uint8Array(32), time: ada.time, head: { n: 0, hash: new Uint8Array(32) }, attested: { measurement: MEASUREMENT, tier: 'software', referenceValues: [] } });
    expect(create(empty.state).journal).toEqual({ input: 'create', name: 'Cleo' });
    expect(() => create(ada.state)).toThrow('invariant');
  });

  it('is told of a deed with all that was said, but no secrets and nothing that was left out', () => {
    expect(call('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' }).journal).toEqual({ input: 'call', method: 'credits.createCurrency', arguments: { code: 'TEA', decimals: 0, name: 'Tea' } });
    expect(call('people.rename', { contact: ben.instance, name: 'B' }).journal).toMatchObject({ arguments: { contact: ben.instance, name: 'B' } });
    expect(call('safety.setPin', { next: '1234' }).journal).toEqual({ input: 'call', method: 'safety.setPin', arguments: {} });
    ada.call('safety.setPin', { next: '1234' });
    expect(tried({ type: 'counted', now: 0, call: { type: 'call', now: 0, id: 7, method: 'safety.setPin', input: { current: '1234', next: '5678' } } } as Input).journal).toEqual({ input: 'call', method: 'safety.setPin', arguments: {} });
    const emma = new MadeBook(ben, 'Emma').shelve(ada);
    expect(call('books.open', { licence: emma, reader: '09'.repeat(32) }).journal).toEqual({ input: 'call', method: 'books.open', arguments: { licence: emma } });
    expect(JSON.stringify(call('books.publish', { title: 'T', author: '', language: '', format: 'pdf', bytes: 1, content: 'ab'.repeat(32), sealedKey: 'cd'.repeat(120), copies: 1, terms: OPEN_TERMS, price: null }).journal)).not.toContain('cdcd');
  });

  it('is told of a publication without the key that came with it', () => {
    const sealed = sealContentKey(x25519.getPublicKey(publishingSecret(ada.state)), { version: 1, content: new Uint8Array(32), key: new Uint8Array(32).fill(3) }, new Uint8Array(32).fill(2));
    const { journal } = call('books.publish', { title: 'T', author: '', language: '', format: 'pdf', bytes: 1, content: '00'.repeat(32), sealedKey: Buffer.from(sealed).toString('hex'), copies: 1, terms: OPEN_TERMS, price: null });
    expect(journal).toMatchObject({ method: 'books.publish', arguments: { title: 'T', copies: 1 } });
    expect(journal).not.toMatchObject({ arguments: { sealedKey: expect.anything() } });
  });

  it('is told what was refused and why, and that a PIN is tried', () => {
    expect(call('people.rename', { contact: 'nobody', name: null }).journal).toEqual({ input: 'call', method: 'people.rename', refused: 'bad_input' });
    ada.call('safety.setPin', { next: '1234' });
    const counting = call('safety.setPin', { current: '1234', next: null });
    expect(counting.journal).toEqual({ input: 'try', method: 'safety.setPin' });
    expect(counting.next).toEqual({ type: 'counted', now: 0, call: { type: 'call', now: 0, id: 7, method: 'safety.setPin', input: { current: '1234', next: null } } });
  });

  it('is told only that there was evidence where none was due, and leaves out what was not said', () => {
    const connection = ben.meet();
    const evidence = { type: 'evidence', statement: new Uint8Array(9), signature: new Uint8Array(64) } as const;
    const { ciphertext } = encryptWithAd(ben.session(connection).receive, new Uint8Array(), encodeMessage(evidence));
    expect(tried({ type: 'received', now: 0, connection, frame: ciphertext }).journal).toEqual({ input: 'message', from: ben.instance, message: { type: 'evidence' } });
    const made = ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    ada.call('credits.issue', { currency: made.id, amount: '5' });
    const { journal } = call('transfers.send', { contact: ben.instance, currency: made.id, amount: '1', request: undefined });
    expect(Object.keys((journal as { arguments: object }).arguments).sort()).toEqual(['amount', 'contact', 'currency', 'memo', 'purpose', 'take']);
  });

  it('is told of what a contact says and of who it was; of evidence only that there was some, and of noise nothing', () => {
    const network = new PureNetwork();
    const [anna, cleo] = [new PureVault('Anna', 'a', network), new PureVault('Cleo', 'c', network)];
    const journals: unknown[] = [];
    const connection = network.connect(anna, cleo);
    const line = network.lines.get(connection)!;
    for (;;) {
      const frame = line.toA[0];
      if (frame) journals.push(step(anna.state, { type: 'received', now: 0, connection, frame }, { seed: new Uint8Array(32), time: anna.time, head: { n: 1, hash: new Uint8Array(32) }, attested: { measurement: MEASUREMENT, tier: 'software', referenceValues: [MEASUREMENT] } }).journal);
      if (!network.deliver(connection, true) && !network.deliver(connection, false)) break;
    }
    expect(journals.every((journal) => journal === null)).toBe(true);
    cleo.call('pairing.start', { instance: anna.instance });
    const frame = network.lines.get(connection)!.toA[0]!;
    const { journal } = step(anna.state, { type: 'received', now: 0, connection, frame }, { seed: new Uint8Array(32), time: anna.time, head: { n: 1, hash: new Uint8Array(32) }, attested: { measurement: MEASUREMENT, tier: 'software', referenceValues: [MEASUREMENT] } });
    expect(journal).toMatchObject({ input: 'message', from: cleo.instance, message: { type: 'pair-request' } });
    const unknown = step(anna.state, { type: 'received', now: 0, connection: 99, frame }, { seed: new Uint8Array(32), time: anna.time, head: { n: 1, hash: new Uint8Array(32) }, attested: { measurement: MEASUREMENT, tier: 'software', referenceValues: [] } });
    expect([unknown.journal, unknown.outputs]).toEqual([null, []]);
  });
});

describe('letting go of old packages', () => {
  const letGo = (upTo: number) => tried({ type: 'compacted', now: null, upTo, head: new Uint8Array(32).fill(3), joints: [] });

  it('is on record, and the journal is told of it', () => {
    const { state, journal } = letGo(1);
    expect(journal).toEqual({ input: 'compacted', upTo: 1 });
    expect(state.get('compacted', 'self')).toEqual({ upTo: 1, head: new Uint8Array(32).fill(3), joints: [], at: ada.time.clock });
  });

  it('is of what is past, and has not been let go of', () => {
    for (const upTo of [0, 2]) expect(() => letGo(upTo)).toThrow('invariant');
    ada.within(({ state }) => state.put('compacted', 'self', { upTo: 1, head: new Uint8Array(32), joints: [], at: 0 }));
    expect(() => letGo(1)).toThrow('invariant');
  });
});

describe('a refused call', () => {
  it('says which part of its input is wrong', () => {
    expect(failure('people.rename', { contact: 'nobody', name: null })?.detail).toMatch(/^contact: ./);
    expect(failure('people.setRule', { contact: ben.instance, rule: { mode: 'auto', upTo: [{ currency: 'x', amount: '1' }] } })?.detail).toMatch(/^rule\.upTo\.0\.currency: ./);
    expect(failure('people.rename', 'nothing')?.detail).toMatch(/^input: ./);
    expect(failure('no.such')).toEqual({ code: 'unknown_method', detail: 'There is no command no.such.' });
    expect(failure('wallet.identity')).toMatchObject({ code: 'unknown_method' });
  });

  it('leaves nothing', () => {
    expect([...call('people.forget', { contact: 'x' }).state.changes()]).toEqual([]);
    expect([...call('transfers.send', { contact: ben.instance, currency: 'ab'.repeat(32), amount: '1' }).state.changes()]).toEqual([]);
  });
});

describe('a tick', () => {
  it('ends slow meetings and closes what is overdue; the next one begins its way home', () => {
    ben.meet();
    const emma = new MadeBook(ben, 'Emma');
    emma.shelve(ada, { state: 'borrowed', contact: ben.instance, due: 5, deadline: ada.time.now + DAY_MS, over: false, recalled: false, asked: null });
    expect(read(ada, emma.id())).toMatchObject({ ok: true });
    ada.within(({ state }) => state.put('session', '77', { phase: 'noise', connection: 77, startedAt: ada.time.now } as never));
    expect(tried({ type: 'tick', now: 0 }).outputs).toEqual([]);
    ada.elapsedMs += DAY_MS;
    expect(tried({ type: 'tick', now: 0 }).outputs.map(({ type }) => type)).toEqual(['hang-up', 'close-book']);
    const homeward = () => [...ada.state.all('transfer')].flatMap(([, { contact, give }]) => give.map((asset) => [contact, asset.kind === 'licence' && asset.move.as]));
    ada.input({ type: 'tick', now: 0 });
    expect(homeward()).toEqual([]);
    ada.input({ type: 'tick', now: 0 });
    expect(homeward()).toEqual([[ben.instance, 'return']]);
    expect(tried({ type: 'tick', now: 0 }).journal).toBeNull();
  });
});
