/** What a deed is refused with. Anything else that is thrown is no refusal, and is not taken for one. */
import { type Failure, Refusal } from '../../protocol/errors.ts';

/** @returns the code of the refusal, `done` if there is none, or whatever else was thrown as text */
export function refusalCode(work: () => unknown): string {
  try {
    work();
    return 'done';
  } catch (error) {
    return error instanceof Refusal ? error.failure.code : String(error);
  }
}

/** The whole refusal of what was begun, or null if it was done. @throws whatever else it fails with */
export const failureOf = (begun: Promise<unknown>): Promise<Failure | null> =>
  begun.then(() => null, (error: unknown) => (error instanceof Refusal ? error.failure : Promise.reject(error as Error)));

/** The code of that refusal, or `done`. @throws whatever else it fails with */
export const codeOf = async (begun: Promise<unknown>): Promise<string> => (await failureOf(begun))?.code ?? 'done';
