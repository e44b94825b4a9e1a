/** The command line's arguments: whatever is typed, a command is called or a reason is given; nothing runs here. */
import { type Command, CommanderError } from 'commander';
import { createProgram, usageFailure } from '../../../cli/program.ts';
import { dueOf } from '../../../cli/commands/books.ts';
import { resolveLicence } from '../../../cli/resolve-licence.ts';
import type { LicenceView } from '../../../protocol/contracts/library.views.ts';
import { minorOf } from '../../../cli/resolve-currency.ts';
import { quoted } from '../../../cli/invocation.ts';
import { Refusal } from '../../../protocol/errors.ts';
import { ACCEPTED, type Target, codeOf, mustHold, refusedWith, textTarget, valueTarget } from '../engine/target.ts';
import { dayOf } from '../../../renderer/features/library/loan-dates.ts';
import { refusing } from './text.ts';

/** Every command remembers that it was called, and does nothing else. */
function harmless(command: Command, called: (name: string) => void): Command {
  command.configureOutput({ writeErr: () => {}, writeOut: () => {}, outputError: () => {} });
  command.action(() => called(command.name()));
  for (const child of command.commands) harmless(child, called);
  return command;
}

/** Two copies of one book, and one of a book with nearly the same name. */
const SHELF = [['ab', 1, 'Of tallies'], ['ab', 2, 'Of tallies'], ['cd', 1, 'Of tallies & sticks']].map(([id, copy, title]) => ({ id: `${String(id).repeat(32)}/${copy}`, copy, publication: { id: String(id).repeat(32), title } }) as LicenceView);

export const COMMAND_LINE_TARGETS: readonly Target[] = [
  valueTarget('command-line', {
    covers: ['cli/program.ts'], form: 'json', cost: 20,
    async run(argv) {
      if (!Array.isArray(argv) || !argv.every((one) => typeof one === 'string')) return refusedWith('no arguments');
      let called = 0;
      try {
        await harmless(createProgram(), () => { called++; }).parseAsync(argv, { from: 'user' });
      } catch (error) {
        if (error instanceof Refusal) return codeOf(error.failure, ['bad_input', 'bad_amount', 'bad_address', 'bad_link']);
        if (!(error instanceof CommanderError)) throw error;
        mustHold(called === 0, 'refused after it was called');
        return error.exitCode === 0 ? ACCEPTED : codeOf(usageFailure(error), ['bad_input']);
      }
      mustHold(called <= 1, 'two commands at once');
      return called === 1 ? ACCEPTED : refusedWith('no command');
    },
  }),
  textTarget('typed-minor', { covers: ['cli/resolve-currency.ts'], run: (text) => refusing(() => mustHold(/^[1-9][0-9]*$/.test(minorOf(text, { decimals: 2 })), 'no amount'), 'bad_amount') }),
  textTarget('typed-date', { covers: ['cli/commands/books.ts'], run: (text) => refusing(() => mustHold(dayOf(dueOf(text)) === text, `${text} is taken for ${dayOf(dueOf(text))}`), 'bad_input') }),
  textTarget('typed-book', {
    covers: ['cli/resolve-licence.ts'], cost: 2,
    run: (text) => refusing(() => mustHold(SHELF.includes(resolveLicence(text, SHELF)), 'a book that is not on the shelf'), 'unknown_licence', 'ambiguous_name'),
  }),
  textTarget('quoted-argument', {
    covers: ['cli/invocation.ts'],
    run(text) {
      const written = quoted(text, 'linux');
      // A shell takes what is in single quotes as it is, and nothing that is left bare means anything to it.
      mustHold(/^[\w@%+=:,./-]+$/.test(written) ? written === text : /^'([^']|'\\'')*'$/.test(written), 'a shell would see something else');
      return ACCEPTED;
    },
  }),
];
