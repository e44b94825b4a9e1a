/**
 * Where the local socket of a data folder is, so that every command finds the process that serves it (design §8).
 *
 *   short path   DIR/control.sock
 *   long path    <runtime folder>/tallystick-<uid>/<hash of DIR>.sock, noted in DIR/control.json
 *   Windows      a named pipe with a random name, noted in DIR/control.json with a key
 *
 * A named pipe's default access list lets other users of the computer read from it, so on Windows a client's first line
 * must be the key, which only the owner of DIR can read. A note names the folder it was made for: in a copied folder it
 * must not lead to the wallet it was copied from.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ensureSocketFolder, socketFolderTrouble } from './socket-folder.ts';

export interface LocalEndpoint {
  /** What node:net listens on and connects to. */
  readonly path: string;
  /** First line that a client must send, if any. */
  readonly key: string | null;
}

/** sun_path has 104 bytes on macOS and the BSDs, 108 on Linux, with the closing zero. */
const MAX_SOCKET_PATH_BYTES = 100;

const NoteSchema = z.strictObject({ folder: z.string(), path: z.string(), key: z.string().nullable() });

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);
const noteOf = (dataDir: string): string => join(dataDir, 'control.json');

/** Chooses and announces the endpoint; the folder it lies in exists and is private afterwards. */
export async function announceEndpoint(dataDir: string, platform: NodeJS.Platform = process.platform): Promise<LocalEndpoint> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const folder = await realpath(dataDir);
  await ensureSocketFolder(folder);
  const near = join(folder, 'control.sock');
  if (platform !== 'win32' && Buffer.byteLength(near) <= MAX_SOCKET_PATH_BYTES) {
    await rm(noteOf(folder), { force: true });
    return { path: near, key: null };
  }
  const endpoint = platform === 'win32'
    ? { path: `\\\\.\\pipe\\tallystick-${randomBytes(16).toString('hex')}`, key: randomBytes(32).toString('hex') }
    : { path: await runtimePath(folder), key: null };
  // Renamed into place: a command that reads the note meanwhile sees the old one or the new one.
  const draft = `${noteOf(folder)}.new`;
  await writeFile(draft, JSON.stringify({ folder: hashOf(folder), ...endpoint }), { mode: 0o600 });
  await rename(draft, noteOf(folder));
  return endpoint;
}

/** Where a client finds the socket; null if no process ever announced one. Says nothing about whether it still lives. */
export async function findEndpoint(dataDir: string, platform: NodeJS.Platform = process.platform): Promise<LocalEndpoint | null> {
  let folder: string;
  try {
    folder = await realpath(dataDir);
  } catch {
    return null;
  }
  const near = join(folder, 'control.sock');
  if (platform !== 'win32' && Buffer.byteLength(near) <= MAX_SOCKET_PATH_BYTES) return { path: near, key: null };
  let note: z.output<typeof NoteSchema>;
  try {
    note = NoteSchema.parse(JSON.parse(await readFile(noteOf(folder), 'utf8')));
  } catch {
    return null;
  }
  if (note.folder !== hashOf(folder)) return null;
  if (platform !== 'win32') {
    const trouble = await socketFolderTrouble(join(note.path, '..')).catch(() => 'missing');
    if (trouble !== null) return null;
  }
  return { path: note.path, key: note.key };
}

/** A short private folder for sockets whose data folder has a long path. */
async function runtimePath(folder: string): Promise<string> {
  const name = join(`tallystick-${process.getuid?.() ?? 0}`, `${hashOf(folder)}.sock`);
  const bases = [process.env['XDG_RUNTIME_DIR'], tmpdir(), '/tmp'].filter((base): base is string => Boolean(base));
  const path = bases.map((base) => join(base, name)).find((candidate) => Buffer.byteLength(candidate) <= MAX_SOCKET_PATH_BYTES) ?? join('/tmp', name);
  await ensureSocketFolder(join(path, '..'));
  return path;
}
