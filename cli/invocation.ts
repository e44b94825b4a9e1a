/**
 * How a person types a command here: as this one was called (`tallystick`, or through npm in a checkout) and for the
 * same data folder, so that a hint can be typed as it is printed (design §8).
 */

/** Set by scripts/tallystick.mjs: what stands before a command's name. */
const CALLED_AS = 'TALLYSTICK_CALLED_AS';

let given: string | null = null;

/** Remembers the data folder that was named in this call, absolute; null where it was left to the default. */
export const rememberDataFolder = (folder: string | null): void => { given = folder; };

/** True if this call named a data folder. */
export const hasDataFolder = (): boolean => given !== null;

/** A command of ours (such as `status`) as it can be typed, with the data folder of this call. */
export const typed = (command: string): string => commandLine(command, given, process.env, process.platform);

/** The same without the data folder: for another computer, or where the folder is another one. */
export const typedElsewhere = (command: string): string => commandLine(command, null, process.env, process.platform);

/** Pure. */
export function commandLine(command: string, folder: string | null, env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string {
  return `${env[CALLED_AS] || 'tallystick'} ${command}${folder === null ? '' : ` --data ${quoted(folder, platform)}`}`;
}

/** One argument for the shell of the platform; left alone where nothing in it means anything there. Pure. */
export function quoted(text: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return /^[\w@+=:,.\\/-]+$/.test(text) ? text : `"${text}"`;
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
