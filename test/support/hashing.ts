/** Work that is counted, where time would depend on what else the machine does. */

/** How often bytes are copied into others while this goes on: into a hash, nearly all of them. */
export async function hashing(work: () => unknown): Promise<number> {
  const { set } = Uint8Array.prototype;
  let count = 0;
  Uint8Array.prototype.set = function (...given) {
    count++;
    set.apply(this, given);
  };
  try {
    await work();
  } finally {
    Uint8Array.prototype.set = set;
  }
  return count;
}
