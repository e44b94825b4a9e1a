/**
 * What the app was started with. Chromium, test drivers and desktop launchers add switches of their own, so unknown ones
 * are left alone. Nothing after a link counts: a link is a stranger's text, and a careless launcher may have split it.
 */
import { resolve } from 'node:path';
import { type Result, fail, ok } from '../../protocol/errors.ts';
import { LINK_SCHEME, linkOf } from './rules/deep-link.ts';

export interface StartArguments {
  /** Absolute path of the data folder. */
  readonly dataDir: string;
  /** Multiaddrs to listen on. */
  readonly listen: readonly string[];
  readonly mdns: boolean;
  /** Started by the session's login: stay in the tray. */
  readonly hidden: boolean;
  readonly link: string | null;
}

/** More interfaces than a computer has. */
const MAX_LISTEN = 16;

/**
 * Reads `--data DIR`, `--listen MULTIADDR` (repeatable), `--no-mdns`, `--hidden` and a link.
 * @param argv everything after the program's own name
 * @param defaults used for what is not given
 * @returns code `bad_input` for a switch without its value
 */
export function parseArguments(argv: readonly string[], defaults: { dataDir: string; listen: readonly string[] }): Result<StartArguments> {
  let dataDir = defaults.dataDir;
  const listen: string[] = [];
  let mdns = true;
  let hidden = false;
  let link: string | null = null;
  for (let at = 0; at < argv.length && link === null; at += 1) {
    const [name, given] = splitSwitch(argv[at] ?? '');
    if (name === '--data' || name === '--listen') {
      const value = given ?? argv[(at += 1)];
      if (value === undefined || value === '' || value.startsWith('-') || linkOf(value) !== null) return fail('bad_input', `${name} needs a value.`);
      if (name === '--data') dataDir = value;
      else if (listen.push(value) > MAX_LISTEN) return fail('bad_input', `At most ${MAX_LISTEN} --listen addresses.`);
    } else if (name === '--no-mdns') mdns = false;
    else if (name === '--hidden') hidden = true;
    else if (name.toLowerCase().startsWith(`${LINK_SCHEME}:`)) {
      link = linkOf(name);
      break;
    }
  }
  return ok({ dataDir: resolve(dataDir), listen: listen.length > 0 ? listen : defaults.listen, mdns, hidden, link });
}

/** `--name=value` as two; anything else as one. Links contain `=` and are left whole. */
function splitSwitch(argument: string): [string, string | undefined] {
  const equals = argument.indexOf('=');
  return argument.startsWith('--') && equals > 0 ? [argument.slice(0, equals), argument.slice(equals + 1)] : [argument, undefined];
}
