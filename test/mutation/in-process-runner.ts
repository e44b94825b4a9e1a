/**
 * Stryker's test runner for tests that are pure functions: loads the test files once into its process and calls the tests
 * that can reach a mutant, the likeliest killers first (those that killed near it a moment ago, then the fastest), until
 * one fails. A mutant of what is computed when a module loads gets all modules loaded anew.
 *
 * Not guaranteed: isolation between tests. They share a process, so they must keep nothing in module variables.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTick } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { InstrumenterContext } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, DryRunStatus, type DryRunResult, type MutantRunOptions, type MutantRunResult, MutantRunStatus, type TestRunner, TestStatus } from '@stryker-mutator/api/test-runner';
import { type CollectedTest, takeTests } from './collected-tests.ts';
import { beginGeneration, hookModules } from './module-hooks.ts';
import { LEFT_OUT, TEST_FILES } from './settings.ts';

/** A test runs for ever when it has used this many times the processor time that it takes without a mutant. */
const PATIENCE = 20;
const LEAST_PATIENCE_MS = 5_000;
/** A test waits for what will not come when nothing at all happened in this many glances; a busy machine does not count. */
const IDLE_GLANCES = 4;
const GLANCE_MS = 100;
/** Share of the time between two glances in which a process with nothing to do is awake. */
const IDLE_SHARE = 0.1;
/** Tests that killed a mutant of the same file a moment ago. */
const RECENT_KILLERS = 6;
/** Turns of the event loop after which nothing of a test is left to run. */
const TURNS_TO_SETTLE = 4;

const TIMES = 'test-times.json';

type Verdict = { readonly passed: true } | { readonly passed: false; readonly because: string; readonly timedOut: boolean };

/** What Stryker's instrumented code reads and writes. */
const context = ((globalThis as { __stryker__?: InstrumenterContext }).__stryker__ ??= {});

/** Reports once a test runs for ever, or waits for ever. */
function watchForNoEnd(patienceMs: number, report: (because: string) => void): NodeJS.Timeout {
  const begun = process.cpuUsage();
  let before = performance.eventLoopUtilization();
  let idle = 0;
  return setInterval(() => {
    const now = performance.eventLoopUtilization();
    idle = performance.eventLoopUtilization(now, before).utilization < IDLE_SHARE ? idle + 1 : 0;
    before = now;
    const { user, system } = process.cpuUsage(begun);
    if (idle >= IDLE_GLANCES) report('it waits for ever');
    else if ((user + system) / 1000 > patienceMs) report('it runs for ever');
  }, GLANCE_MS);
}

