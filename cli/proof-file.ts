/** Files of fork proofs, one proof a line (docs/PROTOCOL.md, "Fork proofs as text"). Nothing else is let through: no spaces, no empty lines. */
import { open, writeFile } from 'node:fs/promises';
import { Refusal } from '../protocol/errors.ts';
import { checkForkProof } from '../protocol/fork-proof.ts';
import { parseForkProof } from '../protocol/fork-proof.codec.ts';
import { MAX_CONTACTS, MAX_PROOF_CHARS } from '../protocol/limits.ts';
import type { ForkProof } from '../protocol/messages.codec.ts';

/** As many proofs as a wallet has contacts, each with its end of line, which may be two characters. */
const MAX_FILE_BYTES = MAX_CONTACTS * (MAX_PROOF_CHARS + 2);

export interface CheckedProof { readonly text: string; readonly proof: ForkProof }

/**
 * Every proof in the file, its signatures checked here; with one that is none, the file is refused as a whole.
 * @throws Refusal `bad_input` for no readable file; `bad_proof`, `not_a_fork`, `proof_forged` with `line`
 */
export async function readProofFile(path: string): Promise<CheckedProof[]> {
  const lines = (await contentOf(path)).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new Refusal('bad_proof', `There is nothing in ${path}.`);
  return lines.map((text, index) => {
    const parsed = parseForkProof(text);
    const checked = parsed.ok ? checkForkProof(parsed.value) : parsed;
    if (checked.ok) return { text, proof: checked.value };
    const { code, detail, params } = checked.failure;
    throw new Refusal(code, `${lines.length > 1 ? `Line ${index + 1}: ` : ''}${detail}`, { ...params, line: index + 1 });
  });
}

async function contentOf(path: string): Promise<string> {
  const unreadable = (error: unknown): never => {
    throw new Refusal('bad_input', `${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`);
  };
  const file = await open(path, 'r').catch(unreadable);
  try {
    const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
    let length = 0;
    // A pipe gives what it has, not what was asked for.
    for (let more = 1; more > 0 && length < buffer.length; length += more) ({ bytesRead: more } = await file.read(buffer, length, buffer.length - length).catch(unreadable));
    if (length > MAX_FILE_BYTES) throw new Refusal('bad_proof', `${path} is too large to be a file of proofs.`);
    return buffer.toString('latin1', 0, length);
  } finally {
    await file.close();
  }
}

/** Writes proofs to a file that is not there yet: one that is may be somebody's only copy of something. @throws Refusal `bad_input` */
export async function writeProofFile(path: string, texts: readonly string[]): Promise<void> {
  await writeFile(path, texts.map((text) => `${text}\n`).join(''), { flag: 'wx' }).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal('bad_input', code === 'EEXIST' ? `${path} exists already. Name another file.` : `${path} cannot be written: ${code ?? String(error)}.`);
  });
}
