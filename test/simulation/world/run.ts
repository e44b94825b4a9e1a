/** One run of the simulator: a safety phase of so many steps, then a world that heals. A failing run is made short. */
import { FAULTS } from './faults.ts';
import { audit, endings, heal } from './healing.ts';
import { Seeded } from './seeded.ts';
import { Violation, type ViolationKind } from './violation.ts';
import { drawEvent, type Event, World } from './world.ts';

export interface RunResult {
  readonly seed: number;
  readonly steps: number;
  readonly faults: Record<string, number>;
  readonly deeds: Record<string, number>;
  readonly endings: Record<string, number>;
  readonly packages: number;
  /** Of this process. */
  readonly cpuMs: number;
  readonly hash: string;
  /** `events`: how many there were; `trace`: those that are left when it is made short, and `shrunk`, what is said of the last of them. */
  readonly violation: null | { readonly kind: ViolationKind; readonly step: number; readonly message: string; readonly events: number; readonly trace: readonly Event[]; readonly shrunk: readonly string[] };
}

/** An ordinary seed audits its journals now and then: replaying them costs as much as a third of the run. */
const AUDIT_EVERY = 16;
/** Steps that may be spent on making a failing run short. Counted, not timed, so that the same run is always made equally short. */
const MOST_SHRINK_STEPS = 150_000;

interface Outcome { readonly world: World; readonly events: Event[]; readonly violation: Violation | null; /** It showed before the world healed. */ readonly early: boolean; readonly endings: Map<string, number> }
interface Play { readonly steps: number; readonly hashed?: boolean; readonly audited: boolean; /** Ends with the events; only for a violation that shows before the world heals. */ readonly unhealed?: boolean }

async function play(seed: number, next: (world: World) => Event | null, { steps, hashed = false, audited, unhealed = false }: Play): Promise<Outcome> {
  const world = new World(String(seed), hashed);
  const events: Event[] = [];
  let counted = new Map<string, number>();
  let violation: Violation | null = null;
  let early = true;
  try {
    while (world.steps < steps) {
      const event = next(world);
      if (!event) break;
      // Kept before it happens: the last one is the one that fails.
      events.push(event);
      if (!(await world.happen(event.kind, event.r))) events.pop();
    }
    early = false;
    if (!unhealed) {
      await heal(world, String(seed));
      counted = await endings(world);
      if (audited) await audit(world);
    }
  } catch (error) {
    violation = error instanceof Violation ? error : new Violation('crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return { world, events, violation, early, endings: counted };
}

export interface Order { readonly seed: number; /** Of the safety phase. */ readonly steps: number; readonly hashed: boolean; readonly shrunk: boolean; /** To be done in place of what the seed says. */ readonly events: readonly Event[] | null }

export async function run({ seed, steps, hashed, shrunk, events }: Order): Promise<RunResult> {
  const cpu = process.cpuUsage();
  const dice = new Seeded(`${seed}/events`);
  const outcome = await play(seed, events ? feed(events) : () => drawEvent(dice), { steps: events ? Infinity : steps, hashed, audited: events !== null || seed % AUDIT_EVERY === 0 });
  const { world, violation } = outcome;
  const { user, system } = process.cpuUsage(cpu);
  const short = violation && shrunk ? await shrink(seed, outcome) : outcome;
  return {
    seed, steps: world.steps, faults: Object.fromEntries(world.counts), deeds: Object.fromEntries(world.deeds), endings: Object.fromEntries(outcome.endings), hash: world.digest(), cpuMs: (user + system) / 1000,
    packages: world.hosts.reduce((sum, host) => sum + host.highest.n, 0),
    violation: violation && { kind: violation.kind, step: world.steps, message: violation.message, events: outcome.events.length, trace: short.events, shrunk: [...short.world.lines] },
  };
}

/**
 * Makes a failing run short: what still fails in the same way without some of its events is kept. What an event does
 * depends on all before it, so a part of a run is another run, and mostly a shorter one, as it ends where it fails.
 * First whole kinds of events go, the faults before all; then ever smaller parts of the list, from its end, and all over
 * again for as long as something could go.
 */
async function shrink(seed: number, failing: Outcome): Promise<Outcome> {
  let best = failing;
  let spent = 0;
  const without = async (left: (event: Event, at: number) => boolean): Promise<boolean> => {
    const events = best.events.filter(left);
    if (events.length === best.events.length || spent >= MOST_SHRINK_STEPS) return false;
    const tried = await play(seed, feed(events), { steps: Infinity, audited: failing.violation?.kind === 'audit', unhealed: failing.early });
    spent += tried.world.steps;
    if (tried.violation?.kind !== failing.violation?.kind || tried.events.length >= best.events.length) return false;
    best = tried;
    return true;
  };
  const withoutKinds = async (kinds: readonly string[]): Promise<void> => {
    if (kinds.length === 0 || await without(({ kind }) => !kinds.includes(kind)) || kinds.length === 1) return;
    await withoutKinds(kinds.slice(0, kinds.length >> 1));
    await withoutKinds(kinds.slice(kinds.length >> 1));
  };
  const kinds = new Set(best.events.map(({ kind }) => kind));
  await withoutKinds(Object.keys(FAULTS).filter((kind) => kinds.has(kind)));
  for (let size = Math.ceil(best.events.length / 2), found = false; size >= 1 && spent < MOST_SHRINK_STEPS; ) {
    for (let to = best.events.length; to > 0; to = Math.min(to, best.events.length + size) - size) {
      const from = Math.max(0, to - size);
      if (await without((_event, at) => at < from || at >= to)) found = true;
    }
    if (size > 1) size = Math.ceil(size / 2);
    else if (found) found = false;
    else break;
  }
  return best;
}

function feed(events: readonly Event[]): () => Event | null {
  let at = 0;
  return () => events[at++] ?? null;
}
