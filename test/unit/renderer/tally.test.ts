/** The picture of a tally: the halves fit each other and no others, and stand as the transfer's state says. */
import { describe, expect, it } from 'vitest';
import { TRANSFER_STATES } from '../../../protocol/contracts/views.ts';
import { tallyShape } from '../../../renderer/ui/tally/tally-shape.ts';
import { stanceOf } from '../../../renderer/ui/tally/tally-stance.ts';
import { stageOf } from '../../../renderer/features/send/transfer-stage.ts';
import { catalogues } from '../../../renderer/i18n/i18n.ts';

/** Where a half's edge meets the cut between the notches: the points both halves share. */
const points = (path: string): Set<string> => new Set([...path.matchAll(/-?[\d.]+ -?[\d.]+/g)].map(([point]) => point));

describe('a tally', () => {
  it('is the same whenever it is drawn, and different for another transfer', () => {
    expect(tallyShape('a')).toEqual(tallyShape('a'));
    expect(tallyShape('a').foil).not.toBe(tallyShape('b').foil);
  });

  it('has two halves that share one cut', () => {
    for (const id of ['a', 'b', '0123456789abcdef0123456789abcdef']) {
      const { foil, stock } = tallyShape(id);
      const shared = [...points(foil)].filter((point) => points(stock).has(point));
      const strange = [...points(foil)].filter((point) => points(tallyShape(`${id}!`).stock).has(point));
      expect(shared.length).toBeGreaterThan(16);
      expect(strange.length).toBeLessThan(8);
    }
  });

  it('is apart exactly while value is on its way, and joined only when both sides have it', () => {
    const at = (stance: string) => TRANSFER_STATES.filter((state) => stanceOf(state) === stance);
    expect(at('apart')).toEqual(['accepted', 'in-transit']);
    expect(at('met')).toEqual(['done']);
    expect(stanceOf(null)).toBe('whole');
  });

  it('has words for every state on either side', () => {
    for (const direction of ['in', 'out'] as const) for (const state of TRANSFER_STATES) {
      const stage = stageOf({ direction, state, give: [] });
      expect(catalogues.en.send.stage).toHaveProperty(stage);
      expect(catalogues.en.send.stage).toHaveProperty(`${stage}Text`);
    }
  });

  it('does not call a lent book mine, and one that comes home not new', () => {
    const arrived = (as: 'own' | 'loan' | 'return') => stageOf({ direction: 'in', state: 'done', give: [{ kind: 'licence', move: { as } }] as unknown as Parameters<typeof stageOf>[0]['give'] });
    expect([arrived('own'), arrived('loan'), arrived('return')]).toEqual(['inDone', 'inLoan', 'inHome']);
    for (const stage of ['inLoan', 'inHome', 'inLoanText', 'inHomeText']) expect(catalogues.en.send.stage).toHaveProperty(stage);
  });
});
