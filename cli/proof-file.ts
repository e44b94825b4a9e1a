/** Files of fork proofs, one proof a line (docs/PROTOCOL.md, "Fork proofs as text"). Nothing else is let through: no spaces, no empty lines. */
import { open, writeFile } from 'node:fs/promises';
import { Refusal, type Result } from '../protocol/errors.ts';
import { checkForkProof } from '../protocol/fork-proof.ts';
import { parseForkProof } from '../protocol/fork-proof.codec.ts';
import { MAX_CONTACTS, MAX_PROOF_CHARS } from '../protocol/limits.ts';
import type { ForkProof } from '../protocol/messages.codec.ts';

/** As many proofs as a wallet has contacts, each with its end of line, which may be two characters. */
const MAX_FILE_BYTES = MAX_CONTACTS * (MAX_PROOF_CHARS + 2);

export interface CheckedProof { readonly text: string; readonly proof: ForkProof }

/**
 * Every proof in a text, its signatures checked here; with one that is none, the whole is refused.
 * @throws Refusal `bad_proof`, `not_a_fork`, `proof_forged`, with `line`
 */
export function proofsIn(content: string): CheckedProof[] {
  const lines = content.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new Refusal('bad_proof', 'There is nothing in this file.', { line: 1 });
  const onLine = <T>(index: number, result: Result<T>): T => {
    if (result.ok) return result.value;
    const { code, detail, params } = result.failure;
    throw new Refusal(code, `${lines.length > 1 ? `Line ${index + 1}: ` : ''}${detail}`, { ...params, line: index + 1 });
  };
  // The form of all before the signatures of any: what is no file of proofs is found out without much ado.
  const proofs = lines.map((text, index) => ({ text, proof: onLine(index, parseForkProof(text)) }));
  for (const [index, { proof }] of proofs.entries()) onLine(index, checkForkProof(proof));
  return proofs;
}

/** The proofs in a file. @throws Refusal `bad_input` for no readable file, and as `proofsIn` */
export async function readProofFile(path: string): Promise<CheckedProof[]> {
  const unreadable = (error: unknown): never => {
    throw new Refusal('bad_input', `${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`);
  };
  const chunks: Buffer[] = [];
  let length = 0;
  const file = await open(path, 'r').catch(unreadable);
  try {
    // No more than fits is ever asked for: what is named may be a device without end.
    for await (const chunk of file.createReadStream({ end: MAX_FILE_BYTES, autoClose: false })) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
    }
  } catch (error) {
    unreadable(error);
  } finally {
    await file.close();
  }
  if (length > MAX_FILE_BYTES) throw new Refusal('bad_proof', `${path} is too large to be a file of proofs.`);
  return proofsIn(Buffer.concat(chunks).toString('latin1'));
}

/** Writes proofs to a file that is not there yet: one that is may be somebody's only copy of something. @throws Refusal `bad_input` */
export async function writeProofFile(path: string, texts: readonly string[]): Promise<void> {
  await writeFile(path, texts.map((text) => `${text}\n`).join(''), { flag: 'wx' }).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal('bad_input', code === 'EEXIST' ? `${path} exists already. Name another file.` : `${path} cannot be written: ${code ?? String(error)}.`);
  });
}
