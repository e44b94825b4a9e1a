/**
 * A vitest reporter that writes one JSON line per finished test, at once, to the file in TALLYSTICK_TEST_RECORD. The count in
 * scripts/test.mjs is made from these lines, so it holds even when the runner is killed half way. It also says every half
 * minute what is running, because a silent run looks like a dead one.
 */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';

const HEARTBEAT_MS = 30_000;
const record = process.env.TALLYSTICK_TEST_RECORD;

/** First line of an error, for the list at the end. */
const firstLine = (errors) => String(errors?.[0]?.message ?? errors?.[0] ?? '').split('\n')[0];

/** True if an assertion failed: itself, as a cause, or put into words by a property test. */
const asserted = (error) => error != null && (error.name === 'AssertionError' || /\bAssertionError\b/.test(`${error.message}`) || asserted(error.cause));

export default class TestRecorder {
  #written = new Set();
  #running = new Set();
  #started = Date.now();
  #heartbeat;

  #write(line) {
    if (record) appendFileSync(record, `${JSON.stringify(line)}\n`);
  }

  #writeTest(testCase) {
    if (this.#written.has(testCase.id)) return;
    const result = testCase.result();
    if (result.state === 'pending') return;
    this.#written.add(testCase.id);
    const name = `${relative(process.cwd(), testCase.module.moduleId)} > ${testCase.fullName}`;
    const reason = result.state === 'skipped' ? (result.note ?? '') : firstLine(result.errors);
    this.#write({ state: result.state, name, reason, ...(result.state === 'failed' ? { asserted: result.errors.some(asserted) } : {}) });
  }

  onTestRunStart() {
    this.#heartbeat = setInterval(() => {
      const seconds = Math.round((Date.now() - this.#started) / 1000);
      process.stdout.write(`… ${seconds} s, ${this.#written.size} tests done, running: ${[...this.#running].join(', ') || 'nothing yet'}\n`);
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  onTestModuleStart(testModule) {
    this.#running.add(relative(process.cwd(), testModule.moduleId));
  }

  onTestCaseResult(testCase) {
    this.#writeTest(testCase);
  }

  onTestModuleEnd(testModule) {
    const name = relative(process.cwd(), testModule.moduleId);
    this.#running.delete(name);
    for (const testCase of testModule.children.allTests()) this.#writeTest(testCase);
    // A file that does not load and a set-up that fails have no failing test of their own.
    if (testModule.errors().length > 0) this.#write({ state: 'failed', name, reason: firstLine(testModule.errors()) });
    for (const suite of testModule.children.allSuites()) {
      if (suite.errors().length > 0) this.#write({ state: 'failed', name: `${name} > ${suite.fullName}`, reason: firstLine(suite.errors()) });
    }
  }

  onTestRunEnd(_modules, unhandledErrors) {
    clearInterval(this.#heartbeat);
    for (const error of unhandledErrors) this.#write({ state: 'failed', name: 'an error outside of any test', reason: firstLine([error]) });
    this.#write({ state: 'end' });
  }
}
