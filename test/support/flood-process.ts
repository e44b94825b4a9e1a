/**
 * A bad neighbour as a process of its own: floods one wallet's host in one way until it is killed. Says `{"event":"flooding"}`
 * once it is at it, and counts what it got through.
 *
 *   node flood-process.ts half-open|streams|hints HOST PORT PEERID [OWN-ADDRESS]
 */
import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { generateKeyPair } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { tcp } from '@libp2p/tcp';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import multicastDns from 'multicast-dns';
import { connect } from 'node:net';
import { VAULT_PROTOCOL } from '../../main/host/network/carrier-limits.ts';
import { announcement } from '../../main/host/network/mdns-record.ts';

const [mode, host = '', port = '', peerId = '', own = ''] = process.argv.slice(2);
const say = (rest: object) => void process.stdout.write(`${JSON.stringify(rest)}\n`);

/** Sockets that never say a word, replaced as they are closed. */
function halfOpen(): void {
  let open = 0;
  let most = 0;
  const dial = () => {
    const socket = connect({ host, port: Number(port) });
    socket.on('connect', () => (most = Math.max(most, ++open)));
    socket.on('close', () => {
      open -= 1;
      setTimeout(dial, 20);
    });
    socket.on('error', () => undefined);
  };
  for (let n = 0; n < 400; n++) dial();
  setTimeout(() => say({ event: 'flooding', most }), 1000);
}

/** As many streams as the other side bears, over as many connections as it lets in, each with a new identity. */
async function streams(): Promise<void> {
  let opened = 0;
  let refused = 0;
  const attack = async (): Promise<void> => {
    const node = await createLibp2p({ transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()], connectionMonitor: { enabled: false } });
    const connection = await node.dial(multiaddr(`/ip4/${host}/tcp/${port}/p2p/${peerId}`));
    const opening = Array.from({ length: 100 }, (_, n) => connection.newStream([n % 2 ? VAULT_PROTOCOL : '/nothing/1']).then(() => (opened += 1), () => (refused += 1)));
    await Promise.allSettled(opening);
  };
  for (let n = 0; n < 40; n++) await attack().catch(() => (refused += 1));
  say({ event: 'flooding', opened, refused });
}

/** Announcements of hundreds of wallets that do not exist, some pointing at somebody else. */
async function hints(): Promise<void> {
  const ids = await Promise.all(Array.from({ length: 300 }, async () => peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString()));
  const socket = multicastDns({ interface: own, bind: '0.0.0.0' });
  socket.on('ready', () => {
    const sendAll = () => ids.forEach((id, n) => {
      const packet = announcement('f'.repeat(32), `/ip4/${n % 3 === 0 ? '10.0.0.1' : own}/tcp/${1024 + n}/p2p/${id}`);
      if (packet) socket.respond(packet);
    });
    sendAll();
    setInterval(sendAll, 500);
    say({ event: 'flooding' });
  });
}

process.on('uncaughtException', () => undefined);
process.on('unhandledRejection', () => undefined);
if (mode === 'half-open') halfOpen();
else if (mode === 'streams') await streams();
else await hints();
setInterval(() => undefined, 1000);
