/**
 * Where the carrier listens: addresses with port 0 get the port of the last start if it is free, else a new one that is
 * remembered, so that an address given to somebody stays valid.
 */
import type { Libp2p, PrivateKey, ConnectionGater } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import { Refusal } from '../../../protocol/errors.ts';
import { freePort, rememberPort, rememberedPort } from './host-key.ts';
import { startNode } from './libp2p-node.ts';

/** All interfaces, both families. */
export const EVERYWHERE = ['/ip4/0.0.0.0/tcp/0', '/ip6/::/tcp/0'] as const;

/** Times that another process may snatch the port between looking and listening. */
const MAX_ATTEMPTS = 3;

export interface Listening {
  readonly node: Libp2p;
  readonly on: ReadonlyArray<{ readonly host: string; readonly port: number }>;
}

/** Reads `/ip4|ip6/HOST/tcp/PORT`; port 0 means any. @throws Refusal `bad_address` */
export function parseListenAddress(text: string): { host: string; port: number; family: string } {
  try {
    const [ip, tcp, ...rest] = multiaddr(text).getComponents();
    // multiaddr takes "NaN" for a port.
    if ((ip?.name === 'ip4' || ip?.name === 'ip6') && ip.value && tcp?.name === 'tcp' && Number.isInteger(Number(tcp.value)) && rest.length === 0) {
      return { host: ip.value, port: Number(tcp.value), family: ip.name };
    }
  } catch {
    // Said below.
  }
  throw new Refusal('bad_address', `A wallet listens on /ip4/… or /ip6/… followed by /tcp/…, not on ${text.slice(0, 100)}.`);
}

async function portFor(hosts: readonly string[], wished: number): Promise<number | null> {
  let port = wished;
  for (const host of hosts) {
    const free = await freePort(host, port);
    if (free === null) return null;
    port = free;
  }
  return port;
}

/**
 * Starts a node that listens on `listen`.
 * @throws Refusal `bad_address` if an address is malformed or cannot be listened on
 */
export async function listenOn(listen: readonly string[], dataDir: string, node: { privateKey: PrivateKey; gater: ConnectionGater }): Promise<Listening> {
  const wanted = listen.map(parseListenAddress);
  const open = wanted.filter((address) => address.port === 0).map((address) => address.host);
  let wished = (await rememberedPort(dataDir)) ?? 0;
  let trouble: unknown = null;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const port = open.length === 0 ? 0 : await portFor(open, wished);
    wished = 0;
    if (port === null) continue;
    const on = wanted.map((address) => ({ ...address, port: address.port || port }));
    try {
      const started = await startNode({ ...node, listen: on.map(({ family, host, port: p }) => `/${family}/${host}/tcp/${p}`) });
      if (port !== 0) await rememberPort(dataDir, port);
      return { node: started, on };
    } catch (error) {
      trouble = error;
      if (open.length === 0) break;
    }
  }
  throw new Refusal('bad_address', 'This computer cannot listen there: the port is taken, or the address is not its own.', undefined, trouble);
}
