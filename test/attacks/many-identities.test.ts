/**
 * A neighbour who comes under one new name after the other, or announces names that nobody answers to (assurance rows 39,
 * 40): what the host's network remembers of them goes with them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { generateKeyPair } from '@libp2p/crypto/keys';
import { identify } from '@libp2p/identify';
import type { Libp2p } from '@libp2p/interface';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { tcp } from '@libp2p/tcp';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { VAULT_PROTOCOL } from '../../main/host/network/carrier-limits.ts';
import type { Carrier } from '../../main/host/network/carrier.port.ts';
import { startCarrier } from '../../main/host/network/libp2p-carrier.ts';
import type * as Addresses from '../../main/host/network/listen-addresses.ts';
import { codeOf } from '../support/refusals.ts';

/** The nodes inside of carriers, which show nothing of what they remember. */
const nodes = vi.hoisted((): Libp2p[] => []);
vi.mock('../../main/host/network/listen-addresses.ts', async (original) => {
  const real = await original<typeof Addresses>();
  return {
    ...real, listenOn: async (...asked: Parameters<typeof real.listenOn>) => {
      const listening = await real.listenOn(...asked);
      nodes.push(listening.node);
      return listening;
    },
  };
});

let folder = '';
let carrier: Carrier;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-names-'));
  carrier = await startCarrier({ dataDir: folder, listen: ['/ip4/127.0.0.1/tcp/0'], discovery: false });
});
afterEach(async () => {
  await carrier.stop();
  await rm(folder, { recursive: true, force: true });
});

const remembered = async (): Promise<number> => (await nodes.at(-1)!.peerStore.all()).length;

it('strangers who linked, said where they listen, and went, are forgotten', async () => {
  const hints: string[] = [];
  let most = 0;
  carrier.onHint(({ peerId }) => hints.push(peerId));
  for (let name = 0; name < 8; name++) {
    const stranger = await createLibp2p({ addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] }, transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()], services: { identify: identify() } });
    const connection = await stranger.dial(multiaddr(carrier.addresses()[0]!));
    await connection.newStream([VAULT_PROTOCOL]);
    await vi.waitFor(() => expect(hints).toHaveLength(name + 1), { timeout: 20_000 });
    most = Math.max(most, await remembered());
    await stranger.stop();
  }
  expect(most).toBeGreaterThan(0);
  await vi.waitFor(async () => expect(await remembered()).toBe(0), { timeout: 20_000 });
});

it('names that nobody answers to are forgotten once they were dialled', async () => {
  // Something is there, and it is none of them.
  const other = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  try {
    for (let name = 0; name < 4; name++) {
      const peerId = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString();
      expect(await codeOf(carrier.dial({ peerId, addresses: [`/ip4/127.0.0.1/tcp/${port}`], foundBy: 'mdns' }))).toBe('peer_unreachable');
    }
    await vi.waitFor(async () => expect(await remembered()).toBe(0), { timeout: 20_000 });
  } finally {
    other.close();
  }
});
