/**
 * What every CarrierLink does with what arrives, whatever carries it: frames go to the listeners one after another and
 * in order, wait for a listener that is not attached yet or is still busy, and the end is reported once, after them.
 *
 *   open ──end (other side, network)──▶ draining ──last frame heard──▶ closed
 *     └────────────end (this side)─────────────────────────────────────▲
 */
import type { Failure } from '../../../protocol/errors.ts';
import { MAX_UNHEARD_FRAMES } from './carrier-limits.ts';

type FrameListener = (frame: Uint8Array) => void | Promise<void>;
type CloseListener = (reason: Failure | null) => void;

export interface LinkMailbox {
  onFrame(listener: FrameListener): void;
  onClose(listener: CloseListener): void;
  deliver(frame: Uint8Array): void;
  /** Ends the link once; later calls change nothing. `drop`: frames that nobody has heard yet are thrown away. */
  end(reason: Failure | null, drop: boolean): void;
  /** True once the link has ended, even if the last frames are still being heard. */
  readonly ended: boolean;
}

export interface LinkMailboxOptions {
  /** True: frames pile up because nobody takes them. False: there is room again. */
  readonly onPressure: (full: boolean) => void;
  /** A listener threw: the link is to be ended with this. */
  readonly onDefect: (reason: Failure) => void;
}

const DEFECT: Failure = { code: 'internal', detail: 'A frame could not be handled. The link was closed; it is dialled again.' };

export function createLinkMailbox({ onPressure, onDefect }: LinkMailboxOptions): LinkMailbox {
  const frameListeners: FrameListener[] = [];
  let closeListeners: CloseListener[] = [];
  const waiting: Uint8Array[] = [];
  let outcome: { readonly reason: Failure | null } | null = null;
  let busy = false;
  let full = false;
  let told = false;

  const setFull = (value: boolean) => {
    if (full === value || outcome) return;
    full = value;
    onPressure(value);
  };
  const heard = async (frame: Uint8Array): Promise<void> => {
    for (const listener of frameListeners) await listener(frame);
  };
  const pump = () => {
    while (!busy && waiting.length > 0 && frameListeners.length > 0) {
      const frame = waiting.shift()!;
      busy = true;
      try {
        const first = frameListeners.length === 1 ? frameListeners[0]!(frame) : heard(frame);
        if (first instanceof Promise) void first.then(released, failed);
        else busy = false;
      } catch {
        failed();
      }
    }
    if (waiting.length >= MAX_UNHEARD_FRAMES) setFull(true);
    else if (waiting.length === 0) setFull(false);
    queueMicrotask(report);
  };
  const released = () => {
    busy = false;
    pump();
  };
  const failed = () => {
    busy = false;
    waiting.length = 0;
    onDefect(DEFECT);
    queueMicrotask(report);
  };
  const report = () => {
    if (!outcome || closeListeners.length === 0 || busy || (waiting.length > 0 && frameListeners.length > 0)) return;
    told = true;
    const listeners = closeListeners;
    closeListeners = [];
    for (const listener of listeners) listener(outcome.reason);
  };
  return {
    onFrame(listener) {
      frameListeners.push(listener);
      queueMicrotask(pump);
    },
    onClose(listener) {
      closeListeners.push(listener);
      queueMicrotask(report);
    },
    deliver(frame) {
      if (outcome) return;
      waiting.push(frame);
      pump();
    },
    end(reason, drop) {
      if (outcome) return;
      outcome = { reason };
      if (drop) {
        waiting.length = 0;
        busy = false;
      }
      queueMicrotask(report);
    },
    get ended() {
      return outcome !== null || told;
    },
  };
}
