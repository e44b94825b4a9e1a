/** What an exploration says about itself: its bounds in words, and its numbers added up. */
import { GIVEN, ISSUED, UNASKED } from './beginning.ts';
import { type Exploration, NOTHING } from './bounds.ts';
import type { Explored } from './explore.ts';
import { countRuns } from './run.ts';
import { countStarts } from './start.ts';

const WORDS: Record<keyof typeof NOTHING, string> = {
  pay: 'payments', payOther: 'payments to the third', payOn: 'payments on', payBack: 'payments back', lend: 'loans', bringBack: 'returns', giveBook: 'gifts', sellBook: 'sales', answer: 'answers', cancel: 'cancels or write-offs', rule: 'changes of rule',
  again: 'frames said again', astray: 'frames astray', swap: 'frames overtaken', drop: 'frames lost', cut: 'cuts', crash: 'power cuts', fault: 'failing disks or registers',
  group: 'shared packages', clock: 'clock jumps', older: 'older stores', rollback: 'machines gone back',
};

export const boundsOf = ({ budget, twin }: Exploration): string =>
  [...Object.entries(budget).map(([key, count]) => `${count} ${WORDS[key as keyof typeof NOTHING]}`), ...(twin ? ['two processes'] : [])].join(', ');

/** The most of each that happens on one path of any of them. */
function bounds(explorations: readonly Exploration[]): string {
  const most = { ...NOTHING };
  for (const { budget } of explorations) for (const [key, count] of Object.entries(budget) as [keyof typeof NOTHING, number][]) most[key] = Math.max(most[key], count);
  const vaults = [...new Set(explorations.map((exploration) => exploration.vaults))].sort().join(' and ');
  return `${vaults} vaults, ${ISSUED} credits, amounts of ${GIVEN} and ${UNASKED}, ${Object.entries(most).filter(([, count]) => count > 0).map(([key, count]) => `${WORDS[key as keyof typeof NOTHING]} ≤ ${count}`).join(', ')}`;
}

export function summaryOf(explorations: readonly Exploration[], explored: readonly Explored[]) {
  const total = (of: (one: Explored) => number): number => explored.reduce((sum, one) => sum + of(one), 0);
  const counts = {
    explorations: explored.length, states: total(({ states }) => states), transitions: total(({ transitions }) => transitions),
    depth: Math.max(...explored.map(({ depth }) => depth)), whole: explored.filter(({ whole }) => whole).length,
    'states at rest': total(({ rests }) => rests), 'packages and inputs': countRuns().made, 'done twice and compared': countRuns().repeated, starts: countStarts(),
    'copies stopped': total(({ forks }) => forks.stopped), 'forks proven': total(({ forks }) => forks.proven), 'copies that doubled nothing': total(({ forks }) => forks.harmless),
    'doubled by copies of which nobody remembers more': total(({ forks }) => forks.unnoticed), violations: total(({ found }) => Number(found !== null)),
  };
  const printed = `${counts.states} states, ${counts.transitions} transitions, depth ${counts.depth}, bounds: ${bounds(explorations)}; ${counts.whole} of ${explorations.length} explorations whole, violations ${counts.violations}`;
  return { counts, printed };
}
