/** Raw contract calls from inside a page of the app, as the interface makes them. */
import type { Page } from 'playwright-core';
import type { Reply } from '../../protocol/contracts/contract.ts';

/** Calls through the page's own bridge. The id is the page's business; replies are returned as they come. */
export const callFrom = (page: Page, method: string, input: unknown = {}): Promise<Reply> =>
  page.evaluate(async (call) => await (window as unknown as { tallystick: { call(raw: unknown): Promise<unknown> } }).tallystick.call(call), { id: 1, method, input }) as Promise<Reply>;

/** The value of a call that must succeed. */
export async function valueFrom(page: Page, method: string, input: unknown = {}): Promise<unknown> {
  const reply = await callFrom(page, method, input);
  if (!reply.ok) throw new Error(`${method}: ${reply.failure.code}: ${reply.failure.detail}`);
  return reply.value;
}
