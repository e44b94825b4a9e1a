/** One run of the simulator: a safety phase of so many steps, then a world that heals. A failing run is made short. */
import { audit, endings, heal } from './healing.ts';
import { Seeded } from './seeded.ts';
import { Violation, type ViolationKind } from './violation.ts';
import { drawEvent, type Event, World } from './world.ts';

export interface RunResult {
  readonly seed: number;
  readonly steps: number;
  readonly faults: Record<string, number>;
  readonly endings: Record<string, number>;
  readonly packages: number;
  /** Of this process. */
  readonly cpuMs: number;
  readonly hash: string;
  readonly violation: null | { readonly kind: ViolationKind; readonly step: number; readonly message: string; readonly lines: readonly string[]; readonly events: number; readonly shrunk: readonly string[] };
}

/** An ordinary seed audits its journals now and then: replaying them costs as much as a third of the run. */
const AUDIT_EVERY = 16;
/** What may be spent on making a failing run short. */
const SHRINK_MS = 20_000;

interface Outcome { readonly world: World; readonly events: Event[]; readonly violation: Violation | null; readonly endings: Map<string, number> }

async function play(seed: number, next: (world: World) => Event | null, options: { steps: number; hashed: boolean; audited: boolean; until?: number }): Promise<Outcome> {
  const world = new World(String(seed), options.hashed);
  const events: Event[] = [];
  let counted = new Map<string, number>();
  let violation: Violation | null = null;
  try {
    while (world.steps < options.steps) {
      const event = next(world);
      if (!event) break;
      if (performance.now() > (options.until ?? Infinity)) throw new Violation('crash', 'no time left to make it shorter');
      // Kept before it happens: the last one is the one that fails.
      events.push(event);
      if (!(await world.happen(event.kind, event.r))) events.pop();
    }
    await heal(world, String(seed));
    counted = await endings(world);
    if (options.audited) await audit(world);
  } catch (error) {
    violation = error instanceof Violation ? error : new Violation('crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return { world, events, violation, endings: counted };
}

/** @param steps of the safety phase */
export async function run(seed: number, steps: number, { hashed = false, shrunk = true } = {}): Promise<RunResult> {
  const cpu = process.cpuUsage();
  const dice = new Seeded(`${seed}/events`);
  const outcome = await play(seed, () => drawEvent(dice), { steps, hashed, audited: seed % AUDIT_EVERY === 0 });
  const { world, violation } = outcome;
  const { user, system } = process.cpuUsage(cpu);
  const short = violation && shrunk ? await shrink(seed, outcome) : null;
  return {
    seed, steps: world.steps, faults: Object.fromEntries(world.counts), endings: Object.fromEntries(outcome.endings), hash: world.digest(), cpuMs: (user + system) / 1000,
    packages: world.hosts.reduce((sum, host) => sum + host.highest.n, 0),
    violation: violation && { kind: violation.kind, step: world.steps, message: violation.message, lines: [...world.lines], events: short?.events.length ?? 0, shrunk: short?.lines ?? [] },
  };
}

/** Leaves out ever smaller parts of the list of events while the same kind of violation still comes of it. */
async function shrink(seed: number, failing: Outcome): Promise<{ events: Event[]; lines: readonly string[] }> {
  const until = performance.now() + SHRINK_MS;
  let best = failing;
  for (let size = Math.ceil(best.events.length / 2); size >= 1 && performance.now() < until; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = Math.max(0, best.events.length - size); performance.now() < until; at -= size) {
      const from = Math.max(0, at);
      const events = [...best.events.slice(0, from), ...best.events.slice(from + size)];
      const tried = await play(seed, feed(events), { steps: Infinity, hashed: false, audited: failing.violation?.kind === 'audit', until });
      if (tried.violation?.kind === failing.violation?.kind) best = tried;
      if (from === 0) break;
    }
  }
  return { events: best.events, lines: best.world.lines };
}

function feed(events: readonly Event[]): () => Event | null {
  let at = 0;
  return () => events[at++] ?? null;
}
