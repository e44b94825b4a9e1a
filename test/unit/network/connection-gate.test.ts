/** Who may connect, and how many at once (assurance row 39). */
import type { Connection, MultiaddrConnection } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_CONNECTIONS_PER_ADDRESS, MAX_CONNECTIONS_PER_PEER, MAX_HALF_OPEN_PER_ADDRESS } from '../../../main/host/network/carrier-limits.ts';
import { createConnectionGate } from '../../../main/host/network/connection-gate.ts';
import { parsePeerId } from '../../../main/host/network/dial-targets.ts';

const PEER = parsePeerId('12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf');
const OTHER = parsePeerId('12D3KooWJ3nsqh4ZB1HZWPRAcSkXVYnaUgsKU1pVCR6sLzPTFFn2');
/** As much of a raw connection as the gate looks at. */
const incoming = (host: string) => Object.assign(new EventTarget(), { remoteAddr: multiaddr(`/ip4/${host}/tcp/5000`) }) as unknown as MultiaddrConnection;

describe('The connection gate', () => {
  let standing: Array<{ remotePeer: typeof PEER; remoteAddr: ReturnType<typeof multiaddr> }>;
  let gate: ReturnType<typeof createConnectionGate>;
  const asks = (host: string) => gate.gater.denyInboundConnection!(incoming(host)) === false;

  beforeEach(() => {
    standing = [];
    gate = createConnectionGate(() => standing as unknown as Connection[]);
  });

  it('gives each address its share of unfinished handshakes', () => {
    const letIn = Array.from({ length: 3 * MAX_HALF_OPEN_PER_ADDRESS }, () => asks('10.0.0.1')).filter(Boolean);
    expect(letIn).toHaveLength(MAX_HALF_OPEN_PER_ADDRESS);
    expect(asks('10.0.0.2')).toBe(true);
  });

  it('has room again when a handshake is finished or broken off', () => {
    const first = Array.from({ length: MAX_HALF_OPEN_PER_ADDRESS }, () => incoming('10.0.0.1'));
    first.forEach((one) => gate.gater.denyInboundConnection!(one));
    expect(asks('10.0.0.1')).toBe(false);
    first[0]!.dispatchEvent(new Event('close'));
    expect(asks('10.0.0.1')).toBe(true);
    expect(asks('10.0.0.1')).toBe(false);
    expect(gate.gater.denyInboundUpgradedConnection!(PEER, first[1]!)).toBe(false);
    expect(asks('10.0.0.1')).toBe(true);
  });

  it('gives each address its share of connections', () => {
    standing = Array.from({ length: MAX_CONNECTIONS_PER_ADDRESS }, () => ({ remotePeer: PEER, remoteAddr: multiaddr('/ip4/10.0.0.1/tcp/5000') }));
    expect(asks('10.0.0.1')).toBe(false);
    expect(asks('10.0.0.2')).toBe(true);
  });

  it('gives each peer its share, from wherever it comes', () => {
    standing = Array.from({ length: MAX_CONNECTIONS_PER_PEER }, (_, n) => ({ remotePeer: PEER, remoteAddr: multiaddr(`/ip4/10.0.0.${n}/tcp/5000`) }));
    expect(gate.gater.denyInboundEncryptedConnection!(PEER, incoming('10.0.0.9'))).toBe(true);
    expect(gate.gater.denyInboundEncryptedConnection!(OTHER, incoming('10.0.0.9'))).toBe(false);
  });

  it('knows who is allowed', () => {
    gate.setAllowedPeers(new Set([PEER.toString()]));
    expect([PEER, OTHER].map((peer) => gate.gater.denyInboundEncryptedConnection!(peer, incoming('10.0.0.9')))).toEqual([false, true]);
    gate.setAllowedPeers(null);
    expect(gate.gater.denyInboundEncryptedConnection!(OTHER, incoming('10.0.0.9'))).toBe(false);
  });

  it('lets no address of another kind be dialled, whoever asks libp2p to', () => {
    expect(gate.gater.denyDialMultiaddr!(multiaddr('/ip4/10.0.0.1/tcp/1'))).toBe(false);
    expect(gate.gater.denyDialMultiaddr!(multiaddr('/ip4/10.0.0.1/tcp/1/ws'))).toBe(true);
  });
});
