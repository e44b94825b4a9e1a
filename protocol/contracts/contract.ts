/**
 * What a contract is (design §8): named methods with a schema for what goes in and one for what comes out, checked at
 * every receiving end. The renderer, the browser, the command line, the host and the vault all speak the same contracts;
 * only the bytes in between differ (IPC, WebSocket, local socket, module port).
 */
import { z } from 'zod';
import { ERROR_CODES, type Failure, type Result } from '../errors.ts';

/** A command may change something; a query never does. */
export interface Method<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'command' | 'query';
  readonly input: I;
  readonly output: O;
}

export const command = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Method<I, O> => ({ kind: 'command', input, output });
export const query = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Method<I, O> => ({ kind: 'query', input, output });

export type Contract = Readonly<Record<string, Method>>;

/** Functions that serve a contract. They may throw `Refusal`. */
export type Handlers<C extends Contract> = {
  readonly [M in keyof C]: (input: z.output<C[M]['input']>) => z.input<C[M]['output']> | Promise<z.input<C[M]['output']>>;
};

/** Functions that call a contract. */
export type Client<C extends Contract> = {
  readonly [M in keyof C]: (input: z.input<C[M]['input']>) => Promise<Result<z.output<C[M]['output']>>>;
};

/** For methods that take or give nothing. */
export const nothing = z.strictObject({});

export const FailureSchema: z.ZodType<Failure> = z.strictObject({
  code: z.enum(ERROR_CODES),
  detail: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
}) as z.ZodType<Failure>;

/** One call on the wire. `id` pairs it with its reply. */
export const CallSchema = z.strictObject({ id: z.int().nonnegative(), method: z.string().max(64), input: z.unknown() });
export type Call = z.output<typeof CallSchema>;

/** One reply on the wire. */
export const ReplySchema = z.union([
  z.strictObject({ id: z.int().nonnegative(), ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ id: z.int().nonnegative(), ok: z.literal(false), failure: FailureSchema }),
]);
export type Reply = z.output<typeof ReplySchema>;

/**
 * What a client may want to ask about again, pushed without being asked. `library`: the shelf; `contents`: how far books on
 * their way and in the making are, several times a second, for which nobody has to ask for the whole shelf again; `covers`:
 * one that was not here may be now.
 */
export const TOPICS = ['app', 'settings', 'network', 'credits', 'people', 'transfers', 'library', 'contents', 'covers', 'link'] as const;
export type Topic = (typeof TOPICS)[number];
export const NoticeSchema = z.strictObject({ changed: z.array(z.enum(TOPICS)) });
export type Notice = z.output<typeof NoticeSchema>;
