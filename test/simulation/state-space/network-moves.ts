/** What can happen on the links: frames arrive in order; and what somebody between two vaults, or one of them whose owner has changed it, can do. */
import { encodeMessage } from '../../../protocol/messages.codec.ts';
import type { Budget } from './bounds.ts';
import { frameOf } from './frames.ts';
import { arriving, cut, deliver, give, meet, taken } from './happen.ts';
import { saying, sealedAt, sessionOn } from './life.ts';
import { costing, free, isPausing, type Move } from './move.ts';
import { say } from './saying.ts';
import { at, connectionOf, endAt, isAtRest, sideOf, withEnd, withLink, type World } from './world.ts';

export function networkMoves(world: World, left: Budget): Move[] {
  const moves: Move[] = [];
  for (const [index, { ends, up, queues, lossy }] of world.links.entries()) {
    const [a, b] = ends;
    const name = (end: number): string => endAt(world, end).name;
    if (!up && isAtRest(endAt(world, a)) && isAtRest(endAt(world, b))) moves.push(free(`${name(a)} and ${name(b)} meet`, () => meet(world, index)));
    if (!up) continue;
    for (const side of [0, 1] as const) {
      const [from, to] = side === 0 ? [a, b] : [b, a];
      const frame = queues[side][0];
      if (frame && isAtRest(endAt(world, to))) moves.push(free(`${name(from)} to ${name(to)}: ${frame.label}`, () => deliver(world, index, side, isPausing(world, to, left))));
      if (left.drop > 0 || left.swap > 0) moves.push(...tamperings(world, index, side));
    }
    const cutting = (): Promise<World> => cut(world, index);
    if (lossy) moves.push(free(`the link ${name(a)}–${name(b)} is cut`, cutting));
    else if (left.cut > 0) moves.push(costing(`the link ${name(a)}–${name(b)} is cut`, { cut: 1 }, cutting));
  }
  if (left.again > 0 || left.astray > 0) moves.push(...repeats(world));
  if (left.group > 0) moves.push(...groups(world, left));
  return moves;
}

const NOTHING_SAID = encodeMessage({ type: 'witness', positions: [], proofs: [] });

/** As a vault whose owner has changed it could: two lane frames in the other order, or one that says nothing in its place. */
function tamperings(world: World, index: number, side: 0 | 1): Move[] {
  const link = at(world.links, index);
  const queue = link.queues[side];
  const end = at(link.ends, side);
  const session = sessionOn(endAt(world, end).life ?? { id: 0, durable: null, registered: '', volatile: [], canon: 0 }, connectionOf(index));
  if (!session) return [];
  const sealed = (place: number, plaintext: Uint8Array) => frameOf(sealedAt(session.send.key, session.send.nonce - queue.length + place, plaintext));
  const put = (frames: typeof queue, isLost: boolean): World => withLink(world, index, { queues: side === 0 ? [frames, link.queues[1]] : [link.queues[0], frames], lossy: link.lossy || isLost });
  const name = endAt(world, end).name;
  return queue.flatMap((frame, place): Move[] => {
    const next = queue[place + 1];
    const moves: Move[] = [];
    if (frame.lanes.length > 0) moves.push(costing(`${name}'s ${frame.label} is lost`, { drop: 1 }, () => put(queue.map((one, i) => (i === place ? sealed(i, NOTHING_SAID) : one)), true)));
    if (next?.plaintext && frame.plaintext && frame.lanes.length + next.lanes.length > 0) {
      const [first, second] = [next.plaintext, frame.plaintext];
      moves.push(costing(`${name}'s ${next.label} overtakes ${frame.label}`, { swap: 1 }, () => put(queue.map((one, i) => (i === place ? sealed(i, first) : i === place + 1 ? sealed(i, second) : one)), false)));
    }
    return moves;
  });
}

/** Lane frames that were once said are said again, to the one they are for or to another. */
function repeats(world: World): Move[] {
  const moves: Move[] = [];
  for (const { name, id, bytes, by, to } of world.said) {
    for (const [index, { ends, up }] of world.links.entries()) {
      if (!up) continue;
      for (const [speaker, hearer] of [ends, [ends[1], ends[0]]] as const) {
        if (speaker !== by && speaker !== to) continue;
        const isMeant = speaker === by && hearer === to;
        const { life, name: who } = endAt(world, speaker);
        if (!life || !isAtRest(endAt(world, speaker))) continue;
        moves.push(costing(`${who} says ${name} ${isMeant ? 'again' : `to ${endAt(world, hearer).name}`}`, isMeant ? { again: 1 } : { astray: 1 }, () => {
          const spoken = saying(life, connectionOf(index), id, encodeMessage({ type: 'lane-frames', frames: [bytes] }));
          return spoken ? say(withEnd(world, speaker, { life: spoken.life }), speaker, index, frameOf(spoken.frame), spoken.life) : world;
        }));
      }
    }
  }
  return moves;
}

/** Two frames that wait for the same vault share one package. */
function groups(world: World, left: Budget): Move[] {
  return [...world.ends.keys()].filter((end) => isAtRest(endAt(world, end))).flatMap((end) => {
    const waiting = world.links.flatMap((link, index) => (link.up && link.ends.includes(end) ? [[index, (1 - sideOf(link, end)) as 0 | 1] as const] : []));
    const pairs = waiting.flatMap((first) => waiting.map((second) => [first, second] as const));
    return pairs.flatMap(([first, second]): Move[] => {
      const count = first === second ? 2 : 1;
      if (at(world.links, first[0]).queues[first[1]].length < count || at(world.links, second[0]).queues[second[1]].length < count) return [];
      const make = (): Promise<World> => {
        const [one, early] = taken(world, ...first);
        const [two, late] = taken(one, ...second);
        return give(two, end, [arriving(first[0], early), arriving(second[0], late)], 'two at once', isPausing(world, end, left));
      };
      return [costing(`${endAt(world, end).name} takes two at once`, { group: 1 }, make)];
    });
  });
}
