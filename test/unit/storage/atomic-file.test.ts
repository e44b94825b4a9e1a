/**
 * Small files through a power cut at any moment (assurance row 6): whatever of the writes, names and renames that were not
 * synced is lost, the file holds the old content or the new; and the new one once the call has come back.
 *
 * The disk is a model that hears what the real functions do to a real folder: what was not synced may be there or not.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Deed = { readonly do: 'make' | 'sync file'; readonly path: string } | { readonly do: 'write'; readonly path: string; readonly content: string } | { readonly do: 'name' | 'rename'; readonly from: string; readonly to: string } | { readonly do: 'sync folder' | 'unname'; readonly path: string };
const heard = vi.hoisted(() => ({ deeds: [] as Deed[] }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const open: typeof real.open = async (path, flags, mode) => {
    const handle = await real.open(path, flags, mode);
    const at = String(path);
    const folder = (await handle.stat()).isDirectory();
    if (flags === 'wx') heard.deeds.push({ do: 'make', path: at });
    const writeFileOf = handle.writeFile.bind(handle);
    const syncOf = handle.sync.bind(handle);
    handle.writeFile = async (content, options) => {
      await writeFileOf(content, options);
      heard.deeds.push({ do: 'write', path: at, content: String(content) });
    };
    handle.sync = async () => {
      await syncOf();
      heard.deeds.push({ do: folder ? 'sync folder' : 'sync file', path: at });
    };
    return handle;
  };
  const named = (how: 'name' | 'rename', work: (from: string, to: string) => Promise<void>) => async (from: string, to: string) => {
    await work(from, to);
    heard.deeds.push({ do: how, from, to });
  };
  const rm: typeof real.rm = async (path, options) => {
    await real.rm(path, options);
    heard.deeds.push({ do: 'unname', path: String(path) });
  };
  return { ...real, open, rm, link: named('name', real.link as never), rename: named('rename', real.rename as never) };
});
const { createFile, replaceFile } = await import('../../../main/host/storage/atomic-file.ts');

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-atomic-'));
  path = join(folder, 'file');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const target = (deed: Deed): string => ('to' in deed ? deed.to : deed.path);
/** Makes, moves or takes away the name that is looked at: on the disk only after the folder was synced. */
const renames = (deed: Deed): boolean => ['make', 'name', 'rename', 'unname'].includes(deed.do) && target(deed) === path;

/** What `path` may hold after a power cut at the end of `deeds`: each change of its name that was not synced is there or not. */
function possible(deeds: readonly Deed[], before: string | null): Set<string | null> {
  const lastSync = deeds.findLastIndex((deed) => deed.do === 'sync folder');
  const loose = deeds.flatMap((deed, at) => (at > lastSync && renames(deed) ? [at] : []));
  const outcomes = new Set<string | null>();
  for (let lost = 0; lost < 2 ** loose.length; lost++) {
    /** Each file's content: what is on the disk, and what is in memory only. */
    const files = new Map<string, { durable: string; inMemory: string }>();
    let found: { durable: string; inMemory: string } | null = before === null ? null : { durable: before, inMemory: before };
    for (const [at, deed] of deeds.entries()) {
      if (deed.do === 'make') files.set(deed.path, { durable: '', inMemory: '' });
      const file = files.get('from' in deed ? deed.from : deed.path);
      if (deed.do === 'write' && file) file.inMemory = deed.content;
      if (deed.do === 'sync file' && file) file.durable = file.inMemory;
      if (renames(deed) && !(loose.includes(at) && (lost >> loose.indexOf(at)) & 1)) found = deed.do === 'unname' ? null : (file ?? null);
    }
    outcomes.add(found === null ? null : found.durable);
  }
  return outcomes;
}

async function during(work: () => Promise<void>): Promise<Deed[]> {
  heard.deeds.length = 0;
  await work();
  return [...heard.deeds];
}

describe('a power cut', () => {
  it('at any moment while a file is replaced leaves the old content or the new, and the new one once that is done', async () => {
    await replaceFile(path, 'old');
    const deeds = await during(() => replaceFile(path, 'new'));
    expect(await readFile(path, 'utf8')).toBe('new');
    for (let at = 0; at <= deeds.length; at++) for (const found of possible(deeds.slice(0, at), 'old')) expect(['old', 'new'], `after ${at} of ${JSON.stringify(deeds)}`).toContain(found);
    expect([...possible(deeds, 'old')]).toEqual(['new']);
  });

  it('at any moment while a file is made leaves none or all of it, and all of it once that is done', async () => {
    const deeds = await during(() => createFile(path, 'new'));
    expect(await readFile(path, 'utf8')).toBe('new');
    for (let at = 0; at <= deeds.length; at++) for (const found of possible(deeds.slice(0, at), null)) expect([null, 'new'], `after ${at} of ${JSON.stringify(deeds)}`).toContain(found);
    expect([...possible(deeds, null)]).toEqual(['new']);
  });
});
