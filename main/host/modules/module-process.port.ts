/**
 * A protected module running in a process of its own. Two implementations: a child Node process under `--permission`,
 * and Electron's `utilityProcess`; both pass test/contract/module-process.ts.
 */
export interface ModuleProcess {
  readonly pid: number | undefined;
  /** Structured clone; bytes stay bytes. */
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once; `code` is null when a signal ended it. */
  onExit(listener: (code: number | null, signal: string | null) => void): void;
  /** Asks it to end, then makes it; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Starts the module whose bundle lies at `bundlePath`, with an empty environment. */
export type SpawnModule = (bundlePath: string) => ModuleProcess;
