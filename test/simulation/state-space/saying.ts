/**
 * A frame leaves a vault: what must be true of it, whatever was done before (design §5.2, §6). Bytes of a lane, once said, are
 * for ever; of several lineages of one wallet at most one speaks; and an older copy says nothing new to one who remembers more.
 */
import { Violation } from '../world/violation.ts';
import type { Frame, LaneSaying } from './frames.ts';
import type { Life } from './life.ts';
import { isPast } from './lineage.ts';
import { at, durableAt, endAt, otherEnd, sideOf, withLink, type World } from './world.ts';

/** A frame leaves a vault. */
export function say(world: World, end: number, index: number, frame: Frame, life: Life): World {
  const link = at(world.links, index);
  const queues = [...link.queues] as [readonly Frame[], readonly Frame[]];
  const side = sideOf(link, end);
  queues[side] = [...queues[side], frame];
  const next = spoken(withLink(world, index, { queues }), end, life);
  return frame.lanes.reduce((saying, lane) => sayOfLane(saying, end, otherEnd(link, end), lane), next);
}

/** Of several packages with one number at most one ever speaks (design §5.2): what is said with belongs to one lineage. */
function spoken(world: World, end: number, { durable }: Life): World {
  const { store, name } = endAt(world, end);
  const before = at(world.spoken, store);
  if (!durable || before === durable || (before && isPast(before, durable))) return world;
  const next: World = { ...world, spoken: world.spoken.map((head, index) => (index === store ? durable : head)) };
  if (!before || isPast(durable, before)) return next;
  return { ...next, wrong: new Violation('two-lineages', `${name} has spoken from package ${before.n} and now speaks from another lineage, at ${durable.n}`) };
}

/** The exact bytes of a COMMIT and of an answer, once said, are for ever (design §6); a copy of a rolled-back machine says others. */
function sayOfLane(world: World, end: number, to: number, { name, id, bytes }: LaneSaying): World {
  const alike = world.said.filter((one) => one.name === name || one.name === `${name}, otherwise`);
  if (alike.some((one) => one.id === id)) return world;
  const speaker = endAt(world, end).wallet;
  const isCopy = world.rolled?.end === end;
  const said = [...world.said, { name: alike.length > 0 ? `${name}, otherwise` : name, id, bytes, by: end, to }].sort((a, b) => (a.name < b.name ? -1 : 1));
  const next = { ...world, said };
  if (alike.length > 0 && !isCopy) return { ...next, wrong: new Violation('other-bytes', `${speaker.name} says ${name} again with other bytes`) };
  const copy = isCopy ? durableAt(world, end) : null;
  const remembered = durableAt(world, to)?.positions.get(speaker.instance);
  if (copy && remembered && !isPast(copy, remembered)) return { ...next, wrong: new Violation('went-on', `${speaker.name}, an older copy, says ${name} to one who remembers its package ${remembered.n}`) };
  return next;
}
