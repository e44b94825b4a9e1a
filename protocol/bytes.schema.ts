/** Schemas for byte strings. Any view will do, whatever buffer lies below it. */
import { z } from 'zod';

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

/** Exactly `length` bytes. */
export const bytesOf = (length: number) => z.custom<Uint8Array>((value) => isBytes(value) && value.length === length, `not ${length} bytes`);

/** From `min` to `max` bytes. */
export const bytesUpTo = (max: number, min = 0) => z.custom<Uint8Array>((value) => isBytes(value) && value.length <= max && value.length >= min, `not ${min} to ${max} bytes`);
