/**
 * A freshness register in memory for the simulator; its value can be taken, put back, and its next advance made to fail.
 * Passes the same conformance suite as the one in a file (test/contract/freshness-register.ts).
 */
import { Refusal } from '../../protocol/errors.ts';
import type { FreshnessRegister } from '../../protocol/module-port.ts';

/** before: fails, old value · after: fails, new value · crash-before, crash-after: the call never settles. */
export type RegisterFault = 'before' | 'after' | 'crash-before' | 'crash-after';

export interface MemoryRegister extends FreshnessRegister {
  snapshot(): Uint8Array | null;
  /** Sets any value: a machine rolled back, a register made again (null), an intruder's advance. */
  restore(value: Uint8Array | null): void;
  failNext(fault: RegisterFault): void;
  /** Called before and after each advance; for enumerating crash points. May throw. */
  onAdvance: ((moment: 'before' | 'after') => void) | null;
  close(): Promise<void>;
}

const same = (a: Uint8Array | null, b: Uint8Array | null) => (a && b ? Buffer.compare(a, b) === 0 : a === b);
const forever = () => new Promise<never>(() => undefined);

export function createMemoryRegister(initial: Uint8Array | null = null): MemoryRegister {
  let value = initial?.slice() ?? null;
  let fault: RegisterFault | null = null;
  let closed = false;
  const assertOpen = () => {
    if (closed) throw new Refusal('register_failed', 'The register is closed.');
  };

  const register: MemoryRegister = {
    onAdvance: null,
    async read() {
      assertOpen();
      return value?.slice() ?? null;
    },
    async advance(from, to) {
      assertOpen();
      if (!same(value, from)) throw new Refusal('register_failed', 'The register holds another value.');
      if (to.length !== 32) throw new Refusal('register_failed', 'A freshness value has 32 bytes.');
      register.onAdvance?.('before');
      const met = fault;
      fault = null;
      if (met === 'crash-before') return forever();
      if (met !== 'before') value = to.slice();
      if (met === 'crash-after') return forever();
      if (met) throw new Refusal('register_failed', 'The register failed.');
      register.onAdvance?.('after');
    },
    snapshot: () => value?.slice() ?? null,
    restore(next) { value = next?.slice() ?? null; },
    failNext(next) { fault = next; },
    async close() { closed = true; },
  };
  return register;
}
