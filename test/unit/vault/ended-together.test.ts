/** How many transfers one package ends (design §5.6): as many as surely find a place of their own in the archive, however many wait. */
import { describe, expect, it } from 'vitest';
import { orderOf } from '../../../enclave/runtime/archive.ts';
import { MAX_LANE_FRAMES } from '../../../protocol/limits.ts';
import { encodeMessage } from '../../../protocol/messages.codec.ts';
import { MemoryHost } from '../../support/memory-host.ts';
import { credit, descriptor, RawContact } from '../../support/raw-contact.ts';

/** After so many ends a package takes no further input; the last one it took may have brought a whole message of them. */
const ENOUGH = 1024;
/** Of each of two contacts, well below the window of a lane. */
const MESSAGES = 12;

describe('one package', () => {
  it(`ends about ${ENOUGH} transfers and leaves the others to the next, although all their commits came at once`, async () => {
    const ada = new MemoryHost('Ada', 'ended together');
    await ada.boot(true);
    const archived: number[] = [];
    const { append } = ada.store;
    ada.store.append = (made) => {
      archived.push(made.archive.reduce((sum, { ids }) => sum + ids.length, 0));
      return append(made);
    };
    const senders = [await RawContact.of(ada, 'Mallory', 'ended together'), await RawContact.of(ada, 'Oscar', 'ended together')];
    // Nobody has agreed to what they commit: each is refused, and that is kept.
    const messages = senders.flatMap((sender) => {
      const frames = [...sender.commits(MESSAGES * MAX_LANE_FRAMES, { id: 'ab'.repeat(16), give: [credit(descriptor(sender.identity, 'BUN'), 1)] })];
      return Array.from({ length: MESSAGES }, (_, at) => ({ sender, said: encodeMessage({ type: 'lane-frames', frames: frames.slice(at * MAX_LANE_FRAMES, (at + 1) * MAX_LANE_FRAMES) }) }));
    });
    for (const { sender, said } of messages) sender.peer.sayBytes(said);
    await senders[0]?.peer.settle();
    expect(ada.fault).toBeNull();
    expect(archived.reduce((sum, count) => sum + count, 0)).toBe(messages.length * MAX_LANE_FRAMES);
    expect(Math.max(...archived)).toBeGreaterThan(ENOUGH);
    expect(Math.max(...archived)).toBeLessThanOrEqual(ENOUGH + MAX_LANE_FRAMES);
    expect(orderOf(1, ENOUGH + MAX_LANE_FRAMES)).toBeLessThan(orderOf(2, 0));
  });
});
