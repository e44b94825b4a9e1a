/** What people, and the simulator itself, have asked a vault and not been answered yet. */
import type { VaultMethod } from '../../../protocol/contracts/vault.contract.ts';
import type { Asked, Reply } from './surroundings.ts';

export class Calls {
  #last = 0;
  readonly #called = new Map<number, Asked>();
  readonly #questions = new Map<number, (reply: Reply) => void>();

  /** @returns the number to call under */
  noteCall(asked: Asked): number {
    this.#called.set(++this.#last, asked);
    return this.#last;
  }

  /** Asks under a number of its own; resolves with what is answered. */
  async question<T>(method: VaultMethod, ask: (id: number) => void): Promise<T> {
    const id = ++this.#last;
    return await new Promise<T>((resolve, reject) => {
      this.#questions.set(id, (reply) => (reply.ok ? resolve(reply.value as T) : reject(new Error(`${method}: ${reply.failure.code}`))));
      ask(id);
    });
  }

  /** @returns the command that this answers, if it was one */
  answered(reply: Reply): Asked | undefined {
    this.#questions.get(reply.id)?.(reply);
    this.#questions.delete(reply.id);
    const asked = this.#called.get(reply.id);
    this.#called.delete(reply.id);
    return asked;
  }
}
