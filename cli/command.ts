/** What every command has in common: --data and --json, its voice, its way to the wallet, and how its end is told. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { Refusal, exitStatusOf } from '../protocol/errors.ts';
import { defaultDataFolder } from './data-folder.ts';
import { rememberDataFolder } from './invocation.ts';
import { type Output, createOutput } from './output.ts';
import { endPrompts } from './prompt.ts';
import { type OpenedSession, openSession } from './session.ts';

interface SharedOptions {
  readonly data?: string;
  readonly json?: boolean;
}

/** One call of a command. */
export interface Call<O> {
  readonly args: readonly string[];
  readonly options: O;
  /** Absolute path of the data folder. */
  readonly data: string;
  readonly json: boolean;
  readonly output: Output;
}

export interface CommandPlan<O> {
  readonly about: string;
  /** Flags and what they are for. */
  readonly options?: readonly (readonly [flags: string, about: string, parse?: (text: string, before: unknown) => unknown])[];
  /** Shown below the help. */
  readonly more?: string;
  /** @returns the exit status, 0 if none. */
  run(call: Call<O>): Promise<number | void>;
}

export function addCommand<O>(parent: Command, usage: string, plan: CommandPlan<O>): Command {
  const command = parent.command(usage).description(plan.about);
  for (const [flags, about, parse] of plan.options ?? []) {
    if (parse) command.option(flags, about, parse);
    else command.option(flags, about);
  }
  command.option('--data <dir>', `the wallet's folder (otherwise ${defaultFolder()})`);
  command.option('--json', 'JSON on stdout, one value per line, even at a terminal');
  if (plan.more) command.addHelpText('after', `\n${plan.more}`);
  return command.action(async () => {
    const { data, json, ...rest } = command.optsWithGlobals<SharedOptions & Record<string, unknown>>();
    const output = createOutput(json === true);
    rememberDataFolder(data === undefined ? null : resolve(data));
    process.exitCode = await settle(output, () => plan.run({ args: command.args, options: rest as O, data: resolve(data ?? defaultFolder()), json: json === true, output }));
  });
}

const defaultFolder = (): string => defaultDataFolder(process.env, process.platform, homedir());

/** Runs something to its exit status; whatever is thrown is told and becomes one. */
export async function settle(output: Output, run: () => Promise<number | void>): Promise<number> {
  try {
    return (await run()) ?? 0;
  } catch (error) {
    const failure = error instanceof Refusal ? error.failure : { code: 'internal', detail: error instanceof Error ? error.message : String(error) } as const;
    output.failure(failure);
    if (!(error instanceof Refusal) && process.env['TALLYSTICK_DEBUG'] && error instanceof Error) output.say(error.stack ?? '');
    return exitStatusOf(failure.code);
  } finally {
    endPrompts();
  }
}

/** Opens the wallet for as long as `use` takes. */
export async function withSession<T>(call: Pick<Call<unknown>, 'data'>, choices: { network: boolean; allowEmpty?: boolean; allowStopped?: boolean }, use: (session: OpenedSession) => Promise<T>): Promise<T> {
  const session = await openSession({ data: call.data, ...choices });
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** For options that are a number of seconds; gives milliseconds. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > 86_400) throw new InvalidArgumentError('It is a number of seconds, at most a day.');
  return value * 1000;
}

export const PIN_OPTION = ['--pin-stdin', 'if the PIN is asked for, it is the next line of stdin'] as const;
