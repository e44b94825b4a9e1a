/**
 * Evidence: signed claims of an instance about itself, bound to one session by its Noise handshake hash, so that a
 * genuine module's evidence cannot be relayed into another session (design §6; assurance rows 36, 37).
 *
 * On the `software` tier this proves possession of the instance's key and says which code it claims to be. It does not
 * prove that the claim is true.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { type Result, fail, ok } from '../../../protocol/errors.ts';
import { type InstanceId, instanceIdOf } from '../../../protocol/identifiers.ts';
import type { MessageOf } from '../../../protocol/messages.codec.ts';
import { type Evidence, decodeEvidence, encodeEvidence, signingInput } from '../../../protocol/statements.codec.ts';
import { STRICT, equalBytes } from '../bytes.ts';
import type { HandshakeRole } from '../noise/handshake-xx.ts';
import { must } from '../state.ts';
import type { Turn } from '../turn.ts';

interface Binding {
  readonly handshakeHash: Uint8Array;
  readonly role: HandshakeRole;
  /** The nonce that the other side chose for us to sign. */
  readonly nonce: Uint8Array;
}

export function makeEvidence(turn: Turn, binding: Binding): MessageOf<'evidence'> {
  const self = must(turn.state, 'self', 'self');
  const statement = encodeEvidence({
    eat_profile: 'tallystick-evidence-1',
    eat_nonce: binding.nonce,
    ueid: self.publicKey,
    binder: binding.handshakeHash,
    role: binding.role,
    measurement: turn.attested.measurement,
    tier: turn.attested.tier,
    n: turn.head.n,
    head: turn.head.hash,
    name: self.name,
  });
  return { type: 'evidence', statement, signature: ed25519.sign(signingInput('evidence', statement), self.secretKey) };
}

/**
 * Appraises the other side's evidence. `peer_protocol` for a binding that does not fit or a bad signature,
 * `measurement_unknown` for code we have no reference value of.
 */
export function appraise(turn: Turn, message: MessageOf<'evidence'>, binding: Binding): Result<Evidence & { readonly instance: InstanceId }> {
  const decoded = decodeEvidence(message.statement);
  if (!decoded.ok) return decoded;
  const evidence = decoded.value;
  const bound = equalBytes(evidence.binder, binding.handshakeHash) && equalBytes(evidence.eat_nonce, binding.nonce) && evidence.role === binding.role;
  if (!bound) return fail('peer_protocol', 'The evidence belongs to another session.');
  if (!ed25519.verify(message.signature, signingInput('evidence', message.statement), evidence.ueid, STRICT)) return fail('peer_protocol', 'The evidence has a bad signature.');
  if (equalBytes(evidence.ueid, must(turn.state, 'self', 'self').publicKey)) return fail('peer_protocol', 'This is the wallet itself.');
  if (!turn.attested.referenceValues.some((known) => equalBytes(known, evidence.measurement))) {
    return fail('measurement_unknown', 'They run a version of the vault that this one does not know. Update both to the same version.');
  }
  return ok({ ...evidence, instance: instanceIdOf(evidence.ueid) });
}
