/** Stryker's reporter: one line on stderr every few seconds, so that stdout has nothing but the findings. */
import type { MutantResult } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import type { DryRunCompletedEvent, MutationTestingPlanReadyEvent, Reporter } from '@stryker-mutator/api/report';

const EVERY_MS = 10_000;

class Progress implements Reporter {
  #wanted = 0;
  #tried = 0;
  #left = 0;
  #told = 0;

  onDryRunCompleted({ result: { tests } }: DryRunCompletedEvent): void {
    process.stderr.write(`${tests.length} tests pass without a mutant\n`);
  }

  onMutationTestingPlanReady({ mutantPlans }: MutationTestingPlanReadyEvent): void {
    this.#wanted = mutantPlans.filter(({ plan }) => plan === 'Run').length;
    process.stderr.write(`${this.#wanted} mutants to try\n`);
  }

  onMutantTested({ status }: Readonly<MutantResult>): void {
    if (status === 'Ignored' || status === 'NoCoverage') return;
    this.#tried++;
    if (status === 'Survived') this.#left++;
    if (performance.now() - this.#told < EVERY_MS && this.#tried < this.#wanted) return;
    this.#told = performance.now();
    process.stderr.write(`${this.#tried}/${this.#wanted} tried, ${this.#left} survived\n`);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'progress-lines', Progress)];
