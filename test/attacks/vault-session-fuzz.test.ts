/**
 * Whatever a peer claims, reveals or measures (assurance rows 34, 36, 37): only what is exactly right is believed. A failure
 * prints its seed; `FUZZ_SEED=… npx vitest run test/attacks/vault-session-fuzz.test.ts` runs it again.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest } from '../../enclave/vault/bytes.ts';
import { type Evidence, encodeEvidence, signingInput } from '../../protocol/statements.codec.ts';
import { MEASUREMENT, MemoryHost } from '../support/memory-host.ts';
import { rawIdentity, RawPeer } from '../support/raw-peer.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`FUZZ_SEED=${seed}`);
const settings = (numRuns: number) => ({ seed, numRuns });

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

async function wallet(name: string): Promise<MemoryHost> {
  const host = new MemoryHost(name, `session fuzz ${seed}`);
  await host.boot(true);
  return host;
}

describe('the short code', () => {
  it('is never shown for anything but the one nonce that was committed to', async () => {
    const ada = await wallet('Ada');
    await fc.assert(
      fc.asyncProperty(bytes32, bytes32, fc.integer({ min: 0, max: 255 }), async (committed, other, bit) => {
        const near = committed.slice();
        near[bit >> 3] = (near[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        for (const revealed of [near, other].filter((nonce) => !same(nonce, committed))) {
          const peer = await new RawPeer(rawIdentity('Mallory', 'code'), ada).meet();
          await peer.say({ type: 'pair-request', commitment: digest('tallystick pairing commitment', peer.handshakeHash, committed) }, { type: 'pair-reveal', nonce: revealed });
          expect(peer.hungUp).toEqual({ code: 'pairing_failed' });
          expect(await ada.must('pairing.list', {})).toEqual([]);
        }
      }),
      settings(60),
    );
    expect(await ada.must('people.contacts', {})).toEqual([]);
    // Guesses at what was not shown cost the guesser, not the person: pairing is not locked by them.
    expect(await ada.must('pairing.status', {})).toEqual({ failures: 0, lockedUntil: null });
  });
});

describe('evidence', () => {
  const claim = fc.oneof(
    fc.record({ binder: bytes32 }), fc.record({ eat_nonce: bytes32 }), fc.record({ ueid: bytes32 }), fc.record({ role: fc.constant('responder' as const) }),
    fc.record({ measurement: bytes32 }), fc.record({ eat_profile: fc.string() as fc.Arbitrary<never> }), fc.record({ n: fc.constantFrom(-1, 1.5, 2 ** 60) }), fc.record({ tier: fc.string() as fc.Arbitrary<never> }),
  );

  it('with any claim changed, signed anew or not, opens no session', async () => {
    const ada = await wallet('Bea');
    const { secretKey } = rawIdentity('Mallory', 'claims');
    await fc.assert(
      fc.asyncProperty(claim, fc.boolean(), async (changed, signedAnew) => {
        const options = signedAnew
          ? { claims: (evidence: Evidence): Evidence => ({ ...evidence, ...changed }) }
          : { evidence: (own: { readonly type: 'evidence'; readonly statement: Uint8Array; readonly signature: Uint8Array }) => ({ ...own, signature: ed25519.sign(signingInput('evidence', encodeStrictly(changed)), secretKey) }) };
        const peer = await new RawPeer(rawIdentity('Mallory', 'claims'), ada, options).meet();
        expect(peer.hungUp?.code, JSON.stringify(changed)).toMatch(/^(peer_protocol|measurement_unknown)$/);
        expect(await ada.must('people.strangers', {})).toEqual([]);
      }),
      settings(80),
    );
    expect(ada.fault).toBeNull();
  });

  it('of any measurement but the one reference value is refused as unknown', async () => {
    const ada = await wallet('Cleo');
    const near = fc.integer({ min: 0, max: 255 }).map((bit) => MEASUREMENT.with(bit >> 3, (MEASUREMENT[bit >> 3] ?? 0) ^ (1 << (bit & 7))));
    await fc.assert(
      fc.asyncProperty(fc.oneof(near, bytes32), async (measurement) => {
        const peer = await new RawPeer(rawIdentity('Mallory', 'measured'), ada, { claims: (evidence) => ({ ...evidence, measurement }) }).meet();
        expect(peer.hungUp).toEqual(same(measurement, MEASUREMENT) ? null : { code: 'measurement_unknown' });
        expect(await ada.must('people.strangers', {})).toEqual([]);
      }),
      settings(60),
    );
  });
});

/** A statement in which only one claim is there. */
const encodeStrictly = (changed: object): Uint8Array => {
  try {
    return encodeEvidence(changed as Evidence);
  } catch {
    return new Uint8Array(1);
  }
};
