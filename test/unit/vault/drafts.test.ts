/** The state as a value (design §4): a draft changes nothing below it, and what belongs to a contact is always found by it. */
import { describe, expect, it } from 'vitest';
import type { Request } from '../../../enclave/vault/records.ts';
import { Base, type Change, Draft, must } from '../../../enclave/vault/state.ts';
import type { InstanceId, RequestId } from '../../../protocol/identifiers.ts';

const [BEN, CLEO] = ['ben' as InstanceId, 'cleo' as InstanceId];
const request = (id: string, contact: InstanceId, memo = ''): Request => ({ id: id as RequestId, direction: 'in', contact, currency: 'tea' as never, amount: 1n, memo, at: 0, state: 'open' });
const put = (id: string, contact: InstanceId, memo = ''): Change => ({ table: 'request', key: id, value: request(id, contact, memo) });
const gone = (id: string): Change => ({ table: 'request', key: id, value: undefined });

function based(...changes: Change[]): Base {
  const base = new Base();
  base.apply(changes);
  return base;
}
const requests = (state: Base | Draft): Record<string, string> => Object.fromEntries([...state.all('request')].map(([key, { memo }]) => [key, memo]));
const of = (state: Base | Draft, contact: InstanceId): string[] => [...state.keysOf('request', contact)].sort();

describe('a draft', () => {
  it('shows what was put over what is below, and hides what was removed', () => {
    const draft = new Draft(based(put('1', BEN, 'old'), put('2', BEN, 'old'), put('3', BEN, 'old')));
    draft.put('request', '1', request('1', BEN, 'new'));
    draft.remove('request', '2');
    draft.put('request', '4', request('4', BEN, 'new'));
    expect(requests(draft)).toEqual({ 1: 'new', 3: 'old', 4: 'new' });
    expect(['1', '2', '3', '4', '5'].map((key) => draft.get('request', key)?.memo)).toEqual(['new', undefined, 'old', 'new', undefined]);
    expect([...draft.all('limit')]).toEqual([]);
  });

  it('leaves what is below as it was', () => {
    const base = based(put('1', BEN, 'old'));
    const draft = new Draft(base);
    draft.put('request', '1', request('1', CLEO, 'new'));
    draft.remove('request', '1');
    expect(requests(base)).toEqual({ 1: 'old' });
    expect(of(base, BEN)).toEqual(['1']);
  });

  it('finds what belongs to a contact, also when it was put, removed or has passed to another', () => {
    const draft = new Draft(based(put('1', BEN), put('2', BEN), put('3', CLEO)));
    expect([of(draft, BEN), of(draft, CLEO)]).toEqual([['1', '2'], ['3']]);
    draft.put('request', '1', request('1', BEN, 'again'));
    draft.remove('request', '2');
    draft.put('request', '3', request('3', BEN));
    draft.put('request', '4', request('4', CLEO));
    expect([of(draft, BEN), of(draft, CLEO)]).toEqual([['1', '3'], ['4']]);
    expect([...draft.keysOf('transfer', BEN)]).toEqual([]);
  });

  it('takes over what a draft above it changed, removals too, and nothing else', () => {
    const draft = new Draft(based(put('1', BEN, 'old'), put('2', BEN, 'old')));
    draft.put('request', '3', request('3', BEN, 'kept'));
    const above = new Draft(draft);
    above.remove('request', '1');
    above.put('request', '2', request('2', BEN, 'new'));
    expect(requests(draft)).toEqual({ 1: 'old', 2: 'old', 3: 'kept' });
    draft.absorb(above);
    expect(requests(draft)).toEqual({ 2: 'new', 3: 'kept' });
    expect([...draft.changes()].map(({ key, value }) => [key, (value as Request | undefined)?.memo]).sort()).toEqual([['1', undefined], ['2', 'new'], ['3', 'kept']]);
  });

  it('has as changes just what makes its state of the one below', () => {
    const base = based(put('1', BEN), put('2', CLEO));
    const draft = new Draft(base);
    draft.remove('request', '1');
    draft.put('request', '9', request('9', CLEO, 'new'));
    base.apply(draft.changes());
    expect(requests(base)).toEqual(requests(draft));
    expect(of(base, CLEO)).toEqual(['2', '9']);
  });
});

describe('the durable state', () => {
  it('forgets to whom something belonged when it is removed or passes to another', () => {
    const base = based(put('1', BEN), put('2', BEN));
    base.apply([put('1', CLEO)]);
    expect([of(base, BEN), of(base, CLEO)]).toEqual([['2'], ['1']]);
    base.apply([gone('1'), gone('2')]);
    expect([of(base, BEN), of(base, CLEO), requests(base)]).toEqual([[], [], {}]);
    base.apply([put('1', BEN), put('1', BEN, 'twice')]);
    expect([of(base, BEN), requests(base)]).toEqual([['1'], { 1: 'twice' }]);
  });

  it('keeps what belongs to a contact in the order in which it came, also when it changes', () => {
    const base = based(put('1', BEN), put('2', BEN));
    base.apply([put('1', BEN, 'changed')]);
    expect([...base.keysOf('request', BEN)]).toEqual(['1', '2']);
  });

  it('is copied with everything, and a change of the copy is none of the original', () => {
    const base = based(put('1', BEN), { table: 'trouble', key: BEN, value: 'fork_proven' });
    const copy = base.clone();
    copy.apply([gone('1'), put('2', CLEO), { table: 'trouble', key: CLEO, value: 'busy' }]);
    expect([requests(base), of(base, BEN), of(base, CLEO)]).toEqual([{ 1: '' }, ['1'], []]);
    expect([...base.all('trouble')]).toEqual([[BEN, 'fork_proven']]);
    expect([...copy.all('trouble')]).toEqual([[BEN, 'fork_proven'], [CLEO, 'busy']]);
  });

  it('is sealed without what lives as long as the process', () => {
    const base = based(put('1', BEN), ...(['session', 'presence', 'pairing', 'trouble'] as const).map((table) => ({ table, key: 'x', value: [] }) as unknown as Change));
    expect([...base.records()].map(({ table }) => table)).toEqual(['request']);
    expect([...base.records(true)].map(({ table }) => table).sort()).toEqual(['pairing', 'presence', 'request', 'session', 'trouble']);
  });

  it('that lacks a record which must be there stops the vault', () => {
    const base = based(put('1', BEN));
    expect(must(base, 'request', '1')).toMatchObject({ id: '1' });
    expect(() => must(base, 'request', '2')).toThrow('invariant: no request 2');
  });
});
