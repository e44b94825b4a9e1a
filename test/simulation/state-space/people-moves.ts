/** What people do with their wallets; also what they will be told is too late. */
import { BEGINNING } from '../world/host.ts';
import { UNASKED, currencyOf } from './beginning.ts';
import type { Budget } from './bounds.ts';
import { calling, give } from './happen.ts';
import { costing, isPausing, type Move } from './move.ts';
import type { Given } from './run.ts';
import { durableAt, endAt, isAtRest, type World } from './world.ts';

export function peopleMoves(world: World, left: Budget, total: Budget): Move[] {
  const currency = currencyOf(world);
  const instance = (end: number): string => endAt(world, end).wallet.instance;
  const moves: Move[] = [];
  const does: Does = (end, what, spent, given) => {
    if (isAtRest(endAt(world, end))) moves.push(costing(`${endAt(world, end).name} ${what}`, spent, () => give(world, end, [given], what, isPausing(world, end, left))));
  };
  const pays = (from: number, to: number, amount: string, key: 'pay' | 'payOther' | 'payOn' | 'payBack'): void =>
    does(from, `pays ${endAt(world, to).name} ${amount}`, { [key]: 1 }, calling('transfers.send', { contact: instance(to), currency, amount }, `${key} ${total[key] - left[key]}`));
  if (left.pay > 0) for (const [end, { store }] of world.ends.entries()) if (store === 0) pays(end, 1, UNASKED, 'pay');
  if (left.payOther > 0 && world.ends.length > 2) pays(0, 2, UNASKED, 'payOther');
  if (left.payOn > 0 && world.ends.length > 2) pays(1, 2, UNASKED, 'payOn');
  if (left.payBack > 0) pays(1, 0, '1', 'payBack');
  bookDeeds(world, left, does);
  for (const end of world.ends.keys()) {
    for (const [id, transfer] of durableAt(world, end)?.transfers ?? []) {
      const does1 = (what: string, spent: Partial<Budget>, method: string): void => does(end, what, spent, calling(method, { id }, `${id}`));
      // Also once it is accepted, to be refused.
      if (transfer.direction === 'in' && transfer.state !== 'declined' && left.answer > 0) {
        if (transfer.state === 'offered') does1('accepts', { answer: 1 }, 'transfers.accept');
        does1('declines', { answer: 1 }, 'transfers.decline');
      }
      if (transfer.direction === 'out' && left.cancel > 0) {
        does1('cancels', { cancel: 1 }, 'transfers.cancel');
        if (transfer.state === 'in-transit') does1('writes off', { cancel: 1 }, 'transfers.writeOff');
      }
    }
  }
  if (left.rule > 0) {
    const asks = durableAt(world, 1)?.base.get('contact', instance(0))?.rule.mode === 'ask';
    does(1, asks ? 'takes 2 unasked' : 'wants to be asked', { rule: 1 }, calling('people.setRule', { contact: instance(0), rule: asks ? { mode: 'auto', upTo: [{ currency, amount: UNASKED }] } : { mode: 'ask' } }, asks ? 'auto' : 'ask'));
  }
  return moves;
}

type Does = (end: number, what: string, spent: Partial<Budget>, given: Given) => void;

const FORTNIGHT_MS = 14 * 86_400_000;

/** What is done with the book by whoever has it. The next is the one to the left around the table. */
function bookDeeds(world: World, left: Budget, does: Does): void {
  const currency = currencyOf(world);
  for (const end of world.ends.keys()) {
    for (const [licence, { state }] of durableAt(world, end)?.base.all('licence') ?? []) {
      const next = (end + 1) % world.ends.length;
      const contact = endAt(world, next).wallet.instance;
      const to = endAt(world, next).name;
      if (state === 'borrowed' && left.bringBack > 0) does(end, 'brings the book back', { bringBack: 1 }, calling('books.return', { licence }, `${licence} ${left.bringBack}`));
      // Also what is lent or borrowed, to be refused.
      if (state === 'in-transit') continue;
      if (end === 0 && left.lend > 0) does(end, `lends ${to} the book`, { lend: 1 }, calling('books.lend', { licence, contact, due: BEGINNING + FORTNIGHT_MS }, `${licence} to ${to} ${left.lend}`));
      for (const [other, { name, wallet }] of world.ends.entries()) {
        if (other !== end && left.giveBook > 0) does(end, `gives ${name} the book`, { giveBook: 1 }, calling('books.give', { licence, contact: wallet.instance }, `${licence} to ${name} ${left.giveBook}`));
      }
      if (left.sellBook > 0) does(end, `sells ${to} the book for 1`, { sellBook: 1 }, calling('books.sell', { licence, contact, price: { currency, amount: '1' } }, `${licence} to ${to} ${left.sellBook}`));
    }
  }
}
