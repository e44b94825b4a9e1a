/** A typed caller for a contract over anything that carries calls and replies; checks what comes back. */
import { type Client, type Contract, ReplySchema } from './contract.ts';
import { type Result, fail } from '../errors.ts';

/** Sends one call and resolves with the raw reply (or rejects if the carrier is gone). */
export type Carry = (call: { id: number; method: string; input: unknown }) => Promise<unknown>;

/** @returns a client whose methods never reject: a broken carrier or reply is a `Failure` too. */
export function createClient<C extends Contract>(contract: C, carry: Carry): Client<C> {
  let lastId = 0;
  const call = async (name: string, input: unknown): Promise<Result<unknown>> => {
    const method = contract[name];
    if (!method) return fail('unknown_method', `There is no method ${name}.`);
    let raw: unknown;
    try {
      raw = await carry({ id: ++lastId, method: name, input });
    } catch (cause) {
      return fail('session_closed', `The wallet does not answer: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
    const reply = ReplySchema.safeParse(raw);
    if (!reply.success) return fail('internal', `The reply to ${name} was malformed.`);
    if (!reply.data.ok) return { ok: false, failure: reply.data.failure };
    const value = method.output.safeParse(reply.data.value);
    return value.success ? { ok: true, value: value.data } : fail('internal', `The reply to ${name} was not of the agreed shape.`);
  };
  return Object.fromEntries(Object.keys(contract).map((name) => [name, (input: unknown) => call(name, input)])) as Client<C>;
}
