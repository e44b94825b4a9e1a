/**
 * How this person likes the interface, as JSON in the data folder. Nothing of value: a file that cannot be understood
 * costs the settings in it, never the start, and is kept aside for whoever wants to look.
 */
import { copyFile, readFile } from 'node:fs/promises';
import { Refusal } from '../../../protocol/errors.ts';
import { malformedInput } from '../../../protocol/contracts/malformed-input.ts';
import { type Settings, SettingsSchema } from '../../../protocol/contracts/host.contract.ts';
import { isNoRoom, replaceFile, systemCodeOf } from './atomic-file.ts';

export const DEFAULT_SETTINGS: Settings = { visibility: 'visible', language: null, theme: 'system', notifications: true };

export interface SettingsFile {
  get(): Settings;
  /** Changes what is given and stores it. Rejects with Refusal `bad_input`, `disk_full` or `internal`; then nothing changed. */
  set(change: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Promise<Settings>;
  /** Where the file that could not be understood was kept, if there was one. */
  readonly keptAside: string | null;
}

/** Opens the settings at `path`. Never rejects: what cannot be read or understood is replaced by its default. */
export async function openSettingsFile(path: string): Promise<SettingsFile> {
  const { settings, understood } = parseSettings(await readFile(path, 'utf8').catch((error: unknown) => (systemCodeOf(error) === 'ENOENT' ? '{}' : '')));
  let current = settings;
  let keptAside: string | null = null;
  if (!understood) {
    // One name, so that repeated trouble does not fill the folder; the newest is the one that can be asked about.
    keptAside = await copyFile(path, `${path}.kept`).then(() => `${path}.kept`, () => null);
  }
  let last: Promise<unknown> = Promise.resolve();

  return {
    get: () => current,
    keptAside,
    set(change) {
      const next = last.then(async () => {
        const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
        const checked = SettingsSchema.safeParse({ ...current, ...given });
        if (!checked.success) throw new Refusal('bad_input', malformedInput(checked.error, 'settings').detail);
        try {
          await replaceFile(path, `${JSON.stringify(checked.data, null, 2)}\n`);
        } catch (error) {
          if (isNoRoom(error)) throw new Refusal('disk_full', 'There is no room to store the settings. They are as they were.', undefined, error);
          throw new Refusal('internal', `The settings could not be stored (${systemCodeOf(error) ?? 'unknown error'}). They are as they were.`, undefined, error);
        }
        current = checked.data;
        return current;
      });
      last = next.catch(() => undefined);
      return next;
    },
  };
}

/** Each known setting that is well-formed, else its default. Pure. `understood`: nothing was left over or replaced. */
export function parseSettings(text: string): { settings: Settings; understood: boolean } {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    raw = null;
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return { settings: DEFAULT_SETTINGS, understood: false };
  let settings = DEFAULT_SETTINGS;
  let understood = true;
  for (const [name, value] of Object.entries(raw)) {
    const one = Object.hasOwn(DEFAULT_SETTINGS, name) ? SettingsSchema.safeParse({ ...settings, [name]: value }) : null;
    if (one?.success) settings = one.data;
    else understood = false;
  }
  return { settings, understood };
}
