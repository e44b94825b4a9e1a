/** The code with which a deed inside the vault is refused. */
import { Refusal } from '../../protocol/errors.ts';

/** @returns the code of the refusal, `done` if there is none, or whatever else was thrown as text */
export function refusalCode(work: () => unknown): string {
  try {
    work();
    return 'done';
  } catch (error) {
    return error instanceof Refusal ? error.failure.code : String(error);
  }
}
