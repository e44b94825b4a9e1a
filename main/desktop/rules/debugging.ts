/**
 * Developer tools exist only for a person who runs a checkout and asks for them. An installed app also ends at once when
 * it is started with a debugging port, through which any program of the same user could drive it.
 */
import type { App } from 'electron';

/** True in a checkout started with TALLYSTICK_DEV=1. */
export const isDeveloping = (app: App, environment: NodeJS.ProcessEnv): boolean => !app.isPackaged && environment['TALLYSTICK_DEV'] === '1';

const DEBUGGING_SWITCHES = ['remote-debugging-port', 'remote-debugging-pipe', 'remote-debugging-address', 'inspect', 'inspect-brk', 'js-flags'] as const;

/** The switch that an installed app does not start with, or null. */
export function debuggingSwitch(app: App): string | null {
  if (!app.isPackaged) return null;
  return DEBUGGING_SWITCHES.find((name) => app.commandLine.hasSwitch(name)) ?? null;
}
