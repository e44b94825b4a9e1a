/** What must be true of two wallets once they have met again and nothing moves any more (design §6, §7). */
import { expect } from 'vitest';
import type { TransferView } from '../../protocol/contracts/views.ts';
import type { MemoryHost } from './memory-host.ts';
import type { World } from './scenario.ts';

/** How a transfer may end on its two sides; `-` for a side that never heard of it. */
const ENDINGS = new Set(['done/done', 'declined/declined', 'cancelled/withdrawn', 'cancelled/-', 'returned/refused']);

async function ended(host: MemoryHost): Promise<Map<string, TransferView>> {
  const { items } = await host.must('transfers.history', { limit: 200 });
  const byId = new Map(items.map((transfer) => [transfer.id as string, transfer]));
  expect(items.map(({ id }) => id), `${host.name}: one ending for each transfer`).toHaveLength(byId.size);
  return byId;
}

/** Sum over wallets of what is held and in transit, and what the issuers say should exist. */
export async function amounts(hosts: readonly MemoryHost[]): Promise<Map<string, { exists: bigint; issued: bigint; inTransit: bigint }>> {
  const sums = new Map<string, { exists: bigint; issued: bigint; inTransit: bigint }>();
  for (const host of hosts) {
    for (const { currency, held, inTransit, issued, redeemed } of await host.must('credits.balances', {})) {
      const sum = sums.get(currency.id) ?? { exists: 0n, issued: 0n, inTransit: 0n };
      sum.exists += BigInt(held) + BigInt(inTransit);
      sum.inTransit += BigInt(inTransit);
      sum.issued += BigInt(issued) - BigInt(redeemed);
      sums.set(currency.id, sum);
    }
  }
  return sums;
}

/** Conservation, exactly one ending on both sides, nothing left over, and an audit that agrees. @returns how each transfer ended */
export async function expectSettled({ ada, ben }: Pick<World, 'ada' | 'ben'>, doneBefore = 1): Promise<string[]> {
  for (const host of [ada, ben]) {
    expect(host.fault, `${host.name} has not stopped`).toBeNull();
    expect(await host.must('transfers.pending', {}), `${host.name} waits for nothing`).toEqual([]);
    const audit = await host.must('audit.explain', {});
    expect(audit.verified, `${host.name}: the journal is whole`).toBe(true);
    for (const { currency, held, inTransit } of await host.must('credits.balances', {})) {
      const last = audit.entries.findLast((entry) => entry.currency === currency.id);
      expect([last?.held ?? '0', last?.inTransit ?? '0'], `${host.name}: the audit adds up`).toEqual([held, inTransit]);
    }
  }
  for (const { exists, issued, inTransit } of (await amounts([ada, ben])).values()) {
    expect(exists, 'credits conserved').toBe(issued);
    expect(inTransit).toBe(0n);
  }
  const [hers, his] = [await ended(ada), await ended(ben)];
  const endings: string[] = [];
  for (const id of new Set([...hers.keys(), ...his.keys()])) {
    const [source, destination] = hers.get(id)?.direction === 'out' || his.get(id)?.direction === 'in' ? [hers.get(id), his.get(id)] : [his.get(id), hers.get(id)];
    const ending = `${source?.state ?? '-'}/${destination?.state ?? '-'}`;
    expect(ENDINGS, `transfer ${id}`).toContain(ending);
    endings.push(ending);
  }
  expect(endings.filter((ending) => ending === 'done/done').length, 'done once').toBeLessThanOrEqual(doneBefore + 1);
  return endings;
}

/** Both are contacts of each other, and here. */
export async function expectPaired({ ada, ben }: World): Promise<void> {
  for (const host of [ada, ben]) {
    expect((await host.must('people.contacts', {})).map(({ online }) => online), `${host.name} has a contact`).toEqual([true]);
    expect(await host.must('people.strangers', {})).toEqual([]);
    expect(await host.must('pairing.list', {})).toEqual([]);
  }
}
