/** Serves a contract: checks a raw call, runs the handler, turns whatever happens into a reply. */
import { CallSchema, type Contract, type Handlers, type Reply } from './contract.ts';
import { Refusal, fail } from '../errors.ts';
import { malformedInput } from './malformed-input.ts';

/** @returns a function that answers any value with a reply and never rejects; state is untouched by malformed calls. */
export function createServer<C extends Contract>(contract: C, handlers: Handlers<C>): (raw: unknown) => Promise<Reply> {
  return async (raw) => {
    const call = CallSchema.safeParse(raw);
    if (!call.success) return { id: 0, ...fail('bad_input', 'A call is {id, method, input}.') };
    const { id, method: name } = call.data;
    const method = Object.hasOwn(contract, name) ? contract[name] : undefined;
    const handler = handlers[name];
    if (!method || !handler) return { id, ...fail('unknown_method', `There is no method ${name}.`) };
    const input = method.input.safeParse(call.data.input);
    if (!input.success) return { id, ok: false, failure: malformedInput(input.error) };
    try {
      return { id, ok: true, value: await (handler as (input: unknown) => unknown)(input.data) };
    } catch (error) {
      if (error instanceof Refusal) return { id, ok: false, failure: error.failure };
      return { id, ...fail('internal', error instanceof Error ? error.message : 'Something went wrong inside the wallet.') };
    }
  };
}
