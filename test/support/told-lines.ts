/**
 * A child process that tells what happens in JSON lines: wait for one of them, past or to come, each taken once.
 */
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export type Told = Readonly<Record<string, unknown>> & { readonly event: string };

export interface ToldLines {
  /** The next line for which `matches` is true; earlier lines that did not match are kept for others. */
  next(event: string, matches?: (line: Told) => boolean): Promise<Told>;
  /** Lines told so far that nobody took, with this event. */
  left(event: string): Told[];
  /** Throws away what nobody took. */
  forget(): void;
  send(command: object): void;
}

/** Rejects waiting calls, with what the process wrote to stderr, when the process ends. */
export function toldLines(child: ChildProcess): ToldLines {
  const lines: Told[] = [];
  const waiting = new Set<{ matches: (line: Told) => boolean; resolve: (line: Told) => void; reject: (error: Error) => void }>();
  let errors = '';
  let ended: Error | null = null;
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
  createInterface({ input: child.stdout! }).on('line', (text) => {
    const line = JSON.parse(text) as Told;
    for (const waiter of waiting) {
      if (!waiter.matches(line)) continue;
      waiting.delete(waiter);
      return waiter.resolve(line);
    }
    lines.push(line);
  });
  child.once('exit', (code, signal) => {
    ended = new Error(`the process ended with ${code ?? signal}\n${errors}`);
    for (const { reject } of waiting) reject(ended);
    waiting.clear();
  });
  return {
    next(event, matches = () => true) {
      const isIt = (line: Told) => line.event === event && matches(line);
      const index = lines.findIndex(isIt);
      if (index >= 0) return Promise.resolve(lines.splice(index, 1)[0]!);
      if (ended) return Promise.reject(ended);
      return new Promise((resolve, reject) => waiting.add({ matches: isIt, resolve, reject }));
    },
    left: (event) => lines.filter((line) => line.event === event),
    forget: () => void lines.splice(0),
    send: (command) => void child.stdin!.write(`${JSON.stringify(command)}\n`),
  };
}
