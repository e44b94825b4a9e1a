/** A stream of frames between two hosts, for ciphertext. Either end may break off at any time; nothing of value depends on it. */
export interface FrameStream {
  /** The next frame. @throws Error if the stream ends, stands still, or sends more than `MAX_CONTENT_FRAME_BYTES` at once */
  read(): Promise<Uint8Array>;
  /** Resolves once the other side has room for more. */
  write(frame: Uint8Array): Promise<void>;
  /** Hands over what was written, then ends. */
  close(): Promise<void>;
  abort(): void;
}
