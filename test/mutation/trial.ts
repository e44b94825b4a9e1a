/**
 * Trials in one process: calls the tests that can reach a mutant, the likeliest killers first (those that killed in its file
 * a moment ago, then the fastest), until one fails. A mutant of what is computed when a module loads gets modules loaded anew.
 *
 * Not guaranteed: isolation between tests. They share a process, so they must keep nothing in module variables.
 */
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { InstrumenterContext } from '@stryker-mutator/api/core';
import { type CollectedTest, takeTests } from './collected-tests.ts';
import { addressOf, beginGeneration } from './module-hooks.ts';
import { LEFT_OUT } from './settings.ts';

/** A test runs for ever when it has used this many times the processor time that it takes without a mutant … */
const PATIENCE = 20;
const LEAST_PATIENCE_MS = 5_000;
/** … or when the mutant was come by this many times as often. */
const HIT_LIMIT_FACTOR = 100;
/** A test waits for what will not come when nothing at all happened in this many glances; a busy machine does not count. */
const IDLE_GLANCES = 4;
const GLANCE_MS = 100;
/** Share of the time between two glances in which a process with nothing to do is awake. */
const IDLE_SHARE = 0.1;
/** Tests that killed a mutant of the same file a moment ago. */
const RECENT_KILLERS = 8;
/** Turns of the event loop after which nothing of a test is left to run. */
const TURNS_TO_SETTLE = 4;

/** A test as it ran without a mutant: `file#suite > title`, processor time, and how often it came by which mutant. */
export interface Observed { readonly id: string; readonly ms: number; readonly hits: Readonly<Record<string, number>> }

export interface Observation { readonly tests: readonly Observed[]; /** Come by while modules were loaded. */ readonly whenLoaded: readonly string[] }

/** What a trial needs to know of a mutant. `fromTheStart`: it must be there when modules are loaded. */
export interface Order { readonly mutant: string; readonly file: string; readonly tests: readonly string[]; readonly fromTheStart: boolean; readonly hits: number | null }

export type Outcome = { readonly is: 'killed'; readonly by: string } | { readonly is: 'timeout'; readonly because: string } | { readonly is: 'survived' };

type Verdict = { readonly passed: true } | { readonly passed: false; readonly because: string; readonly endless: boolean };

/** What the instrumented code reads and writes. */
const switches = ((globalThis as { __stryker__?: InstrumenterContext }).__stryker__ ??= {});

const fileOf = (id: string): string => id.slice(0, id.indexOf('#'));

export class Trials {
  #tests = new Map<string, CollectedTest>();
  #loaded = new Set<string>();
  #times: Readonly<Record<string, number>> = {};
  #killers = new Map<string, string[]>();
  /** What is loaded was loaded with a mutant, or holds a test that never ended. */
  #spoilt = true;

  /** Runs the tests of these files without a mutant. @throws Error if one fails */
  async observe(files: readonly string[]): Promise<Observation> {
    delete switches.activeMutant;
    this.#forgetModules();
    for (const file of files) await this.#load(file);
    const tests: Observed[] = [];
    for (const id of this.#tests.keys()) {
      switches.currentTestId = id;
      const begun = process.cpuUsage();
      const verdict = await this.#run(id, Number.POSITIVE_INFINITY);
      const { user, system } = process.cpuUsage(begun);
      delete switches.currentTestId;
      if (!verdict.passed) throw new Error(`fails without a mutant: ${id}: ${verdict.because}`);
      tests.push({ id, ms: (user + system) / 1000, hits: switches.mutantCoverage?.perTest[id] ?? {} });
    }
    this.#spoilt = false;
    return { tests, whenLoaded: Object.keys(switches.mutantCoverage?.static ?? {}) };
  }

  /** Processor time that tests take without a mutant. */
  useTimes(times: Readonly<Record<string, number>>): void {
    this.#times = times;
  }

  async try({ mutant, file, tests, fromTheStart, hits }: Order): Promise<Outcome> {
    if (fromTheStart || this.#spoilt) this.#forgetModules();
    this.#spoilt = fromTheStart;
    switches.hitCount = 0;
    switches.hitLimit = hits === null ? Number.MAX_SAFE_INTEGER : hits * HIT_LIMIT_FACTOR;
    for (const id of this.#inOrder(file, tests)) {
      const verdict = (await this.#loadFor(id, fromTheStart ? mutant : undefined)) ?? (await this.#runMutated(id, mutant));
      const looping = switches.hitCount > switches.hitLimit;
      if (verdict.passed && !looping) continue;
      this.#killers.set(file, [id, ...(this.#killers.get(file) ?? []).filter((other) => other !== id)].slice(0, RECENT_KILLERS));
      if (verdict.passed || verdict.endless || looping) {
        this.#spoilt = true;
        return { is: 'timeout', because: `${id}: ${verdict.passed || looping ? 'it comes by the mutant for ever' : verdict.because}` };
      }
      return { is: 'killed', by: id };
    }
    return { is: 'survived' };
  }

  #forgetModules(): void {
    beginGeneration();
    this.#tests.clear();
    this.#loaded.clear();
    takeTests();
  }

  async #load(file: string): Promise<void> {
    this.#loaded.add(file);
    await import(addressOf(file));
    for (const test of takeTests()) {
      const id = `${file}#${test.name}`;
      if (LEFT_OUT.some((beginning) => id.startsWith(beginning))) continue;
      if (this.#tests.has(id)) throw new Error(`two tests are called ${id}`);
      this.#tests.set(id, test);
    }
  }

  /** @returns a verdict if the module of the test does not load with the mutant in it */
  async #loadFor(id: string, mutant: string | undefined): Promise<Verdict | null> {
    if (this.#loaded.has(fileOf(id))) return null;
    if (mutant === undefined) delete switches.activeMutant;
    else switches.activeMutant = mutant;
    try {
      await this.#load(fileOf(id));
      return null;
    } catch (error) {
      if (mutant === undefined) throw error;
      return { passed: false, because: String(error), endless: false };
    }
  }

  async #runMutated(id: string, mutant: string): Promise<Verdict> {
    switches.activeMutant = mutant;
    try {
      return await this.#run(id, Math.max(LEAST_PATIENCE_MS, PATIENCE * (this.#times[id] ?? 0)));
    } finally {
      delete switches.activeMutant;
    }
  }

  /** Runs one test. An error that nobody waits for while it runs is its failure too, as under vitest. */
  async #run(id: string, patienceMs: number): Promise<Verdict> {
    const test = this.#tests.get(id);
    if (!test) return { passed: false, because: 'it is not told any more', endless: false };
    const ended = Promise.withResolvers<Verdict>();
    const failed = (error: unknown): void => ended.resolve({ passed: false, because: error instanceof Error ? error.message : String(error), endless: false });
    const watch = watchForNoEnd(patienceMs, (because) => ended.resolve({ passed: false, because, endless: true }));
    process.on('unhandledRejection', failed).on('uncaughtException', failed);
    try {
      test.body().then(() => ended.resolve({ passed: true }), failed);
      const verdict = await ended.promise;
      for (let turn = 0; turn < TURNS_TO_SETTLE; turn++) await nextTurn();
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
}

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
