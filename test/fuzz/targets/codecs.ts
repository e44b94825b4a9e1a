/** Bytes that vaults exchange: each decoder takes what it would write itself, byte for byte, and answers anything else with a code. */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { parseLaneFrame } from '../../../enclave/vault/transfers/lane-keys.ts';
import { decodeStrict, encodeStrict } from '../../../protocol/cbor.codec.ts';
import type { Result } from '../../../protocol/errors.ts';
import { CurrencyDescriptorSchema } from '../../../protocol/currency.codec.ts';
import { AckSchema, CommitSchema, decodeAs, decodeMessage, encodeMessage, NackSchema } from '../../../protocol/messages.codec.ts';
import { PublicationDescriptorSchema } from '../../../protocol/licence.codec.ts';
import { contentIdOf, decodeManifest, encodeManifest, isChunkOf } from '../../../protocol/publication.codec.ts';
import { decodeEvidence, encodeEvidence } from '../../../protocol/statements.codec.ts';
import { type Target, bytesTarget, mustBeBounded, mustHold, sameBytes, verdictOf } from '../engine/target.ts';

const CODES = ['peer_protocol'] as const;

/** @param exact false where reading trims and composes texts: then what is read is what reading it again gives */
function decoder<T>(name: string, covers: readonly string[], decode: (bytes: Uint8Array) => Result<T>, encode: (value: T) => Uint8Array, exact = true): Target {
  return bytesTarget(name, {
    covers, form: 'cbor',
    run(bytes) {
      const result = decode(bytes);
      if (result.ok) {
        mustBeBounded(result.value, bytes.length);
        const written = encode(result.value);
        if (exact) mustHold(sameBytes(written, bytes), 'what was read is written otherwise');
        const again = decode(written);
        mustHold(again.ok && isDeepStrictEqual(again.value, result.value), 'what was written is read otherwise');
      }
      return verdictOf(result, CODES);
    },
  });
}

const part = (name: string, schema: z.ZodType) => decoder(name, [`protocol/messages.codec.ts#decodeAs`], (bytes) => decodeAs(schema, bytes), encodeStrict, false);

export const CODEC_TARGETS: readonly Target[] = [
  decoder('cbor', ['protocol/cbor.codec.ts#decodeStrict'], decodeStrict, encodeStrict),
  decoder('message', ['protocol/messages.codec.ts#decodeMessage'], decodeMessage, encodeMessage, false),
  decoder('evidence', ['protocol/statements.codec.ts#decodeEvidence'], decodeEvidence, encodeEvidence, false),
  decoder('lane-frame', ['enclave/vault/transfers/lane-keys.ts#parseLaneFrame'], parseLaneFrame, encodeStrict),
  part('commit', CommitSchema), part('ack', AckSchema), part('nack', NackSchema), part('currency-descriptor', CurrencyDescriptorSchema), part('publication-descriptor', PublicationDescriptorSchema),
  bytesTarget('manifest', {
    covers: ['protocol/publication.codec.ts#decodeManifest', 'protocol/publication.codec.ts#isChunkOf', 'protocol/publication.codec.ts'], form: 'cbor',
    run(bytes) {
      const result = decodeManifest(bytes);
      if (result.ok) {
        mustHold(sameBytes(encodeManifest(result.value), bytes), 'what was read is written otherwise');
        mustHold(/^[0-9a-f]{64}$/.test(contentIdOf(bytes)), 'its id is no id');
        for (const index of [-1, 0, 1, 0.5, NaN, 2 ** 40]) mustHold(!isChunkOf(result.value, index, bytes), 'a manifest is a chunk of itself');
      }
      return verdictOf(result, CODES);
    },
  }),
];
