/** `tallystick contacts …`: the people this wallet is paired with. */
import type { Command } from 'commander';
import { Refusal } from '../../protocol/errors.ts';
import type { ContactView, Rule } from '../../protocol/contracts/views.ts';
import { PIN_OPTION, addCommand, withSession } from '../command.ts';
import { typed } from '../invocation.ts';
import { type PinChoices, withPin } from '../pin.ts';
import { contactWords } from '../present.ts';
import { askYes, canAsk } from '../prompt.ts';
import { resolveContact } from '../resolve-contact.ts';
import { minorOf, resolveCurrency } from '../resolve-currency.ts';
import { type Session, need } from '../session.ts';

/** The contact that a person means. @throws Refusal `unknown_contact`, `ambiguous_name` */
export const contactNamed = async ({ client }: Session, who: string): Promise<ContactView> => resolveContact(who, await need(client['people.contacts']({})));

export function contactCommands(program: Command): void {
  const contacts = addCommand<object>(program, 'contacts', {
    about: 'the people you have paired with',
    run: (call) => withSession(call, { network: false }, async ({ client }) => {
      const list = await need(client['people.contacts']({}));
      call.output.result(list, list.map(contactWords).join('\n') || `Nobody yet. Who is near: ${typed('peers')}`);
    }),
  });
  const told = async (session: Session, { instance }: ContactView, say: (contact: ContactView) => void): Promise<void> =>
    say(resolveContact(instance, await need(session.client['people.contacts']({}))));

  addCommand<PinChoices>(contacts, 'rule <contact> <ask|auto> [amounts...]', {
    about: 'ask before accepting from them, or accept by itself up to an amount',
    options: [PIN_OPTION],
    more: 'contacts rule Ben ask\ncontacts rule Ben auto 20 GLD 5 SLV   offers of up to 20 GLD or 5 SLV are accepted by themselves',
    run: (call) => withSession(call, { network: false }, async (session) => {
      const contact = await contactNamed(session, call.args[0] ?? '');
      const rule = await ruleFrom(session, call.args[1] ?? '', call.args.slice(2));
      await withPin(call.options, (pin) => session.client['people.setRule']({ contact: contact.instance, rule, ...pin }));
      await told(session, contact, (now) => call.output.result(now, rule.mode === 'ask' ? `Each offer from ${contact.name} waits for your answer.` : `Offers from ${contact.name} up to ${call.args.slice(2).join(' ')} are accepted by themselves.`));
    }),
  });
  addCommand<object>(contacts, 'rename <contact> [name]', {
    about: 'give them a name of your own; without NAME, back to theirs',
    run: (call) => withSession(call, { network: false }, async (session) => {
      const contact = await contactNamed(session, call.args[0] ?? '');
      await need(session.client['people.rename']({ contact: contact.instance, name: call.args[1] ?? null }));
      await told(session, contact, (now) => call.output.result(now, `${contact.name} is called ${now.name} here.`));
    }),
  });
  addCommand<{ yes?: boolean }>(contacts, 'forget <contact>', {
    about: 'remove a contact; they can do nothing until you pair again',
    options: [['--yes', 'do not ask; needed by scripts if they have a book of yours, which cannot come home then']],
    run: (call) => withSession(call, { network: false }, async (session) => {
      const { instance, name } = await contactNamed(session, call.args[0] ?? '');
      const lent = (await need(session.client['books.shelf']({}))).filter((copy) => copy.state === 'lent' && copy.contact === instance);
      const warning = lent.length === 0 ? '' : `${name} has ${lent.map(({ publication }) => publication.title).join(', ')} of yours. It cannot come home while you are no contacts. `;
      // A script that nobody watches says that it knows.
      if (!call.options.yes && warning !== '' && !canAsk()) throw new Refusal('declined', `${warning}Nothing was changed; with --yes they are forgotten all the same.`);
      if (!call.options.yes && canAsk() && !(await askYes(`${warning}Forget ${name}?`))) throw new Refusal('declined', 'Nothing was changed.');
      await need(session.client['people.forget']({ contact: instance }));
      call.output.result({ instance, name, forgotten: true }, `${name} is forgotten.`);
    }),
  });
  addCommand<object>(contacts, 'dismiss <contact>', {
    about: 'put away the warning that something answered in their place with another key',
    run: (call) => withSession(call, { network: false }, async (session) => {
      const contact = await contactNamed(session, call.args[0] ?? '');
      await need(session.client['people.dismissKeyChange']({ contact: contact.instance }));
      await told(session, contact, (now) => call.output.result(now, `The warning is put away. The other key is still refused; only the one you paired with is ${contact.name}.`));
    }),
  });
}

async function ruleFrom({ client }: Session, mode: string, amounts: readonly string[]): Promise<Rule> {
  if (mode === 'ask' && amounts.length === 0) return { mode };
  if (mode !== 'auto' || amounts.length === 0 || amounts.length % 2 !== 0) throw new Refusal('bad_input', 'A rule is "ask", or "auto" with pairs of AMOUNT and CODE.');
  const currencies = (await need(client['credits.balances']({}))).map(({ currency }) => currency);
  const upTo = [];
  for (let i = 0; i < amounts.length; i += 2) {
    const currency = resolveCurrency(amounts[i + 1] ?? '', currencies);
    upTo.push({ currency: currency.id, amount: minorOf(amounts[i] ?? '', currency) });
  }
  return { mode, upTo };
}
