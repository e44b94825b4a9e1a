/** The command line: takes the raw powers (arguments, streams, exit status) and hands them down. Running starts with loading. */
import { settle } from './command.ts';
import { createOutput } from './output.ts';
import { runProgram } from './program.ts';

/** A handle that some library forgot must not keep a finished command; everything of value is closed by then. */
const LEAVE_AFTER_MS = 2_000;

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => { if (error.code === 'EPIPE') process.exit(0); });

// Node warns of features that it calls experimental; nobody who uses a wallet can do anything about that.
process.removeAllListeners('warning');
process.on('warning', (warning) => { if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`); });

const argv = process.argv.slice(2);
const status = await settle(createOutput(argv.includes('--json')), () => runProgram(argv));
process.exitCode ||= status;
setTimeout(() => process.exit(), LEAVE_AFTER_MS).unref();
