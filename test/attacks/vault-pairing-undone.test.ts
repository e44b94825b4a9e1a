/**
 * Pairing that only one person has confirmed (assurance row 33): if the other breaks it off, by word or by leaving, nothing
 * stays pinned, and whoever comes back with `resume` is a stranger still.
 */
import { describe, expect, it } from 'vitest';
import { digest } from '../../enclave/vault/bytes.ts';
import { positionStatement, signingInput } from '../../protocol/statements.codec.ts';
import { ed25519 } from '@noble/curves/ed25519.js';
import type { Message } from '../../protocol/messages.codec.ts';
import { MemoryHost } from '../support/memory-host.ts';
import { rawIdentity, RawPeer } from '../support/raw-peer.ts';

const NONCE = new Uint8Array(32).fill(5);

function resumeOf({ identity }: RawPeer): Message {
  const position = { instance: identity.publicKey, n: 1, head: new Uint8Array(32) };
  const signature = ed25519.sign(signingInput('position', positionStatement(position)), identity.secretKey);
  return { type: 'resume', transfers: [], requests: [], closed: [], rule: [], acquaintances: [], position: { ...position, signature } };
}

/** Ada has said that the words match; Mallory has not. */
async function halfPaired(seed: string): Promise<{ ada: MemoryHost; peer: RawPeer }> {
  const ada = new MemoryHost('Ada', seed);
  await ada.boot(true);
  const peer = await new RawPeer(rawIdentity('Mallory', seed), ada).meet();
  await peer.say({ type: 'pair-request', commitment: digest('tallystick pairing commitment', peer.handshakeHash, NONCE) }, { type: 'pair-reveal', nonce: NONCE });
  await ada.must('pairing.confirm', { instance: peer.identity.instance, matches: true });
  return { ada, peer };
}

async function expectStranger(ada: MemoryHost, peer: RawPeer): Promise<void> {
  await peer.say(resumeOf(peer));
  expect(await ada.must('people.contacts', {})).toEqual([]);
  expect(await ada.must('pairing.list', {})).toEqual([]);
  expect(peer.heard.filter(({ type }) => type === 'resume')).toEqual([]);
  expect(ada.fault).toBeNull();
}

describe('a pairing that one person has confirmed', () => {
  it('and the other broke off leaves a stranger', async () => {
    const { ada, peer } = await halfPaired('broken off');
    await peer.say({ type: 'pair-abort', reason: 'pairing_failed' });
    await expectStranger(ada, peer);
  });

  it('and the other left leaves a stranger, also after a restart', async () => {
    const { ada, peer } = await halfPaired('left');
    await peer.leave();
    await expectStranger(ada, await new RawPeer(peer.identity, ada).meet());
    ada.crash();
    await ada.boot();
    await expectStranger(ada, await new RawPeer(peer.identity, ada).meet());
  });
});
