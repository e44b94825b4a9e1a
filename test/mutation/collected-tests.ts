/**
 * What stands for `vitest` while mutants are tried: `describe` and `it` only remember what they are told, `expect` is
 * vitest's own. So a test is a function that can be called again and again in one process, a hundred times as fast as
 * starting a test run for each mutant. What is to happen once before a suite happens before each of its tests, as the
 * mutant may be in it. Offers what the chosen tests use and nothing more; anything else fails on import.
 */
import { expect } from 'vitest';

export { expect };

export interface CollectedTest {
  /** Suites and title, the same in every process. */
  readonly name: string;
  readonly body: () => Promise<void>;
}

type Body = (...row: never[]) => unknown;
/** What vitest hands to hooks and tests, as far as it is used. */
interface Context { readonly task: { readonly name: string } }
type Work = (context: Context) => unknown;
interface Suite { readonly name: string; readonly before: Work[]; readonly after: Work[] }

const newSuite = (name: string): Suite => ({ name, before: [], after: [] });

/** Those under way, outermost first; the first is the file. */
let suites: Suite[] = [newSuite('')];
let tests: CollectedTest[] = [];

/** The tests told since the last time. */
export function takeTests(): CollectedTest[] {
  const taken = tests;
  tests = [];
  suites = [newSuite('')];
  return taken;
}

/** A table of lists is told as several arguments, as vitest does. */
const eachOf = (rows: readonly unknown[], tell: (at: number, args: never[]) => void): void => {
  const spread = rows.every(Array.isArray);
  rows.forEach((row, at) => tell(at + 1, (spread ? row : [row]) as never[]));
};

function tellSuite(name: string, body: Body): void {
  suites.push(newSuite(name));
  try {
    body();
  } finally {
    suites.pop();
  }
}

function tellTest(name: string, body: Body): void {
  const around = [...suites];
  const context: Context = { task: { name } };
  tests.push({
    name: [...around.slice(1).map((suite) => suite.name), name].join(' > '),
    body: async () => {
      try {
        for (const suite of around) for (const work of suite.before) await work(context);
        await body(context as never);
      } finally {
        for (const suite of around.toReversed()) for (const work of suite.after) await work(context);
      }
    },
  });
}

export const describe = Object.assign(tellSuite, {
  each: (rows: readonly unknown[]) => (name: string, body: Body) => eachOf(rows, (at, args) => tellSuite(`${name} #${at}`, () => body(...args))),
});

export const it = Object.assign(tellTest, {
  each: (rows: readonly unknown[]) => (name: string, body: Body) => eachOf(rows, (at, args) => tellTest(`${name} #${at}`, () => body(...args))),
});

export const test = it;
export const beforeAll = (work: Work): void => void suites.at(-1)?.before.push(work);
export const beforeEach = beforeAll;
export const afterAll = (work: Work): void => void suites.at(-1)?.after.push(work);
export const afterEach = afterAll;
