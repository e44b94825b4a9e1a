/**
 * What a transport needs of a wallet: answers to raw calls, and notices. A transport moves text and enforces limits;
 * what a call means is checked behind `serve` (design §8).
 */
import type { Notice, Reply } from '../../../protocol/contracts/contract.ts';
import { fail } from '../../../protocol/errors.ts';

export interface ServedWallet {
  /** Answers any value with a reply; never rejects. */
  serve(rawCall: unknown): Promise<Reply>;
  onNotice(listener: (notice: Notice) => void): () => void;
}

/** Calls of one client under way at once; more wait in its socket. A window full of lists asks for about ten. */
export const MAX_CALLS_AT_ONCE = 32;

/** Answered text that one client has not read yet, in bytes; who has so much before them when more comes is taken for dead. */
export const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

/** Answers one call in JSON with one reply in JSON; text that is not JSON is `bad_input` with id 0. Never rejects. */
export async function answerText(wallet: ServedWallet, text: string): Promise<string> {
  let call: unknown;
  try {
    call = JSON.parse(text);
  } catch {
    return JSON.stringify({ id: 0, ...fail('bad_input', 'A call is one JSON value {id, method, input}.') });
  }
  return JSON.stringify(await wallet.serve(call));
}
