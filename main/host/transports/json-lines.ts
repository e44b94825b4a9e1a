/** Cuts a byte stream into lines of text, each at most `maxBytes`, holding no more than one line and one chunk. */
import { Refusal } from '../../../protocol/errors.ts';

const NEWLINE = 0x0a;

/**
 * @returns the lines without their ends; what follows the last newline is dropped, for it may be half a message.
 * @throws Refusal `bad_input` for a line that is too long or not UTF-8; the stream is of no use afterwards.
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    let rest = chunk;
    for (let end = rest.indexOf(NEWLINE); end >= 0 || rest.length > 0; end = rest.indexOf(NEWLINE)) {
      const piece = end < 0 ? rest : rest.subarray(0, end);
      size += piece.length;
      if (size > maxBytes) throw new Refusal('bad_input', `A line may have at most ${maxBytes} bytes.`);
      parts.push(piece);
      if (end < 0) break;
      const line = Buffer.concat(parts);
      parts = [];
      size = 0;
      rest = rest.subarray(end + 1);
      let text: string;
      try {
        text = decoder.decode(line);
      } catch {
        throw new Refusal('bad_input', 'A line must be UTF-8 text.');
      }
      if (text.trim() !== '') yield text;
    }
  }
}
