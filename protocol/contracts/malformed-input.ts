/**
 * What is said of an input that does not have the agreed shape (design §8): the place and the schema's own words about it.
 * Both may repeat names that the caller chose, so there is an end to them.
 */
import type { z } from 'zod';
import { type Failure, fail } from '../errors.ts';

/** Enough to name a field and say what is wrong; an answer must not be as long as whatever was asked. */
const MAX_DETAIL_CHARS = 300;

/** @param whole what the input is called where nothing in it has a name */
export function malformedInput({ issues: [issue] }: z.ZodError, whole = 'input'): Failure {
  const detail = `${issue?.path.join('.') || whole}: ${issue?.message ?? 'malformed'}`;
  return fail('bad_input', detail.length <= MAX_DETAIL_CHARS ? detail : `${detail.slice(0, MAX_DETAIL_CHARS - 1)}…`).failure;
}
