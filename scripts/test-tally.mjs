/** Counts what passed, failed and was skipped, and says it in the one line that everybody reads. */
import { readFileSync } from 'node:fs';

export class Tally {
  passed = 0;
  /** @type {{ name: string, reason: string }[]} */
  failed = [];
  /** @type {{ name: string, reason: string }[]} */
  skipped = [];

  /** One result that is not vitest's own. */
  add(name, success, reason = '') {
    if (success) this.passed += 1;
    else this.failed.push({ name, reason });
  }

  /**
   * Adds what the recorder wrote (scripts/test-recorder.mjs).
   * @param {string} path of the record
   * @param {number} status that vitest ended with
   */
  addRecord(path, status) {
    let lines = [];
    try {
      lines = readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
    } catch {
      // No record: the runner ended before the first test did.
    }
    const before = this.failed.length;
    for (const { state, name, reason } of lines) {
      if (state === 'passed') this.passed += 1;
      else if (state === 'skipped') this.skipped.push({ name, reason });
      else if (state === 'failed') this.failed.push({ name, reason });
    }
    if (!lines.some(({ state }) => state === 'end')) this.failed.push({ name: 'the test runner', reason: `it ended before its tests did (status ${status})` });
    else if (status !== 0 && this.failed.length === before) this.failed.push({ name: 'the test runner', reason: `it ended with status ${status}` });
    if (!lines.some(({ state }) => state === 'passed' || state === 'failed')) this.failed.push({ name: 'the test runner', reason: 'no test ran' });
  }

  /** What went wrong and what was left out, then the summary; nothing follows it. */
  report() {
    const list = (title, entries) => (entries.length === 0 ? '' : `\n${title}:\n${entries.map(({ name, reason }) => `  ${name}${reason ? `: ${reason}` : ''}\n`).join('')}`);
    const summary = `${this.passed} passed, ${this.failed.length} failed${this.skipped.length > 0 ? `, ${this.skipped.length} skipped` : ''}`;
    return `${list('SKIPPED, so nothing is known about', this.skipped)}${list('FAILED', this.failed)}\n${summary}\n`;
  }

  get succeeded() {
    return this.failed.length === 0 && this.passed > 0;
  }
}
