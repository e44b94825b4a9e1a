/**
 * The message port of the process a module runs in: Electron's `process.parentPort` in a utility process, Node's own
 * channel in a child process. Both carry structured clones.
 */
import { parcelled, unpacked } from '../../protocol/parcels.ts';

export interface ModulePort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/** @throws Error if this process was not started as a module */
export function modulePort(): ModulePort {
  const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;
  if (parentPort) {
    return {
      post: parcelled((parcel) => parentPort.postMessage(parcel)),
      onMessage(listener) {
        const take = unpacked(listener);
        parentPort.on('message', (event) => take(event.data));
      },
    };
  }
  const send = process.send?.bind(process);
  if (!send) throw new Error('This file is a module of Tallystick and is started by it.');
  // A module without its host has nothing to do.
  process.on('disconnect', () => process.exit(0));
  return { post: parcelled((parcel) => void send(parcel)), onMessage: (listener) => void process.on('message', unpacked(listener)) };
}
