/**
 * How messages cross a module's port (design §4): whatever is posted in one turn of the event loop crosses at once, as one
 * list. Each crossing is a system call, and wakes the other process; with many transfers under way these took a third of
 * all time. Nothing waits for company: a lone message crosses in the same turn too. Order is kept, across parcels as well.
 */

/** So that whoever reads a parcel gets on with it while the next is made. */
const MAX_MESSAGES_PER_PARCEL = 256;

/**
 * @param send carries one parcel across; called after everything that runs before the event loop turns
 * @returns takes one message
 */
export function parcelled(send: (parcel: readonly unknown[]) => void): (message: unknown) => void {
  let parcel: unknown[] = [];
  const off = (): void => {
    if (parcel.length === 0) return;
    const full = parcel;
    parcel = [];
    send(full);
  };
  return (message) => {
    parcel.push(message);
    if (parcel.length === 1) queueMicrotask(off);
    if (parcel.length === MAX_MESSAGES_PER_PARCEL) off();
  };
}

/**
 * Hands on what a parcel holds, one by one. What is no parcel comes from somebody who keeps to nothing, and is handed on as it
 * is. Whoever fails at one message gets the others all the same, and the failure is thrown after them.
 */
export const unpacked = (listener: (message: unknown) => void) => (parcel: unknown): void => {
  if (!Array.isArray(parcel)) return listener(parcel);
  const failures: unknown[] = [];
  for (const message of parcel) {
    try {
      listener(message);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
};
