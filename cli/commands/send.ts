/** `tallystick send`, `redeem`, `request`: asking for a transfer to begin. */
import type { Command } from 'commander';
import { EXIT, Refusal } from '../../protocol/errors.ts';
import type { TransferView } from '../../protocol/contracts/views.ts';
import { type Call, PIN_OPTION, addCommand, seconds, withSession } from '../command.ts';
import { typed } from '../invocation.ts';
import { type FollowOptions, LINGER_MS, exitStatusOfTransfer, follow, patienceOf } from '../follow.ts';
import { type PinChoices, withPin } from '../pin.ts';
import { amountWords, balanceLine, requestLine, requestWords, transferLine, transferWords } from '../present.ts';
import { minorOf, resolveCurrency } from '../resolve-currency.ts';
import { type Session, need, waitFor } from '../session.ts';
import { contactNamed } from './contacts.ts';
import { knownCurrencies } from './currency.ts';

export type SendOptions = FollowOptions & PinChoices & { readonly memo?: string };

export const FOLLOW_OPTIONS = [
  ['--wait', 'until it is finished: exit status 0 done, 3 declined or returned, 5 not in time'],
  ['--timeout <seconds>', 'with --wait: at most so long (60)', seconds],
] as const;

const MEMO = ['--memo <text>', 'a note for them, up to 140 characters'] as const;

/** Prints where a transfer stands after following it as long as was asked. */
export async function tell(call: Call<FollowOptions>, session: Session, begun: TransferView): Promise<number> {
  const patience = patienceOf(call.options, session.shell !== null);
  const transfer = patience > 0 ? await follow(session, begun.id, patience) : begun;
  const open = exitStatusOfTransfer(transfer) === EXIT.unreachable;
  const later = !open ? '' : session.shell ? `\nHow it ends: ${typed('transfers')}${call.options.wait ? '' : '   ·   a command waits for the end with --wait'}` : `\nNothing serves this wallet, so it goes on when you next run: ${typed('serve')}`;
  call.output.result(transferLine(transfer), transferWords(transfer) + later);
  return call.options.wait ? exitStatusOfTransfer(transfer) : transfer.state === 'done' || open ? EXIT.done : EXIT.refused;
}

export function sendCommands(program: Command): void {
  addCommand<SendOptions>(program, 'send <contact> <amount> <code>', {
    about: 'hand credits to a contact',
    options: [MEMO, ...FOLLOW_OPTIONS, PIN_OPTION],
    more: 'CONTACT is a name, a key (tally1…) or the beginning of one. CODE may be CODE@ISSUER or a currency id.\nThey are asked first, unless their rule for you accepts it. Once they have said yes it cannot be taken back.',
    run: (call) => withSession(call, { network: true }, async (session) => {
      const [who = '', amount = '', code = ''] = call.args;
      const contact = await contactNamed(session, who);
      const currency = resolveCurrency(code, await knownCurrencies(session));
      const minor = minorOf(amount, currency);
      return tell(call, session, await withPin(call.options, (pin) => session.client['transfers.send']({ contact: contact.instance, currency: currency.id, amount: minor, memo: call.options.memo ?? '', ...pin })));
    }),
  });
  addCommand<SendOptions>(program, 'redeem <amount> <code>', {
    about: 'give credits back to their issuer; your own go out of existence',
    options: [MEMO, ...FOLLOW_OPTIONS, PIN_OPTION],
    run: (call) => withSession(call, { network: true }, async (session) => {
      const [amount = '', code = ''] = call.args;
      const currency = resolveCurrency(code, await knownCurrencies(session));
      const minor = minorOf(amount, currency);
      if (currency.mine) {
        const balance = await withPin(call.options, (pin) => session.client['credits.retire']({ currency: currency.id, amount: minor, ...pin }));
        call.output.result(balanceLine(balance), `${amountWords(currency, minor)} are no more. You hold ${amountWords(currency, balance.held)}.`);
        return EXIT.done;
      }
      const issuer = (await need(session.client['people.contacts']({}))).find(({ instance }) => instance === currency.issuer);
      if (!issuer) throw new Refusal('not_paired', `The issuer of ${currency.code} is not a contact: ${currency.issuer}.`);
      return tell(call, session, await withPin(call.options, (pin) => session.client['transfers.send']({ contact: issuer.instance, currency: currency.id, amount: minor, memo: call.options.memo ?? '', purpose: 'redemption', ...pin })));
    }),
  });
  addCommand<{ memo?: string }>(program, 'request <contact> <amount> <code>', {
    about: 'ask a contact for credits',
    options: [MEMO],
    run: (call) => withSession(call, { network: true }, async (session) => {
      const [who = '', amount = '', code = ''] = call.args;
      const contact = await contactNamed(session, who);
      const currency = resolveCurrency(code, await knownCurrencies(session));
      const request = await need(session.client['requests.create']({ contact: contact.instance, currency: currency.id, amount: minorOf(amount, currency), memo: call.options.memo ?? '' }));
      if (!session.shell) await linger(session, contact.instance);
      call.output.result(requestLine(request), `${requestWords(request)}${session.shell ? '' : `\nNothing serves this wallet; it reaches them when both are there: ${typed('serve')}`}`);
    }),
  });
}

/** Stays until a contact has been met, or for a while. */
export async function linger(session: Session, contact: string): Promise<void> {
  await waitFor(session, async () => ((await need(session.client['people.contacts']({}))).some(({ instance, online }) => instance === contact && online) ? true : null), LINGER_MS);
}
