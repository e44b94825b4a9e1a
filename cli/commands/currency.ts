/** `tallystick currency`, `issue`, `redeem`, `explain`: credits from their making to their end. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { CurrencyView } from '../../protocol/contracts/views.ts';
import { MAX_DECIMALS } from '../../protocol/limits.ts';
import { formatAmount } from '../../protocol/amount.ts';
import { PIN_OPTION, addCommand, withSession } from '../command.ts';
import { carriedWords } from '../audit-words.ts';
import { typed } from '../invocation.ts';
import { type PinChoices, withPin } from '../pin.ts';
import { amountWords, balanceLine } from '../present.ts';
import { minorOf, resolveCurrency } from '../resolve-currency.ts';
import { type Session, need } from '../session.ts';

/** Every currency this wallet knows. */
export const knownCurrencies = async ({ client }: Session): Promise<CurrencyView[]> => (await need(client['credits.balances']({}))).map(({ currency }) => currency);

const decimals = (text: string): number => {
  if (!/^[0-9]$/.test(text)) throw new InvalidArgumentError(`It is a digit from 0 to ${MAX_DECIMALS}.`);
  return Number(text);
};

export function currencyCommands(program: Command): void {
  const currency = addCommand<object>(program, 'currency', {
    about: 'the currencies this wallet knows, with what it holds of each',
    run: (call) => withSession(call, { network: false }, async ({ client }) => {
      const balances = await need(client['credits.balances']({}));
      call.output.result(balances.map(balanceLine), balances.map(({ currency: known, held }) => `${known.code}  ${known.name}  ${amountWords(known, held)}  ${known.mine ? 'yours' : `of ${known.issuerName ?? known.issuer}`}`).join('\n') || 'None yet.');
    }),
  });
  addCommand<{ decimals?: number; name?: string }>(currency, 'new <code>', {
    about: 'make a currency of your own, such as GLD',
    options: [['--decimals <digits>', 'digits after the point (2)', decimals], ['--name <name>', 'its full name (otherwise its code)']],
    run: (call) => withSession(call, { network: false }, async ({ client }) => {
      const code = (call.args[0] ?? '').toUpperCase();
      const made = await need(client['credits.createCurrency']({ code, decimals: call.options.decimals ?? 2, name: call.options.name ?? code }));
      const { id, ...rest } = made;
      call.output.result({ currency: id, id, ...rest }, `${made.code} exists. Nothing is issued yet: ${typed(`issue ${made.code} AMOUNT`)}`);
    }),
  });
  addCommand<PinChoices>(program, 'issue <code> <amount>', {
    about: 'bring credits of your own currency into existence',
    options: [PIN_OPTION],
    run: (call) => withSession(call, { network: false }, async (session) => {
      const [code = '', amount = ''] = call.args;
      const issued = resolveCurrency(code, await knownCurrencies(session));
      const minor = minorOf(amount, issued);
      const balance = await withPin(call.options, (pin) => session.client['credits.issue']({ currency: issued.id, amount: minor, ...pin }));
      call.output.result(balanceLine(balance), `Issued ${amountWords(issued, minor)}. You hold ${amountWords(issued, balance.held)}.`);
    }),
  });
  addCommand<{ currency?: string }>(program, 'explain', {
    about: 'every balance from its inputs, replayed from the journal',
    options: [['--currency <code>', 'only this one']],
    run: (call) => withSession(call, { network: false }, async (session) => {
      const known = await knownCurrencies(session);
      const only = call.options.currency === undefined ? {} : { currency: resolveCurrency(call.options.currency, known).id };
      const audit = await need(session.client['audit.explain'](only));
      const contacts = await need(session.client['people.contacts']({}));
      const entries = audit.entries.map((entry) => {
        const currency_ = known.find(({ id }) => id === entry.currency);
        const digits = currency_?.decimals ?? 0;
        return {
          ...entry, code: currency_?.code ?? null, decimals: digits, minor: entry.amount, amount: formatAmount(BigInt(entry.amount), digits),
          held: formatAmount(BigInt(entry.held), digits), inTransit: formatAmount(BigInt(entry.inTransit), digits),
          contactName: contacts.find(({ instance }) => instance === entry.contact)?.name ?? null,
        };
      });
      const words = entries.map((entry) => `${String(entry.n).padStart(6)}  ${new Date(entry.at).toISOString()}  ${entry.event.padEnd(11)}  ${entry.amount} ${entry.code ?? ''}${entry.contactName ? `, ${entry.contactName}` : ''}  →  holds ${entry.held}${entry.inTransit === formatAmount(0n, entry.decimals) ? '' : `, ${entry.inTransit} in transit`}`);
      const amounts = (id: string, minor: string): string => formatAmount(BigInt(minor), known.find((one) => one.id === id)?.decimals ?? 0);
      const balances = audit.carried?.balances.map((sum) => ({ ...sum, code: known.find(({ id }) => id === sum.currency)?.code ?? null, held: amounts(sum.currency, sum.held), inTransit: amounts(sum.currency, sum.inTransit) })) ?? [];
      const before = audit.carried ? [carriedWords(audit.carried), ...balances.map(({ code, held, inTransit }) => `  ${code ?? ''}  →  held ${held}, ${inTransit} in transit`)] : [];
      const carried = audit.carried && { ...audit.carried, balances };
      call.output.result({ packages: audit.packages, head: audit.head, verified: audit.verified, carried, entries }, [...before, ...words, `${audit.packages} packages, ${audit.verified ? 'all verified up to' : 'NOT verified up to'} ${audit.head}`].join('\n'));
    }),
  });
}
