/**
 * What one peer may take of us while books are fetched from it, however many books: a few questions under way, and room for a
 * few chunks that came and are being written. A peer that is slow holds up nobody else with it.
 */
import { MAX_CHUNK_BYTES } from '../../../protocol/publication.codec.ts';
import { type Slots, createSlots } from '../slots.ts';

/** The next question is asked while the answer to the last one is still coming; others wait for their turn, so books take turns too. */
export const QUESTIONS_PER_PEER = 2;
/** 1 MiB: a chunk that comes for each question, and two that are being written, so that neither the wire nor the disk waits for the other. */
export const CHUNKS_PER_PEER = 4;

/** Questions of one peer that are answered or wait for it: two, two that wait, and as many that were broken off and have not come to their turn. Past this they are turned away: a stream that is broken off makes room for the next at once, and what waits takes memory. */
export const QUESTIONS_WAITING = 8;

export interface ChunkRoom {
  /** Memory for one chunk, once there is some. */
  take(): Promise<Uint8Array>;
  give(room: Uint8Array): void;
}

export interface PeerLine { readonly questions: Slots; readonly room: ChunkRoom }

function createRoom(): ChunkRoom {
  const slots = createSlots(CHUNKS_PER_PEER);
  // The same memory for one chunk after the other: what is new each time costs a wallet as much in collecting it as the wire does.
  const free: Uint8Array[] = [];
  return {
    async take() {
      await slots.take();
      return free.pop() ?? new Uint8Array(MAX_CHUNK_BYTES);
    },
    give(room) {
      free.push(room);
      slots.give();
    },
  };
}

export class PeerLines {
  readonly #lines = new Map<string, { readonly line: PeerLine; users: number }>();

  /** How many need the line to a peer now. */
  users(peer: string): number {
    return this.#lines.get(peer)?.users ?? 0;
  }

  /** Does what needs the line to a peer; its memory goes with the last who needs it. */
  async with<T>(peer: string, work: (line: PeerLine) => Promise<T>): Promise<T> {
    const known = this.#lines.get(peer) ?? { line: { questions: createSlots(QUESTIONS_PER_PEER), room: createRoom() }, users: 0 };
    this.#lines.set(peer, known);
    known.users++;
    try {
      return await work(known.line);
    } finally {
      known.users--;
      if (known.users === 0) this.#lines.delete(peer);
    }
  }
}
