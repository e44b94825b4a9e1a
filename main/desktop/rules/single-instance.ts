/**
 * One app per data folder: a second start hands its link to the first, which comes to the front, and ends (design §5.5).
 * Electron keeps the lock in the profile folder, and every wallet has a profile of its own. This is a convenience; what
 * keeps two vaults off one folder is the host's own lock.
 */
import type { App } from 'electron';
import { linkOf } from './deep-link.ts';

export interface SecondStart { readonly link: string | null }

/**
 * @param link what this start was given, to be handed over if we are second
 * @returns false if another app has this folder open; this process should then end.
 */
export function becomeOnlyInstance(app: App, link: string | null, onSecondStart: (second: SecondStart) => void): boolean {
  const handed: Record<string, unknown> = { link };
  if (!app.requestSingleInstanceLock(handed)) return false;
  // The other process's arguments arrive too, but Chromium reorders and extends them: only what it handed over counts.
  app.on('second-instance', (_event, _argv, _workingDirectory, data) => {
    const given = typeof data === 'object' && data !== null && 'link' in data ? data.link : null;
    onSecondStart({ link: linkOf(given) });
  });
  return true;
}
