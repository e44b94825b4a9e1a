/**
 * A carrier as a process of its own, driven by JSON lines on stdin, telling what happens in JSON lines on stdout.
 * Runs inside network namespaces. Frames are echoed by whoever was dialled.
 *
 *   node carrier-process.ts '{"dataDir":…,"discovery":true,"keep":true}'
 */
import { createInterface } from 'node:readline';
import { keepInTouch } from '../../main/host/network/keep-in-touch.ts';
import { startCarrier } from '../../main/host/network/libp2p-carrier.ts';
import type { CarrierLink, PeerHint } from '../../main/host/network/carrier.port.ts';
import { Refusal } from '../../protocol/errors.ts';

export interface CarrierProcessOptions {
  readonly dataDir: string;
  readonly discovery: boolean;
  /** Stay linked to everybody who was seen. */
  readonly keep: boolean;
}

export type CarrierCommand =
  | { readonly do: 'dial'; readonly hint: PeerHint }
  | { readonly do: 'send'; readonly to: string; readonly text: string }
  | { readonly do: 'discovery' }
  | { readonly do: 'setDiscovery'; readonly on: boolean }
  | { readonly do: 'allow'; readonly peers: readonly string[] | null }
  | { readonly do: 'memory' };

const options = JSON.parse(process.argv[2]!) as CarrierProcessOptions;
const say = (event: string, rest: object = {}) => void process.stdout.write(`${JSON.stringify({ event, ...rest })}\n`);

const carrier = await startCarrier({ dataDir: options.dataDir, listen: [], discovery: options.discovery });
const links = new Map<string, CarrierLink>();
const attach = (link: CarrierLink) => {
  links.set(link.remotePeer, link);
  link.onFrame((frame) => {
    const text = new TextDecoder().decode(frame);
    say('frame', { from: link.remotePeer, text });
    if (link.role === 'responder') link.send(new TextEncoder().encode(`echo ${text}`));
  });
  link.onClose((reason) => {
    if (links.get(link.remotePeer) === link) links.delete(link.remotePeer);
    say('close', { peer: link.remotePeer, code: reason?.code ?? null });
  });
  say('link', { peer: link.remotePeer, role: link.role, address: link.remoteAddress });
};
const touch = keepInTouch(carrier, { onLink: attach });
const seen = new Map<string, PeerHint>();

carrier.onLink(attach);
carrier.onHint((hint) => {
  say('hint', { hint });
  seen.set(hint.peerId, hint);
  if (options.keep) touch.setWanted([...seen.values()]);
});
carrier.onNetworkChange(() => say('network', { addresses: carrier.addresses() }));

const obey = async (command: CarrierCommand) => {
  switch (command.do) {
    case 'dial':
      try {
        const link = await carrier.dial(command.hint);
        touch.adopt(link);
        attach(link);
      } catch (error) {
        say('refused', { code: error instanceof Refusal ? error.failure.code : String(error) });
      }
      return;
    case 'send':
      return links.get(command.to)?.send(new TextEncoder().encode(command.text));
    case 'discovery':
      return say('discovery', { discovery: carrier.discovery() });
    case 'setDiscovery':
      return carrier.setDiscovery(command.on);
    case 'allow':
      return carrier.setAllowedPeers(command.peers === null ? null : new Set(command.peers));
    case 'memory':
      return say('memory', { rss: process.memoryUsage().rss, seen: seen.size });
  }
};
createInterface({ input: process.stdin }).on('line', (line) => void obey(JSON.parse(line) as CarrierCommand)).on('close', () => process.exit());
say('ready', { peerId: carrier.peerId, addresses: carrier.addresses() });
