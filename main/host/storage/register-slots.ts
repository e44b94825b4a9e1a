/**
 * The bytes of the register file: two slots, far enough apart that no torn write reaches both.
 *
 *   0        80           4096     4176         8192
 *   ├ slot 0 ┤ zeros      ├ slot 1 ┤ zeros      ┤
 *   slot = magic (8) ‖ turn (8, big-endian) ‖ value (32) ‖ SHA-256 of the 48 bytes before (32)
 *
 * The valid slot with the higher turn counts. The checksum finds torn writes and rot; it proves nothing against an
 * adversary, who is out of this tier's reach anyway (design §3).
 */
import { createHash } from 'node:crypto';

/** One slot per 4 KiB: the largest unit in which today's drives write. */
export const SLOT_SPACING = 4096;
export const FILE_BYTES = 2 * SLOT_SPACING;
export const VALUE_BYTES = 32;
export const SLOT_BYTES = 8 + 8 + VALUE_BYTES + 32;
const MAGIC = new TextEncoder().encode('TALLYRG1');

/** The register's content as read from its file. */
export interface RegisterState {
  readonly turn: bigint;
  readonly value: Uint8Array;
  /** The slot that the next turn overwrites: never the only one that is known to be on the disk. */
  readonly next: 0 | 1;
  /** Both slots hold it: its advance was synced before the second was written. */
  readonly echoed: boolean;
}

export function encodeSlot(turn: bigint, value: Uint8Array): Uint8Array {
  if (value.length !== VALUE_BYTES) throw new RangeError(`a register value has ${VALUE_BYTES} bytes, not ${value.length}`);
  const bytes = new Uint8Array(SLOT_BYTES);
  bytes.set(MAGIC, 0);
  new DataView(bytes.buffer).setBigUint64(8, turn);
  bytes.set(value, 16);
  bytes.set(createHash('sha256').update(bytes.subarray(0, 48)).digest(), 48);
  return bytes;
}

function decodeSlot(file: Uint8Array, slot: 0 | 1): { turn: bigint; value: Uint8Array } | null {
  const bytes = file.subarray(slot * SLOT_SPACING, slot * SLOT_SPACING + SLOT_BYTES);
  if (bytes.length < SLOT_BYTES) return null;
  const turn = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(8);
  const value = new Uint8Array(bytes.subarray(16, 48));
  return Buffer.compare(encodeSlot(turn, value), bytes) === 0 ? { turn, value } : null;
}

/** The slot into which a turn is written and synced; the other one holds its echo. */
const slotOfTurn = (turn: bigint): 0 | 1 => (turn % 2n === 0n ? 0 : 1);
export const otherSlot = (slot: 0 | 1): 0 | 1 => (slot === 0 ? 1 : 0);

/** @returns the newer of the valid slots, or null if neither is valid */
export function decodeRegister(file: Uint8Array): RegisterState | null {
  const [a, b] = [decodeSlot(file, 0), decodeSlot(file, 1)];
  if (a && b) {
    const newer = b.turn > a.turn ? b : a;
    return { ...newer, next: slotOfTurn(newer.turn + 1n), echoed: a.turn === b.turn };
  }
  if (a) return { ...a, next: 1, echoed: false };
  if (b) return { ...b, next: 0, echoed: false };
  return null;
}
