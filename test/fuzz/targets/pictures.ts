/** Pictures with a QR code in them, from anyone: at most a text comes of one, and a text is a draft at most (targets/text.ts). */
import { readCode } from '../../../renderer/features/people/code-reader.ts';
import { ACCEPTED, type Target, bytesTarget, mustHold, refusedWith } from '../engine/target.ts';

/** The largest code that there is holds so many digits (ISO/IEC 18004, version 40-L). */
const MAX_CODE_CHARS = 7089;

export const PICTURE_TARGETS: readonly Target[] = [
  bytesTarget('qr-picture', {
    covers: ['renderer/features/people/code-reader.ts#readCode'], cost: 60,
    async run(bytes) {
      let text: string | null;
      try {
        text = await readCode(new Blob([bytes as Uint8Array<ArrayBuffer>]));
      } catch (error) {
        // A picture that cannot be loaded is said to be none; what the WebAssembly breaks on would be something else.
        mustHold(error instanceof Error && !(error instanceof WebAssembly.RuntimeError), `the code reader broke: ${String(error)}`);
        return refusedWith('no picture');
      }
      if (text === null) return refusedWith('no code');
      mustHold(text !== '' && text.length <= MAX_CODE_CHARS, 'more than a code can hold');
      return ACCEPTED;
    },
  }),
];
