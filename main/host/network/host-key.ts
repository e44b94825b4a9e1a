/**
 * The host's own libp2p key and TCP port, kept in the data folder so that a wallet's address stays the same. Neither is
 * of value: whoever has the key can pose as this host, and the vaults' own session (design §6) notices. Unreadable
 * files are replaced.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import type { PrivateKey } from '@libp2p/interface';

/** The folder inside the data folder that the carrier keeps its own things in. */
const FOLDER = 'network';

async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** The key in `dataDir`, or a new one that is stored there, readable by its owner only. */
export async function hostKey(dataDir: string): Promise<PrivateKey> {
  const folder = join(dataDir, FOLDER);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'peer.key');
  try {
    return privateKeyFromProtobuf(await readFile(path));
  } catch {
    const key = await generateKeyPair('Ed25519');
    await replaceFile(path, privateKeyToProtobuf(key));
    return key;
  }
}

/** The TCP port of the last start, or null. */
export async function rememberedPort(dataDir: string): Promise<number | null> {
  const text = await readFile(join(dataDir, FOLDER, 'port'), 'utf8').catch(() => '');
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port >= 1024 && port <= 65_535 ? port : null;
}

export const rememberPort = (dataDir: string, port: number): Promise<void> => replaceFile(join(dataDir, FOLDER, 'port'), `${port}\n`);

/**
 * Resolves to the port that `host` can listen on now: `port`, or any free one if it is 0; else to null. A host of a
 * family that this computer lacks has every port free. Another process may still be faster.
 */
export function freePort(host: string, port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? null : port));
    probe.listen({ host, port, exclusive: true, ipv6Only: host.includes(':') }, () => {
      const address = probe.address();
      const taken = address !== null && typeof address === 'object' ? address.port : null;
      probe.close(() => resolve(taken));
    });
  });
}
