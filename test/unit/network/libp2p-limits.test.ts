/**
 * The carrier's limits against real connections on loopback (assurance row 39). The neighbour is a libp2p node with
 * libp2p's own generous defaults.
 */
import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { generateKeyPair } from '@libp2p/crypto/keys';
import type { Libp2p } from '@libp2p/interface';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { tcp } from '@libp2p/tcp';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MAX_CONNECTIONS_PER_PEER, MAX_DIALS, MAX_HALF_OPEN_PER_ADDRESS, MAX_NEW_CONNECTIONS_PER_SECOND, MAX_STREAMS_PER_CONNECTION, VAULT_PROTOCOL } from '../../../main/host/network/carrier-limits.ts';
import type { Carrier } from '../../../main/host/network/carrier.port.ts';
import { startCarrier } from '../../../main/host/network/libp2p-carrier.ts';
import { closeOf, hintOf, nextLink } from '../../support/links.ts';
import { codeOf } from '../../support/refusals.ts';

let folder: string;
let carrier: Carrier;
let neighbour: Libp2p;
const sockets: Socket[] = [];
const start = (name = 'wallet', listen = ['/ip4/127.0.0.1/tcp/0']) => startCarrier({ dataDir: join(folder, name), listen, discovery: false });
const portOf = (of: Carrier) => Number(of.addresses()[0]!.split('/')[4]);
const dialNeighbourly = () => neighbour.dial(multiaddr(carrier.addresses()[0]!), { force: true });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tallystick-limits-'));
  carrier = await start();
  neighbour = await createLibp2p({ addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] }, transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()], connectionMonitor: { enabled: false } });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all([carrier.stop(), neighbour.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

it('keeps its key to its owner, and its PeerId and port between starts', async () => {
  const before = carrier.addresses();
  expect(statSync(join(folder, 'wallet/network/peer.key')).mode & 0o777).toBe(0o600);
  await carrier.stop();
  carrier = await start();
  expect(carrier.addresses()).toEqual(before);
});

it('takes another port when its own is taken, and another key when its own is unreadable', async () => {
  const [port, peerId] = [portOf(carrier), carrier.peerId];
  await carrier.stop();
  const squatter = createServer().listen(port, '127.0.0.1');
  await new Promise((resolve) => squatter.once('listening', resolve));
  writeFileSync(join(folder, 'wallet/network/peer.key'), 'torn');
  try {
    carrier = await start();
    expect(portOf(carrier)).not.toBe(port);
    expect(carrier.peerId).not.toBe(peerId);
    expect(readFileSync(join(folder, 'wallet/network/port'), 'utf8').trim()).toBe(String(portOf(carrier)));
  } finally {
    squatter.close();
  }
});

it.each(['/ip4/127.0.0.1/udp/1', '/ip4/127.0.0.1/tcp/1/ws', 'anywhere', '/ip4/203.0.113.9/tcp/0'])('does not start listening on %s', async (address) => {
  expect(await codeOf(start('other', [address]))).toBe('bad_address');
});

it('says that a port is taken', async () => {
  expect(await codeOf(start('other', [`/ip4/127.0.0.1/tcp/${portOf(carrier)}`]))).toBe('bad_address');
});

it('bears only so many unfinished handshakes from one address', async () => {
  let closed = 0;
  let connected = 0;
  for (let n = 0; n < 60; n++) {
    const socket = connect(portOf(carrier), '127.0.0.1');
    socket.on('connect', () => (connected += 1)).on('close', () => (closed += 1)).on('error', () => undefined);
    sockets.push(socket);
  }
  await vi.waitFor(() => expect([connected >= 1, closed]).toEqual([true, 60 - MAX_HALF_OPEN_PER_ADDRESS]), { timeout: 4_000 });
  // The rest goes when the handshake's time is up, and then others get in again.
  await vi.waitFor(() => expect(closed).toBe(60), { timeout: 30_000 });
  expect((await dialNeighbourly()).status).toBe('open');
});

it('bears only so many connections from one peer', async () => {
  // One after the other: libp2p joins dials to one peer that are under way at the same time.
  for (let n = 0; n < 3 * MAX_CONNECTIONS_PER_PEER; n++) await dialNeighbourly().catch(() => undefined);
  await vi.waitFor(() => expect(neighbour.getConnections().filter((c) => c.status === 'open')).toHaveLength(MAX_CONNECTIONS_PER_PEER));
});

it('bears only so many new connections a second from one address', async () => {
  let refused = 0;
  for (let n = 0; n < 2 * MAX_NEW_CONNECTIONS_PER_SECOND; n++) {
    const connection = await dialNeighbourly().catch(() => null);
    if (!connection) refused += 1;
    await connection?.close();
  }
  expect(refused).toBeGreaterThan(0);
});

it('dials only so many at once, and gives up on hosts that accept and then say nothing', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  const peers = await Promise.all(Array.from({ length: MAX_DIALS + 1 }, async () => peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString()));
  const outcomes = peers.map((peerId) => codeOf(carrier.dial({ peerId, addresses: [`/ip4/127.0.0.1/tcp/${port}`], foundBy: 'known' })));
  expect(await outcomes.pop()).toBe('busy');
  expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['peer_unreachable']));
  silent.close();
});

it('gives one link per connection and only so many streams', async () => {
  let links = 0;
  carrier.onLink(() => (links += 1));
  const connection = await dialNeighbourly();
  const opened = await Promise.allSettled(Array.from({ length: 10 * MAX_STREAMS_PER_CONNECTION }, () => connection.newStream([VAULT_PROTOCOL])));
  await vi.waitFor(() => expect(connection.streams.filter((stream) => stream.status === 'open').length).toBeLessThanOrEqual(1));
  expect(opened.some((result) => result.status === 'rejected')).toBe(true);
  expect(links).toBe(1);
});

it('hangs up on a connection that nobody uses', async () => {
  const connection = await dialNeighbourly();
  await new Promise((resolve) => connection.addEventListener('close', resolve));
  expect(connection.status).not.toBe('open');
});

it.each([
  ['an empty frame', Uint8Array.of(0, 0), 'peer_protocol'],
  ['half a frame', Uint8Array.of(0, 9, 1, 2, 3), 'peer_protocol'],
])('ends a link that carries %s', async (_, bytes, code) => {
  const incoming = nextLink(carrier);
  const stream = await (await dialNeighbourly()).newStream([VAULT_PROTOCOL]);
  const link = await incoming;
  stream.send(bytes);
  await stream.close();
  expect((await closeOf(link))?.code).toBe(code);
});

it('turns strangers away while only contacts are welcome, before they get a stream', async () => {
  carrier.setAllowedPeers(new Set());
  const stream = dialNeighbourly().then((connection) => connection.newStream([VAULT_PROTOCOL]));
  await expect(stream).rejects.toThrow();
});

it('says that something else than a wallet answered', async () => {
  const hint = { peerId: neighbour.peerId.toString(), addresses: neighbour.getMultiaddrs().map(String), foundBy: 'address' as const };
  expect(await codeOf(carrier.dial(hint))).toBe('peer_protocol');
});

it('says what to do when another wallet has the address now', async () => {
  const hint = { ...hintOf(carrier), addresses: [`/ip4/127.0.0.1/tcp/${portOf(carrier)}`], peerId: neighbour.peerId.toString() };
  const other = await start('other');
  await expect(other.dial(hint)).rejects.toThrow('out of date');
  await other.stop();
});