class InProcessRunner implements TestRunner {
  #tests = new Map<string, CollectedTest>();
  /** Milliseconds that each test takes without a mutant. */
  #times: Record<string, number> = {};
  #killers = new Map<string, string[]>();
  /** What is loaded was loaded with a mutant, or holds a test that never ended. */
  #spoilt = true;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    hookModules(`${pathToFileURL(process.cwd()).href}/`);
  }

  async dryRun(): Promise<DryRunResult> {
    delete context.activeMutant;
    await this.#load();
    const tests = [];
    for (const id of this.#tests.keys()) {
      context.currentTestId = id;
      const verdict = await this.#run(id, 60_000);
      delete context.currentTestId;
      if (!verdict.passed) return { status: DryRunStatus.Error, errorMessage: `${id}: ${verdict.because}` };
    }
    // Again, for the time they take once the primitives remember.
    const { mutantCoverage } = context;
    const coverage = structuredClone(mutantCoverage);
    for (const id of this.#tests.keys()) {
      const begun = process.cpuUsage();
      const verdict = await this.#run(id, 60_000);
      const { user, system } = process.cpuUsage(begun);
      const timeSpentMs = (user + system) / 1000;
      if (!verdict.passed) return { status: DryRunStatus.Error, errorMessage: `the second time, ${id}: ${verdict.because}` };
      this.#times[id] = timeSpentMs;
      tests.push({ id, name: id, fileName: id.slice(0, id.indexOf('#')), timeSpentMs, status: TestStatus.Success as const });
    }
    writeFileSync(TIMES, JSON.stringify(this.#times));
    return { status: DryRunStatus.Complete, tests, ...(coverage ? { mutantCoverage: coverage } : {}) };
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }: MutantRunOptions): Promise<MutantRunResult> {
    const fromTheStart = mutantActivation === 'static';
    if (fromTheStart) context.activeMutant = activeMutant.id;
    else delete context.activeMutant;
    if (fromTheStart || this.#spoilt) {
      try {
        await this.#load();
      } catch (error) {
        this.#spoilt = true;
        return { status: MutantRunStatus.Killed, killedBy: [], failureMessage: `It does not load: ${String(error)}`, nrOfTests: 0 };
      }
    }
    this.#spoilt = fromTheStart;
    context.activeMutant = activeMutant.id;
    if (hitLimit === undefined) delete context.hitLimit;
    else context.hitLimit = hitLimit;
    context.hitCount = 0;
    if (Object.keys(this.#times).length === 0 && existsSync(TIMES)) this.#times = JSON.parse(readFileSync(TIMES, 'utf8')) as Record<string, number>;
    let nrOfTests = 0;
    for (const id of this.#inOrder(activeMutant.fileName, testFilter ?? [...this.#tests.keys()])) {
      nrOfTests++;
      const verdict = await this.#run(id, Math.max(LEAST_PATIENCE_MS, PATIENCE * (this.#times[id] ?? 0)));
      const looping = determineHitLimitReached(context.hitCount, hitLimit);
      if (verdict.passed && !looping) continue;
      this.#remember(activeMutant.fileName, id);
      if (looping || (!verdict.passed && verdict.timedOut)) {
        this.#spoilt = true;
        return { status: MutantRunStatus.Timeout, reason: looping?.reason ?? `${id}: ${verdict.passed ? '' : verdict.because}` };
      }
      return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage: verdict.passed ? '' : verdict.because, nrOfTests };
    }
    return { status: MutantRunStatus.Survived, nrOfTests };
  }

  async #load(): Promise<void> {
    this.#tests.clear();
    takeTests();
    const generation = beginGeneration();
    for (const file of globSync([...TEST_FILES]).map((path) => path.replaceAll('\\', '/')).sort()) {
      if (LEFT_OUT.includes(file)) continue;
      await import(`${pathToFileURL(file).href}?generation=${generation}`);
      for (const test of takeTests()) {
        const id = `${file}#${test.name}`;
        if (LEFT_OUT.some((beginning) => id.startsWith(beginning))) continue;
        if (this.#tests.has(id)) throw new Error(`two tests are called ${id}`);
        this.#tests.set(id, test);
      }
    }
  }

  /** Runs one test. An error that nobody waits for while it runs is its failure too, as under vitest. */
  async #run(id: string, patienceMs: number): Promise<Verdict> {
    const test = this.#tests.get(id);
    if (!test) throw new Error(`there is no test ${id}`);
    const ended = Promise.withResolvers<Verdict>();
    const failed = (error: unknown): void => ended.resolve({ passed: false, because: error instanceof Error ? error.message : String(error), timedOut: false });
    const watch = watchForNoEnd(patienceMs, (because) => ended.resolve({ passed: false, because, timedOut: true }));
    process.on('unhandledRejection', failed).on('uncaughtException', failed);
    try {
      test.body().then(() => ended.resolve({ passed: true }), failed);
      const verdict = await ended.promise;
      for (let turn = 0; turn < TURNS_TO_SETTLE; turn++) await nextTick();
      return verdict;
    } finally {
      clearInterval(watch);
      process.off('unhandledRejection', failed).off('uncaughtException', failed);
    }
  }

  #inOrder(file: string, ids: readonly string[]): string[] {
    const wanted = new Set(ids);
    const recent = (this.#killers.get(file) ?? []).filter((id) => wanted.delete(id));
    return [...recent, ...[...wanted].sort((a, b) => (this.#times[a] ?? 0) - (this.#times[b] ?? 0))];
  }

  #remember(file: string, id: string): void {
    this.#killers.set(file, [id, ...(this.#killers.get(file) ?? []).filter((other) => other !== id)].slice(0, RECENT_KILLERS));
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
