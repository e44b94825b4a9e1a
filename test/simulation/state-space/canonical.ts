/**
 * When two worlds are the same: when the same can happen in both, and the same checks can fail. Left out are the keys and
 * counters of sessions, the heads and numbers of journals, and everything that is for show only. Where an older state can
 * come back, how the positions that vaults hold of each other lie to each other matters too, and is put back in.
 */
import { type Durable, isPast, type Position } from './lineage.ts';
import { durableAt, type End, type Link, type World } from './world.ts';

/** Where something that was said or stored can be rolled back, so that positions and the past count. */
export interface Comparing { readonly past: boolean; /** The disk's exact content counts. */ readonly disks: boolean }

const POWER = { up: 'u', down: 'd', stopped: 's' } as const;

const endText = ({ power, life, work, losses, isLater, unheard }: End): string => `${POWER[power]}${life ? `${life.durable?.canon}.${life.canon}` : ''}${work ? `w${work.run.id}` : ''}l${losses}${isLater ? 'm' : ''}${unheard.length > 0 ? `h${unheard.join()}` : ''}`;
const linkText = ({ up, queues, lossy }: Link): string => `${up ? 1 : 0}${lossy ? '~' : ''}${queues[0].map(({ canon }) => canon).join()}/${queues[1].map(({ canon }) => canon).join()}`;

/** Every position of this instance that somebody holds or that is on the way, always in the same order. */
function positionsOf(world: World, instance: string): Position[] {
  const held = world.ends.flatMap((_, end) => durableAt(world, end)?.positions.get(instance) ?? []);
  const said = world.links.flatMap(({ queues }) => queues.flatMap((queue) => queue.flatMap(({ positions }) => positions.filter((position) => position.instance === instance))));
  return [...held, ...said];
}

/** How they lie to the vault's own past; those outside it also to each other. Below its own number only the order counts. */
function positionsText(world: World, end: number, now: Durable): string {
  const positions = positionsOf(world, world.ends[end]?.wallet.instance ?? '');
  const heads = [...new Set(positions.map(({ head }) => head))];
  const numbers = [...new Set(positions.map(({ n }) => n))].sort((a, b) => b - a).filter((n) => n <= now.n);
  const original = world.rolled?.end === end ? world.rolled.original : null;
  return positions
    .map((position) => `${position.n > now.n ? `+${position.n - now.n}` : `${numbers.indexOf(position.n)}${position.n === now.n ? '=' : ''}`}${isPast(now, position) ? '' : `!${heads.indexOf(position.head)}`}${original && isPast(original, position) ? 'o' : ''}`)
    .join();
}

/** Every state to which it could be put back. */
function pastText(now: Durable, since: number): string {
  const past: string[] = [];
  for (let at: Durable | null = now; at && at.n >= since; at = at.before) past.push(`${at.canon}:${[...at.positions.values()].map(({ n }) => n - at.n).join('.')}`);
  return past.join();
}

export function keyOf(world: World, left: object, comparing: Comparing): string {
  const parts = [world.ends.map(endText).join(';'), world.links.map(linkText).join(';'), world.said.map(({ id, by }) => `${by}.${id}`).join(), JSON.stringify(left)];
  parts.push(world.stores.map(({ register, survives }, store) => `${durableAt(world, world.ends.findIndex((end) => end.store === store))?.canon}${survives ? `~${survives.id}` : ''}${comparing.disks ? `@${register}` : ''}`).join());
  if (comparing.disks) parts.push(world.stores.map(({ disk }) => disk.id).join());
  if (world.siblings.length > 0) parts.push(world.siblings.map(({ store }) => store).join());
  if (comparing.past) {
    for (const [end, { wallet }] of world.ends.entries()) {
      const now = durableAt(world, end);
      if (now) parts.push(positionsText(world, end, now), world.rolled ? '' : pastText(now, wallet.snapshot?.n ?? 0));
    }
    if (world.rolled) parts.push(`${world.rolled.end}:${world.rolled.original.canon}`);
  }
  return parts.join('|');
}
