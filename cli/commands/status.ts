/** `tallystick status`: who and where this wallet is, and what it holds. */
import type { Command } from 'commander';
import type { LicenceView } from '../../protocol/contracts/library.views.ts';
import { type Call, addCommand, withSession } from '../command.ts';
import { typed } from '../invocation.ts';
import { amountOf, amountWords, balanceLine } from '../present.ts';
import { type Session, need } from '../session.ts';

export const statusCommand = (program: Command): Command =>
  addCommand<object>(program, 'status', {
    about: 'who and where this wallet is, and what it holds',
    run: (call) => withSession(call, { network: false }, (session) => showStatus(call, session)),
  });

async function showStatus(call: Call<object>, { client, shell }: Session): Promise<void> {
  const [app, identity, network, balances] = [
    await need(client['app.status']({})), await need(client['wallet.identity']({})), await need(client['network.status']({})), await need(client['credits.balances']({})),
  ];
  const offers = (await need(client['transfers.pending']({}))).filter(({ waitsFor }) => waitsFor === 'your-answer').length;
  const requests = (await need(client['requests.list']({}))).filter(({ direction, state }) => direction === 'in' && state === 'open').length;
  const moving = balances.filter(({ inTransit }) => inTransit !== '0');
  const shelf = await need(client['books.shelf']({}));
  const value = {
    name: identity.name, instance: identity.instance, peerId: network.peerId, addresses: network.addresses,
    tier: identity.tier, n: identity.n, head: identity.head,
    balances: balances.map(balanceLine),
    inTransit: moving.map(({ currency, inTransit }) => amountOf(currency, inTransit)),
    waiting: { offers, requests },
    licences: shelf.map(({ id, publication, copy, state, contact, due }) => ({ id, title: publication.title, copy, copies: publication.copies, state, contact, due })),
    measurement: identity.measurement, rootSecret: app.rootSecret, phase: app.phase, served: shell !== null, discovery: network.discovery,
    dataFolder: app.dataFolder, restarts: app.restarts, version: app.version, createdAt: identity.createdAt,
  };
  const held = balances.map(({ currency, held: minor, inTransit }) => `  ${amountWords(currency, minor)}${inTransit === '0' ? '' : `, and ${amountWords(currency, inTransit)} in transit`}${currency.mine ? '  (yours)' : ''}`);
  call.output.result(value, [
    `${call.output.strong(identity.name)}  ${identity.instance}`,
    shell ? `On the network: ${network.addresses.join('  ') || 'not yet'}` : `Not served: nobody can reach it. Start it: ${typed('serve')}`,
    ...(network.trouble && shell ? [network.trouble.detail] : []),
    `Protection: ${identity.tier}; its secret is kept in ${app.rootSecret === 'keychain' ? 'the keychain' : app.rootSecret === 'file' ? 'a file that only you can read' : 'a store that is only obfuscated'}`,
    ...(offers + requests > 0 ? [`Waits for your answer: ${[counted(offers, 'offer'), counted(requests, 'request')].filter(Boolean).join(' and ')}. See ${typed('transfers --pending')}`] : []),
    ...(held.length > 0 ? ['Holds:', ...held] : shelf.length > 0 ? [] : ['Holds nothing yet.']),
    ...(shelf.length > 0 ? [`Books: ${countedBooks(shelf)}. See ${typed('library')}`] : []),
  ].join('\n'));
}

const BOOKS_ARE = { held: 'here', borrowed: 'borrowed', lent: 'lent out', 'in-transit': 'on the way' } as const;
const countedBooks = (shelf: readonly LicenceView[]): string =>
  Object.entries(BOOKS_ARE).flatMap(([state, words]) => { const many = shelf.filter((copy) => copy.state === state).length; return many === 0 ? [] : [`${many} ${words}`]; }).join(', ');

const counted = (count: number, what: string): string => (count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`);
