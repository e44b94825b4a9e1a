/**
 * `tallystick://` links: the way out when computers do not find each other (design §6, §8). A link names an instance
 * and where it might be; it is a hint and a draft, never an action, and the words must still be compared.
 *
 *   tallystick://pair/<instance>?name=<text>&at=<multiaddr>&at=<multiaddr>
 */
import { type Result, fail, ok } from './errors.ts';
import { InstanceIdSchema, type InstanceId } from './identifiers.ts';
import { NameSchema } from './contracts/plain.ts';

/** More addresses than a laptop has interfaces. */
const MAX_ADDRESSES = 8;
/** A QR code of this many characters can still be read from a screen. */
const MAX_LINK_CHARS = 1024;
/** Address families we dial; anything else in a link is refused. */
const ADDRESS = /^\/(ip4|ip6|dns|dns4|dns6)\/[0-9A-Za-z.:%-]{1,253}\/tcp\/[0-9]{1,5}(\/p2p\/[0-9A-Za-z]{1,128})?$/;

export interface PairLink {
  readonly kind: 'pair';
  readonly instance: InstanceId;
  readonly name: string | null;
  readonly addresses: readonly string[];
}

/** True for a multiaddr that a link or a person may name: TCP to one host, nothing else. */
export const isDialableAddress = (address: string): boolean => ADDRESS.test(address);

/** The link as text. Addresses that would make it too long to be read back are left out, the last ones first. */
export function formatPairLink({ instance, name, addresses }: Omit<PairLink, 'kind'>): string {
  let text = `tallystick://pair/${instance}`;
  const add = (key: string, value: string): void => {
    const longer = `${text}${text.includes('?') ? '&' : '?'}${key}=${value}`;
    if (longer.length <= MAX_LINK_CHARS) text = longer;
  };
  if (name !== null) add('name', encodeURIComponent(name));
  for (const address of addresses.slice(0, MAX_ADDRESSES)) add('at', encodeURIComponent(address).replaceAll('%2F', '/'));
  return text;
}

/** `bad_link` unless the text is exactly one well-formed link. Never throws. */
export function parseLink(text: string): Result<PairLink> {
  const bad = (why: string) => fail('bad_link', `This is not a Tallystick link: ${why}.`);
  const trimmed = text.trim();
  if (trimmed.length > MAX_LINK_CHARS) return bad('it is too long');
  const match = /^tallystick:\/\/pair\/([a-z0-9]+)\/?(?:\?([^#]*))?$/.exec(trimmed);
  if (!match) return bad('it should begin with tallystick://pair/');
  const instance = InstanceIdSchema.safeParse(match[1]);
  if (!instance.success) return bad('its key is mistyped or incomplete');
  let name: string | null = null;
  const addresses: string[] = [];
  for (const [key, value] of new URLSearchParams(match[2] ?? '')) {
    if (key === 'name') {
      const parsed = NameSchema.safeParse(value);
      if (!parsed.success) return bad('its name has characters that names do not have');
      name = parsed.data;
    } else if (key === 'at') {
      if (!isDialableAddress(value)) return bad('one of its addresses is not a TCP address');
      if (addresses.length < MAX_ADDRESSES) addresses.push(value);
    } else return bad(`it has an unknown part "${key.slice(0, 16)}"`);
  }
  return ok({ kind: 'pair', instance: instance.data, name, addresses });
}
