/** `tallystick://` links (assurance row 43): a hint to look at, with nothing in it but what a hint has. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instanceIdOf } from '../../../protocol/identifiers.ts';
import { parseLink } from '../../../protocol/link.codec.ts';

const INSTANCE = instanceIdOf(new Uint8Array(32).fill(7));
const LINK = `tallystick://pair/${INSTANCE}`;
const GOOD = '/ip4/192.168.1.2/tcp/4001';
const linkWith = (...parts: readonly (readonly [string, string])[]): string => `${LINK}?${parts.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')}`;

describe('a link', () => {
  it('names only addresses that are TCP to one host', () => {
    expect(parseLink(linkWith(['at', GOOD]))).toMatchObject({ ok: true, value: { addresses: [GOOD] } });
    const hostile = fc.oneof(
      fc.string({ minLength: 1 }), fc.constantFrom('https://evil.example/', 'http://127.0.0.1:1/', 'javascript:alert(1)'),
      fc.constantFrom('/unix/tmp/sock', '/ip4/1.2.3.4/udp/1', '/ip4/1.2.3.4/tcp/1/ws', '/dnsaddr/evil.example', '/ip4/1.2.3.4/tcp/1/p2p-circuit', '/ip4/1.2.3.4/tcp/1/http', `${GOOD}${GOOD}`, `${GOOD}\n`, 'file:///etc/passwd'),
      fc.tuple(fc.nat({ max: GOOD.length }), fc.constantFrom(' ', '\0', '/../', '/ws', '%', '?')).map(([at, more]) => GOOD.slice(0, at) + more + GOOD.slice(at)),
    );
    fc.assert(fc.property(hostile, (address) => {
      const link = parseLink(linkWith(['at', GOOD], ['at', address]));
      if (link.ok) for (const taken of link.value.addresses) expect(taken).toMatch(/^\/(ip4|ip6|dns|dns4|dns6)\/[^/]+\/tcp\/\d{1,5}(\/p2p\/\w+)?$/);
      else expect(link.failure.code).toBe('bad_link');
    }));
    for (const address of ['/unix/tmp/sock', '/ip4/1.2.3.4/udp/1', '/dnsaddr/evil.example']) expect(parseLink(linkWith(['at', address])), address).toMatchObject({ ok: false, failure: { code: 'bad_link' } });
  });

  it('with any part that it does not have is none', () => {
    const parts = fc.string({ minLength: 1 }).filter((key) => !['name', 'at'].includes(key));
    fc.assert(fc.property(parts, fc.string(), (key, value) => {
      expect(parseLink(`${LINK}?${encodeURIComponent(key)}=${encodeURIComponent(value)}`)).toMatchObject({ ok: false, failure: { code: 'bad_link' } });
    }));
    for (const action of ['amount', 'send', 'to', 'accept', 'pin', '__proto__', 'constructor']) expect(parseLink(linkWith(['name', 'Ada'], [action, '1'])), action).toMatchObject({ ok: false });
  });

  it('says nothing but pair, in exactly one way', () => {
    for (const text of [`tallystick://send/${INSTANCE}`, `tallystick:pair/${INSTANCE}`, `https://pair/${INSTANCE}`, `${LINK}#x`, `${LINK}/x`, LINK.toUpperCase(), `${LINK.slice(0, -1)}q`]) expect(parseLink(text), text).toMatchObject({ ok: false, failure: { code: 'bad_link' } });
  });
});
