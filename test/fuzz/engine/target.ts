/**
 * What a fuzz target is: one way in for data from outside, the samples that it must take, and what must hold whatever is
 * put in. A target says only whether an input was taken or refused; anything that must not be is thrown.
 */
import { ERROR_CODES, type ErrorCode, type Failure, type Result } from '../../../protocol/errors.ts';
import { bytesIn } from '../../../enclave/runtime/input-queue.ts';

/** Bytes as from a disk or a wire; text as from a person or a program; a value as through a structured clone or from JSON. */
export type Kind = 'bytes' | 'text' | 'value';

export type Verdict = { readonly accepted: true } | { readonly accepted: false; readonly code: string };
export const ACCEPTED: Verdict = { accepted: true };
export const refusedWith = (code: string): Verdict => ({ accepted: false, code });

/** Structure that mutations may know about, so that they get past the first check. */
export type Form = 'cbor' | 'json';

export interface Target {
  readonly name: string;
  readonly kind: Kind;
  readonly form: Form | null;
  /** What it stands for: `file#export`, or `file` where the parser is not exported, or `contract:method`. */
  readonly covers: readonly string[];
  /** How many times as long one input takes as the quickest; such a target gets as many fewer inputs. */
  readonly cost: number;
  /** @throws anything: a finding */
  readonly run: (input: unknown) => Verdict | Promise<Verdict>;
}

/** A module of targets. */
export interface Registry {
  readonly TARGETS: readonly Target[];
  /** In the order of the names. */
  readonly targetsNamed: (names: readonly string[]) => Target[];
}

interface Parts<I> {
  readonly covers: readonly string[];
  readonly form?: Form;
  readonly cost?: number;
  readonly run: (input: I) => Verdict | Promise<Verdict>;
}

const target = <I>(kind: Kind, name: string, { covers, form = undefined, cost = 1, run }: Parts<I>): Target => ({ name, kind, form: form ?? null, covers, cost, run: (input) => run(input as I) });
export const bytesTarget = (name: string, parts: Parts<Uint8Array>): Target => target('bytes', name, parts);
export const textTarget = (name: string, parts: Parts<string>): Target => target('text', name, parts);
export const valueTarget = (name: string, parts: Parts<unknown>): Target => target('value', name, parts);

/** Something that must hold does not. */
export class Finding extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Finding';
  }
}

export function mustHold(holds: boolean, otherwise: string): void {
  if (!holds) throw new Finding(otherwise);
}

/** No detail is a treatise, whatever it quotes. */
const MAX_DETAIL_CHARS = 2000;

/** A failure as it may be shown: a code of the table, and words. */
export function codeOf(failure: Failure, allowed: readonly ErrorCode[] = ERROR_CODES): Verdict {
  mustHold(allowed.includes(failure.code), `refused with ${failure.code}, which is not one of ${allowed.length === ERROR_CODES.length ? 'the codes' : allowed.join(', ')}: ${failure.detail}`);
  mustHold(failure.detail.length > 0 && failure.detail.length <= MAX_DETAIL_CHARS, `the detail of ${failure.code} has ${failure.detail.length} characters`);
  return refusedWith(failure.code);
}

/** What may be answered to a call that brings nobody into trouble, neither host nor module. */
export const WITHOUT_TROUBLE = ERROR_CODES.filter((code) => !['internal', 'invariant_broken', 'reader_failed', 'reader_timeout', 'module_crashed'].includes(code));

export const verdictOf = (result: Result<unknown>, allowed?: readonly ErrorCode[]): Verdict => (result.ok ? ACCEPTED : codeOf(result.failure, allowed));

/** What is made of an input takes no more memory than so many times the input. */
export function mustBeBounded(output: unknown, inputBytes: number, times = 64): void {
  const limit = 4096 + times * inputBytes;
  const bytes = bytesIn(output, limit);
  mustHold(bytes <= limit, `an input of ${inputBytes} bytes became more than ${limit}`);
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
