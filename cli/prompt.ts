/** Questions to the person, on stderr, answered on stdin; a script may answer line by line through a pipe. */
import { type Interface, createInterface } from 'node:readline';

let lines: AsyncIterator<string> | null = null;
let reader: Interface | null = null;

/** True if somebody sits there who can be asked. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** The next line of stdin; null at its end. */
export async function readLine(): Promise<string | null> {
  if (!lines) {
    reader = createInterface({ input: process.stdin, terminal: false });
    lines = reader[Symbol.asyncIterator]();
  }
  const { value, done } = await lines.next();
  return done ? null : value;
}

export async function ask(question: string): Promise<string | null> {
  process.stderr.write(`${question} `);
  return (await readLine())?.trim() ?? null;
}

/** True for "yes" or "y". Silence and the end of input are a no. */
export const askYes = async (question: string): Promise<boolean> => /^y(es)?$/i.test((await ask(`${question} [yes/no]`)) ?? '');

/** Asks without showing what is typed. */
export async function askSecret(question: string): Promise<string | null> {
  if (!canAsk()) return readLine();
  process.stderr.write(`${question} `);
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.resume();
  try {
    return await new Promise<string | null>((resolve) => {
      let typed = '';
      const onData = (chunk: Buffer): void => {
        for (const key of chunk.toString()) {
          if (key === '\r' || key === '\n') return end(typed);
          // Ctrl-C and Ctrl-D.
          if (key === '\u0003' || key === '\u0004') return end(null);
          typed = key === '\u007f' || key === '\b' ? typed.slice(0, -1) : typed + key;
        }
      };
      const end = (answer: string | null): void => {
        stdin.off('data', onData);
        resolve(answer);
      };
      stdin.on('data', onData);
    });
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    process.stderr.write('\n');
  }
}

/** Lets the process end: an open stdin would keep it. */
export function endPrompts(): void {
  reader?.close();
  process.stdin.pause();
  process.stdin.unref?.();
}
