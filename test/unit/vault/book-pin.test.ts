/** The PIN and books (design §6, consent): whoever sits at the computer cannot hand a book on without it. */
import { argon2id } from '@noble/hashes/argon2.js';
import { beforeEach, expect, it } from 'vitest';
import { must } from '../../../enclave/vault/state.ts';
import type { CurrencyId, LicenceId, TransferId } from '../../../protocol/identifiers.ts';
import { publish } from '../../support/pure-library.ts';
import type { PureVault } from '../../support/pure-vault.ts';
import { ReadingCircle } from '../../support/reading-circle.ts';

const PIN = { pin: '1234' };
let circle: ReadingCircle;
let ada: PureVault;
let ben: PureVault;
let copies: LicenceId[];
let gold: CurrencyId;
beforeEach(({ task }) => {
  circle = new ReadingCircle(task.name);
  ({ ada, ben } = circle);
  const { copy } = publish(ada, 'Emma', { copies: 3 });
  copies = [copy(1), copy(2), copy(3)];
  const made = ada.must('credits.createCurrency', { code: 'GLD', decimals: 0, name: 'Gold' });
  gold = made.id as CurrencyId;
});

/** A PIN as the vault keeps one, made with as little work as argon2id can: how much it is, commands.test.ts looks at. */
function setPin(vault: PureVault): void {
  const [salt, memoryKiB, passes] = [new Uint8Array(16).fill(3), 8, 1];
  const hash = argon2id(PIN.pin, salt, { m: memoryKiB, t: passes, p: 1, dkLen: 32 });
  vault.within((turn) => turn.state.put('self', 'self', { ...must(turn.state, 'self', 'self'), pin: { salt, hash, memoryKiB, passes, failures: 0, retryAt: 0 } }));
}

/** What each way of handing a book on comes to. */
function handOn(pin: { pin?: string }): string[] {
  const [given, sold, lent] = copies as [LicenceId, LicenceId, LicenceId];
  const to = { contact: ben.instance, ...pin };
  return [
    ada.call('books.give', { licence: given, ...to }), ada.call('books.sell', { licence: sold, price: { currency: gold, amount: '1' }, ...to }), ada.call('books.lend', { licence: lent, due: null, ...to }),
  ].map((answer) => (answer.ok ? 'done' : answer.failure.code));
}

it('is asked for whenever a book is given, sold or lent, if one is set', () => {
  setPin(ada);
  expect(handOn({})).toEqual(['pin_required', 'pin_required', 'pin_required']);
  expect(ada.call('books.give', { licence: copies[0]!, contact: ben.instance, pin: '4321' })).toMatchObject({ ok: false, failure: { code: 'pin_wrong' } });
  expect([...ada.state.all('transfer')]).toEqual([]);
  expect(handOn(PIN)).toEqual(['done', 'done', 'done']);
});

it('is not asked for where none is set', () => {
  expect(handOn({})).toEqual(['done', 'done', 'done']);
});

it('is asked for when somebody else proposes that a book leaves', () => {
  circle.give(ada, ben, copies[0]!);
  setPin(ben);
  // No command proposes this yet; another wallet may.
  ben.within((turn) => {
    const offer = { id: 'ab'.repeat(16) as TransferId };
    const licence = turn.state.get('licence', copies[0]!)!;
    const { descriptor } = turn.state.get('publication', licence.publication)!;
    turn.state.put('transfer', offer.id, {
      id: offer.id, direction: 'in', state: 'offered', contact: ada.instance, give: [], take: [{ kind: 'licence', id: copies[0]!, copy: 1, publication: descriptor, move: { as: 'own' } }], memo: '', purpose: 'payment', request: null,
    } as never);
  });
  expect(ben.call('transfers.accept', { id: 'ab'.repeat(16) as TransferId })).toMatchObject({ ok: false, failure: { code: 'pin_required' } });
});

it('is not asked for to bring a book home, or to take one', () => {
  setPin(ben);
  const lent = ada.must('books.lend', { licence: copies[0]!, contact: ben.instance, due: null });
  circle.network.settle();
  expect(ben.call('transfers.accept', { id: lent.id })).toMatchObject({ ok: true });
  circle.settle();
  expect(ben.call('books.return', { licence: copies[0]! })).toMatchObject({ ok: true });
});
