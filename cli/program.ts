/** The command line as a whole (design §8): its commands, its help, and what it does with arguments that make no sense. */
import { Command, CommanderError } from 'commander';
import type { Failure } from '../protocol/errors.ts';
import { answerCommands } from './commands/answer.ts';
import { auditCommand } from './commands/audit.ts';
import { bookCommands } from './commands/books.ts';
import { contactCommands } from './commands/contacts.ts';
import { currencyCommands } from './commands/currency.ts';
import { demoCommand } from './commands/demo.ts';
import { historyCommand } from './commands/history.ts';
import { initCommand } from './commands/init.ts';
import { linkCommands } from './commands/link.ts';
import { pairCommands } from './commands/pair.ts';
import { peersCommand } from './commands/peers.ts';
import { safetyCommands } from './commands/safety.ts';
import { sendCommands } from './commands/send.ts';
import { serveCommand } from './commands/serve.ts';
import { statusCommand } from './commands/status.ts';
import { typedElsewhere } from './invocation.ts';
import { VERSION } from '../protocol/version.ts';
import { Refusal } from '../protocol/errors.ts';

/** Longer names stand before the commands in a checkout; the column of what they are for moves along. */
const step = (command: string, about = ''): string => `  ${about === '' ? typedElsewhere(command) : typedElsewhere(command).padEnd(typedElsewhere('').length + 25)}${about}`;

const MORE = `
Commands talk to the process that serves the wallet (tallystick serve, or the app), or open its folder themselves when
none does. stdout carries JSON, one value per line, with --json or when it is not a terminal; words go to stderr.
TALLYSTICK_LISTEN (multiaddrs, commas between) and TALLYSTICK_MDNS=off narrow the network; TALLYSTICK_STATE_DIR moves what
must not travel with the data folder.
Exit status: 0 done · 1 failed · 2 usage · 3 refused by policy or peer · 4 integrity: stopped · 5 peer not reachable

First steps:
${[
    step('init --name Ada', 'on one computer; --name Ben on the other'),
    step('serve', 'on both, in another window'),
    step('peers', 'who is near'),
    step('pair Ben', 'compare three words, on both'),
    step('currency new GLD'),
    step('issue GLD 100'),
    step('send Ben 40 GLD --wait'),
  ].join('\n')}
`;

export function createProgram(): Command {
  const program = new Command('tallystick')
    .description('A wallet that hands things which must exist once straight to the computer next to it.')
    .version(VERSION)
    .option('--data <dir>', "the wallet's folder")
    .option('--json', 'JSON on stdout, one value per line, even at a terminal')
    .addHelpText('after', MORE)
    .showSuggestionAfterError(true);
  for (const add of [serveCommand, initCommand, statusCommand, peersCommand, pairCommands, contactCommands, currencyCommands, sendCommands, answerCommands, bookCommands, safetyCommands, auditCommand, historyCommand, linkCommands, demoCommand]) add(program);
  quieten(program);
  return program;
}

/** The command, such as `contacts rule`, whose arguments made no sense; commander's error does not say. */
const commandOf = new WeakMap<CommanderError, string>();

/** Commander's own words are kept back, and it never ends the process: runProgram does both. */
function quieten(command: Command, path: readonly string[] = []): void {
  command.configureOutput({ writeErr: () => {} }).exitOverride((error) => {
    commandOf.set(error, path.join(' '));
    throw error;
  });
  for (const child of command.commands) quieten(child, [...path, child.name()]);
}

/** @throws Refusal for arguments that make no sense; help and version print themselves */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const program = createProgram();
  if (argv.length === 0) {
    process.stderr.write(program.helpInformation() + MORE);
    throw new Refusal('bad_input', 'Say what to do: one of the commands above.');
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    const { code, detail } = usageFailure(error);
    throw new Refusal(code, detail);
  }
}

/** commander repeats the argument that it does not know, however long it is. */
const MAX_WORDS_CHARS = 300;

/** What a script is told of arguments that make no sense. */
export function usageFailure(error: CommanderError): Failure {
  const words = error.message.replace(/^error: /, '').trim().slice(0, MAX_WORDS_CHARS);
  if (error.code === 'commander.help') return { code: 'bad_input', detail: `Say which: see ${typedElsewhere('help COMMAND')}` };
  const detail = `${words.charAt(0).toUpperCase()}${words.slice(1).replace(/\s*\n\s*/g, ' ')}`;
  return { code: 'bad_input', detail: `${detail.replace(/[^.?)]$/, '$&.')} See ${typedElsewhere(`${commandOf.get(error) ?? ''} --help`.trim())}` };
}
