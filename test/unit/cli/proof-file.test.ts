/** Files of fork proofs (docs/PROTOCOL.md): a proof a line and nothing else; a file with any byte changed is refused. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proofsIn, readProofFile, writeProofFile } from '../../../cli/proof-file.ts';
import { Refusal } from '../../../protocol/errors.ts';
import { formatForkProof } from '../../../protocol/fork-proof.codec.ts';
import { forkProofOf, signerOf } from '../../support/fork-proofs.ts';

const [one, other] = ['Mallory', 'Nora'].map((name) => formatForkProof(forkProofOf(signerOf(name)))) as [string, string];
const forged = formatForkProof({ ...forkProofOf(signerOf('Mallory')), first: { ...forkProofOf(signerOf('Mallory')).first, signature: new Uint8Array(64) } });
let folder = '';
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'tally-proof-')); });
afterAll(() => rm(folder, { recursive: true }));

/** The proofs in a text, or the code with which it is refused and the line that is named. */
function read(content: string): unknown {
  try {
    return proofsIn(content).map(({ text }) => text);
  } catch (error) {
    return error instanceof Refusal ? { code: error.failure.code, ...error.failure.params } : error;
  }
}

describe('a file of proofs', () => {
  it('is written once and read back', async () => {
    const path = join(folder, 'two.proof');
    await writeProofFile(path, [one, other]);
    expect(await readFile(path, 'utf8')).toBe(`${one}\n${other}\n`);
    expect((await readProofFile(path)).map(({ text, proof }) => [text, proof.first.n])).toEqual([[one, 57], [other, 57]]);
    await expect(writeProofFile(path, [one])).rejects.toMatchObject({ failure: { code: 'bad_input' } });
    expect((await stat(path)).size).toBe(one.length + other.length + 2);
  });

  it('may have come through a mail program: other ends of line, or none at the end', () => {
    for (const content of [one, `${one}\n`, `${one}\r\n`]) expect(read(content)).toEqual([one]);
    expect(read(`${one}\r\n${other}`)).toEqual([one, other]);
  });

  it('with any one byte changed is refused, ends of line included', () => {
    const content = Buffer.from(`${one}\n${other}\n`, 'latin1');
    const refused = (at: number, change: number): void => {
      const changed = Buffer.from(content);
      changed[at] = (changed[at] ?? 0) ^ change;
      expect(read(changed.toString('latin1'))).toMatchObject({ code: 'bad_proof', line: expect.any(Number) });
    };
    for (const at of [one.length, content.length - 1]) for (let change = 1; change < 256; change++) refused(at, change);
    fc.assert(fc.property(fc.nat(content.length - 1), fc.integer({ min: 1, max: 255 }), refused), { numRuns: 1_000 });
  });

  it.each([
    ['nothing in it', ''], ['an empty line', `${one}\n\n${other}\n`], ['an empty line first', `\n${one}\n`], ['a blank', `${one} \n`], ['a mark of byte order', `\u00ef\u00bb\u00bf${one}\n`],
    ['something else in it', 'hello\n'], ['the line that a command printed', `{"proof":"${one}"}\n`],
  ])('with %s is bad_proof', (_what, content) => expect(read(content)).toMatchObject({ code: 'bad_proof' }));

  it('with one proof that is none among others is refused, and says which line', () => {
    expect(read(`${one}\n${forged}\n`)).toEqual({ code: 'proof_forged', bad: expect.any(String), line: 2 });
  });

  it('that is none, a folder or without end is bad_input or bad_proof, not a full memory', async () => {
    for (const [path, code] of [[join(folder, 'nowhere'), 'bad_input'], [folder, 'bad_input'], ['/dev/zero', 'bad_proof']] as const) {
      await expect(readProofFile(path)).rejects.toMatchObject({ failure: { code } });
    }
  });
});
