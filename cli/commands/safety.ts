/** `tallystick pin`, `limit`, `visibility`, `rename`: how careful and how visible this wallet is. */
import type { Command } from 'commander';
import { Refusal } from '../../protocol/errors.ts';
import { VISIBILITIES } from '../../protocol/contracts/host.contract.ts';
import { PIN_OPTION, addCommand, withSession } from '../command.ts';
import { typed } from '../invocation.ts';
import { type PinChoices, withPin } from '../pin.ts';
import { amountOf, amountWords } from '../present.ts';
import { askSecret, canAsk, readLine } from '../prompt.ts';
import { minorOf, resolveCurrency } from '../resolve-currency.ts';
import { type Session, need } from '../session.ts';
import { knownCurrencies } from './currency.ts';

/** A PIN from stdin, from the person, or from the environment. */
async function obtain(question: string, { pinStdin }: PinChoices, variable: string): Promise<string> {
  const typed = pinStdin ? await readLine() : process.env[variable] ?? (canAsk() ? await askSecret(question) : null);
  if (typed === null) throw new Refusal('bad_input', `A PIN is needed: type it at a terminal, or give it with --pin-stdin or in ${variable}.`);
  return typed.trim();
}

async function setPin(session: Session, options: PinChoices, remove: boolean): Promise<void> {
  const { pinSet } = await need(session.client['safety.status']({}));
  const current = pinSet ? { current: await obtain('Current PIN:', options, 'TALLYSTICK_PIN') } : {};
  const next = remove ? null : await obtain('New PIN, 4 to 12 digits:', options, 'TALLYSTICK_NEW_PIN');
  if (next !== null && !options.pinStdin && process.env['TALLYSTICK_NEW_PIN'] === undefined && (await askSecret('Once more:')) !== next) throw new Refusal('bad_input', 'The two differ. Nothing was changed.');
  await need(session.client['safety.setPin']({ ...current, next }));
}

export function safetyCommands(program: Command): void {
  const pin = addCommand<object>(program, 'pin', {
    about: 'whether there is a PIN',
    run: (call) => withSession(call, { network: false }, async ({ client }) => {
      const status = await need(client['safety.status']({}));
      call.output.result(status, status.pinSet ? `A PIN is set. It is asked for above your limits, and when a book is lent, given or sold.${status.failures > 0 ? ` ${status.failures} wrong tries.` : ''}` : 'No PIN is set.');
    }),
  });
  for (const [verb, about] of [['set', 'set or change the PIN'], ['remove', 'have no PIN any more']] as const) {
    addCommand<PinChoices>(pin, verb, {
      about,
      options: [['--pin-stdin', 'the current PIN (if there is one) and the new one are lines of stdin']],
      run: (call) => withSession(call, { network: false }, async (session) => {
        await setPin(session, call.options, verb === 'remove');
        const status = await need(session.client['safety.status']({}));
        call.output.result(status, verb === 'set' ? `The PIN is set. It is asked for when a book is lent, given or sold; above which amount of credits, you say: ${typed('limit CODE AMOUNT')}` : 'There is no PIN any more.');
      }),
    });
  }
  addCommand<PinChoices>(program, 'limit [code] [amount]', {
    about: 'above which amount sending asks for the PIN; "none" for never; without arguments, the limits',
    options: [PIN_OPTION],
    run: (call) => withSession(call, { network: false }, async (session) => {
      const [code, amount] = call.args;
      if (code !== undefined && amount === undefined) throw new Refusal('bad_input', 'Say the amount too, or "none".');
      if (code !== undefined && amount !== undefined) {
        const currency = resolveCurrency(code, await knownCurrencies(session));
        const minor = amount === 'none' ? null : /^0(\.0*)?$/.test(amount) ? '0' : minorOf(amount, currency);
        await withPin(call.options, (given) => session.client['safety.setLimit']({ currency: currency.id, amount: minor, ...given }));
      }
      const balances = await need(session.client['credits.balances']({}));
      const limits = balances.map(({ currency, pinAbove }) => ({ ...amountOf(currency, pinAbove ?? '0'), ...(pinAbove === null ? { amount: null, minor: null } : {}) }));
      call.output.result(limits, balances.map(({ currency, pinAbove }) => `${currency.code}  ${pinAbove === null ? 'no limit' : `the PIN is asked for above ${amountWords(currency, pinAbove)}`}`).join('\n') || 'No currencies yet.');
    }),
  });
  addCommand<object>(program, 'visibility [who]', {
    about: 'who can find this wallet on the network: visible, contacts or hidden',
    run: (call) => withSession(call, { network: false }, async ({ client }) => {
      const [wanted] = call.args;
      const visibility = VISIBILITIES.find((known) => known === wanted);
      if (wanted !== undefined && !visibility) throw new Refusal('bad_input', `It is one of ${VISIBILITIES.join(', ')}.`);
      const settings = await need(visibility ? client['settings.set']({ visibility }) : client['settings.get']({}));
      call.output.result(settings, { visible: 'Everybody on the network can see this wallet and ask to pair.', contacts: 'Only contacts meet this wallet. Others on the network can tell that a wallet is here, not whose.', hidden: 'Nobody finds this wallet; you connect to others.' }[settings.visibility]);
    }),
  });
  addCommand<object>(program, 'rename <name>', {
    about: 'change the name that others see',
    run: (call) => withSession(call, { network: false }, async ({ client }) => {
      await need(client['wallet.rename']({ name: call.args[0] ?? '' }));
      const { name, instance } = await need(client['wallet.identity']({}));
      call.output.result({ name, instance }, `This wallet is called ${name}.`);
    }),
  });
}
