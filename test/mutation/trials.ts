/** The processes in which mutants are tried. One that never answers, or has grown, is ended and another started. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Observation, Order, Outcome } from './trial.ts';
import type { Answer, Question } from './trial-worker.ts';

/** Only a loop that comes by no switch lasts this long over one mutant, even on a machine that has a dozen other things to do. */
const NO_ANSWER_MS = 1_800_000;

/** Each loading of all modules anew leaves the old ones behind. */
const GROWN_MEGABYTES = 1_500;

const worker = fileURLToPath(new URL('./trial-worker.ts', import.meta.url));

export class TrialProcess {
  readonly #sources: string;
  #times: Readonly<Record<string, number>> = {};
  #child: ChildProcess | null = null;

  /** @param sources a file with the instrumented sources */
  constructor(sources: string) {
    this.#sources = sources;
  }

  async observe(files: readonly string[]): Promise<Observation> {
    const answer = await this.#ask({ ask: 'observe', files });
    if (answer && 'observation' in answer) return answer.observation;
    throw new Error(answer && 'trouble' in answer ? answer.trouble : 'The tests did not end without a mutant.');
  }

  async useTimes(times: Readonly<Record<string, number>>): Promise<void> {
    this.#times = times;
    if (this.#child) await this.#ask({ ask: 'times', times });
  }

  async try(order: Order): Promise<Outcome> {
    if (!this.#child) {
      this.#start();
      await this.#ask({ ask: 'times', times: this.#times });
    }
    const answer = await this.#ask({ ask: 'try', order }, NO_ANSWER_MS);
    if (!answer) {
      this.end();
      return { is: 'timeout', because: 'the process did not answer any more' };
    }
    if (!('outcome' in answer)) throw new Error('trouble' in answer ? answer.trouble : 'an answer to another question');
    if (answer.megabytes > GROWN_MEGABYTES) this.end();
    return answer.outcome;
  }

  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  #start(): ChildProcess {
    return (this.#child = fork(worker, [this.#sources], { execArgv: ['--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
  }

  /** @returns null if the process ended or was silent for too long */
  #ask(question: Question, patienceMs?: number): Promise<Answer | null> {
    const child = this.#child ?? this.#start();
    return new Promise((resolve) => {
      const finish = (answer: Answer | null): void => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onExit);
        resolve(answer);
      };
      const onMessage = (answer: unknown): void => finish(answer as Answer);
      const onExit = (): void => finish(null);
      const timer = patienceMs === undefined ? undefined : setTimeout(() => finish(null), patienceMs);
      child.on('message', onMessage).on('exit', onExit);
      child.send(question);
    });
  }
}
