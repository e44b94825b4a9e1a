/** What every transport and the desktop's IPC serve calls with (assurance row 38): nothing malformed reaches a handler. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { command } from '../../../protocol/contracts/contract.ts';
import { createServer } from '../../../protocol/contracts/server.ts';
import { PositiveMinorSchema } from '../../../protocol/contracts/plain.ts';

const contract = { pay: command(z.strictObject({ amount: PositiveMinorSchema }), z.strictObject({})) };

function served() {
  const seen: unknown[] = [];
  return { seen, serve: createServer(contract, { pay: async (input) => (seen.push(input), {}) }) };
}

describe('a contract that is served', () => {
  it('hands on a call that fits', async () => {
    const { seen, serve } = served();
    expect(await serve({ id: 3, method: 'pay', input: { amount: '12' } })).toEqual({ id: 3, ok: true, value: {} });
    expect(seen).toEqual([{ amount: '12' }]);
  });

  it.each(['-1', '0', '1.5', '1e3', 'NaN', '', ' 1', '9'.repeat(19), '9'.repeat(40), '０', 5, -5, 1.5, NaN, Infinity, null, true, ['1'], {}])('answers an amount of %j with bad_input, and no handler sees it', async (amount) => {
    const { seen, serve } = served();
    for (const input of [{ amount }, { amount: '1', more: amount }, amount]) expect(await serve({ id: 3, method: 'pay', input })).toMatchObject({ id: 3, ok: false, failure: { code: 'bad_input' } });
    expect(seen).toEqual([]);
  });

  it('answers anything at all with a code, and no handler sees it', async () => {
    const { seen, serve } = served();
    await fc.assert(fc.asyncProperty(fc.oneof(fc.anything(), fc.record({ id: fc.oneof(fc.nat(), fc.anything()), method: fc.constantFrom('pay', 'toString', '__proto__'), input: fc.anything() })), async (raw) => {
      expect(await serve(raw)).toMatchObject({ ok: false, failure: { code: expect.stringMatching(/^(bad_input|unknown_method)$/) } });
    }));
    expect(seen).toEqual([]);
  });

  it('says what is wrong in a few words, however much was sent', async () => {
    const { serve } = served();
    const names = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`name${at}`, at]));
    const reply = await serve({ id: 3, method: 'pay', input: { amount: '12', ...names } });
    expect(reply).toMatchObject({ ok: false, failure: { code: 'bad_input', detail: expect.stringMatching(/^input: Unrecognized keys: "name0", .{100,}…$/) } });
    expect(reply.ok ? '' : reply.failure.detail).toHaveLength(300);
  });
});
