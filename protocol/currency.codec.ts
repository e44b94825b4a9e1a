/** A currency as it crosses: its descriptor, signed by its issuer (design §7). */
import { z } from 'zod';
import { bytesOf } from './bytes.schema.ts';
import { CurrencyCodeSchema, DecimalsSchema, NameSchema } from './contracts/plain.ts';

/** A currency's descriptor, signed by its issuer; the id is the hash of all but the signature. */
export const CurrencyDescriptorSchema = z.strictObject({
  issuer: bytesOf(32), code: CurrencyCodeSchema, decimals: DecimalsSchema, name: NameSchema, signature: bytesOf(64),
});
export type CurrencyDescriptor = z.output<typeof CurrencyDescriptorSchema>;
