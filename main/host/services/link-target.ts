/** What a link or an address names: a draft for the person, and where to look for whom. Pure. */
import { refuse } from '../../../protocol/errors.ts';
import type { Draft } from '../../../protocol/contracts/host.contract.ts';
import type { InstanceId } from '../../../protocol/identifiers.ts';
import { isDialableAddress, parseLink } from '../../../protocol/link.codec.ts';
import { valueOf } from '../modules/vault-supervisor.ts';
import type { PeerHint } from '../network/carrier.port.ts';

/** @throws Refusal `bad_link` */
export function draftOf(text: string): Draft {
  const { kind, instance, name, addresses } = valueOf(parseLink(text));
  return { kind, instance, name, addresses: [...addresses] };
}

export interface Target { readonly hint: PeerHint; readonly expect: InstanceId | null }

/** Where a person's text leads: a link, or an address. @throws Refusal `bad_link`, `bad_address` */
export function targetIn(text: string): Target {
  return text.startsWith('tallystick:') ? targetOf(draftOf(text)) : { hint: hintOf([text]), expect: null };
}

const targetOf = ({ instance, addresses }: Draft): Target => {
  if (addresses.length === 0) refuse('bad_link', 'This link names no address. Ask for a fresh one.');
  return { hint: hintOf(addresses), expect: instance };
};

function hintOf(addresses: readonly string[]): PeerHint {
  for (const address of addresses) if (!isDialableAddress(address)) refuse('bad_address', 'An address looks like /ip4/192.168.1.20/tcp/4001/p2p/12D3… or is a tallystick:// link.');
  const peerId = addresses.map((address) => /\/p2p\/([^/]+)$/.exec(address)?.[1]).find((found) => found !== undefined);
  if (!peerId) return refuse('bad_address', 'The address must end in /p2p/ and the other wallet\'s peer id. Copy the whole of it.');
  return { peerId, addresses, foundBy: 'address' };
}
