/** Saves a fork proof where the person says. The shell asks and writes; what is written is checked here, so that a page can have nothing else put on the disk. */
import { Refusal, refuse } from '../../../protocol/errors.ts';
import { checkForkProof } from '../../../protocol/fork-proof.ts';
import { parseForkProof } from '../../../protocol/fork-proof.codec.ts';
import { instanceIdOf } from '../../../protocol/identifiers.ts';
import type { WalletHostOptions } from '../wallet-host.port.ts';
import { valueOf } from '../modules/vault-supervisor.ts';

/** Enough of an instance's name to tell files apart. */
const NAME_CHARS = 14;

/** @returns false if the person changed their mind. @throws Refusal `bad_proof`, `not_a_fork`, `proof_forged`, `not_supported`, `disk_full`, `forbidden` */
export async function saveProof(saveFile: WalletHostOptions['saveFile'], text: string): Promise<boolean> {
  const { first } = valueOf(checkForkProof(valueOf(parseForkProof(text))));
  if (!saveFile) return refuse('not_supported', 'This shell cannot save files. Copy the proof, or use: tallystick audit --export');
  try {
    return await saveFile(`${instanceIdOf(first.instance).slice(0, NAME_CHARS)}.proof`, `${text}\n`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal(code === 'ENOSPC' ? 'disk_full' : 'forbidden', `The proof could not be written there: ${code ?? String(error)}.`, undefined, error);
  }
}
