/**
 * Counts the moments at which a process may die that differ in what is durable and what was said: before and after each
 * store write, after each register advance and before each frame. Between these nothing changes; a reply tells the
 * person only. At a chosen one, something happens.
 */
import { type MemoryHost, PowerCut } from './memory-host.ts';

export interface Moment { readonly host: MemoryHost; readonly what: 'write' | 'written' | 'advanced' | 'send' }

export interface CrashPoints {
  /** How many moments there have been. */
  readonly count: number;
  readonly log: readonly string[];
  stop(): void;
}

const ALL_MOMENTS: readonly Moment['what'][] = ['write', 'written', 'advanced', 'send'];

/** @param at number of the moment, from 0, at which `then` is called; -1 only counts. @param of which moments count */
export function watchMoments(hosts: readonly MemoryHost[], at: number, then: (moment: Moment) => void, of = ALL_MOMENTS): CrashPoints {
  let count = 0;
  let active = true;
  const log: string[] = [];
  const reach = (moment: Moment): void => {
    if (!active || !of.includes(moment.what)) return;
    log.push(`${moment.host.name} ${moment.what}`);
    if (count++ !== at) return;
    const { generation } = moment.host;
    then(moment);
    // The process is gone: what it was doing does not go on.
    if (moment.host.generation !== generation && moment.what !== 'send') throw new PowerCut('power cut');
  };
  for (const host of hosts) {
    host.store.onWrite = (_operation, when) => reach({ host, what: when === 'before' ? 'write' : 'written' });
    host.register.onAdvance = (when) => when === 'after' && reach({ host, what: 'advanced' });
    const before = host.onEmit;
    host.onEmit = (message, when) => {
      before(message, when);
      if (when === 'before' && message.type === 'send') reach({ host, what: 'send' });
    };
  }
  return { get count() { return count; }, log, stop() { active = false; } };
}
