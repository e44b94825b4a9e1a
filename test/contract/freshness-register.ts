/** What every FreshnessRegister must do (port in protocol/module-port.ts). Run by freshness-register.test.ts. */
import { afterEach, describe, expect, test } from 'vitest';
import type { FreshnessRegister } from '../../protocol/module-port.ts';
import { codeOf } from '../support/refusals.ts';

type ClosableRegister = FreshnessRegister & { close(): Promise<void> };
export type OpenRegister = () => Promise<ClosableRegister>;

const value = (fill: number) => new Uint8Array(32).fill(fill);

/** @param newRegister makes a register that was never set and returns how to open it */
export function testFreshnessRegister(name: string, newRegister: () => Promise<OpenRegister>): void {
  describe(`freshness register: ${name}`, () => {
    const open: ClosableRegister[] = [];
    const start = async (openRegister?: OpenRegister): Promise<[ClosableRegister, OpenRegister]> => {
      const again = openRegister ?? await newRegister();
      const register = await again();
      open.push(register);
      return [register, again];
    };
    afterEach(async () => {
      for (const register of open.splice(0)) await register.close();
    });

    test('one that was never set reads null, also after reopening', async () => {
      const [register, again] = await start();
      expect(await register.read()).toBeNull();
      await register.close();
      expect(await (await start(again))[0].read()).toBeNull();
    });

    test('each advance is there after reopening', async () => {
      const [first, again] = await start();
      let register = first;
      let now: Uint8Array | null = null;
      for (let step = 1; step <= 9; step++) {
        await register.advance(now, value(step));
        now = value(step);
        expect(await register.read()).toEqual(now);
        await register.close();
        [register] = await start(again);
        expect(await register.read()).toEqual(now);
      }
    });

    test('an advance from any other value is refused and changes nothing', async () => {
      const [register, again] = await start();
      expect(await codeOf(register.advance(value(1), value(2)))).toBe('register_failed');
      expect(await register.read()).toBeNull();
      await register.advance(null, value(1));
      for (const wrong of [null, value(0), value(2), value(1).subarray(0, 31)]) {
        expect(await codeOf(register.advance(wrong, value(3)))).toBe('register_failed');
      }
      await register.close();
      const [reopened] = await start(again);
      expect(await reopened.read()).toEqual(value(1));
      await reopened.advance(value(1), value(2));
      expect(await reopened.read()).toEqual(value(2));
    });

    test('a value that is not 32 bytes is refused and changes nothing', async () => {
      const [register] = await start();
      for (const length of [0, 31, 33]) expect(await codeOf(register.advance(null, new Uint8Array(length)))).toBe('register_failed');
      expect(await register.read()).toBeNull();
    });

    test('of advances that race from one value exactly one succeeds', async () => {
      const [register] = await start();
      await register.advance(null, value(1));
      const outcomes = await Promise.all([2, 3, 4, 5].map((to) => codeOf(register.advance(value(1), value(to)))));
      expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'register_failed')).toHaveLength(3);
      expect(await register.read()).toEqual(value(2 + outcomes.indexOf('done')));
    });

    test('advancing to the same value is an advance', async () => {
      const [register] = await start();
      await register.advance(null, value(1));
      await register.advance(value(1), value(1));
      expect(await register.read()).toEqual(value(1));
    });

    test('a closed register refuses every call, and closing it again is fine', async () => {
      const [register] = await start();
      await register.advance(null, value(1));
      await register.close();
      await register.close();
      expect(await codeOf(register.read())).toBe('register_failed');
      expect(await codeOf(register.advance(value(1), value(2)))).toBe('register_failed');
    });
  });
}
