/** A stream of frames between two hosts, for ciphertext. Either end may break off at any time; nothing of value depends on it. */
export interface FrameStream {
  /**
   * The next frame: at the start of `into` if it is given and long enough, otherwise in memory of its own.
   * @throws Error if the stream ends, stands still, or sends more than `MAX_CONTENT_FRAME_BYTES` at once
   */
  read(into?: Uint8Array): Promise<Uint8Array>;
  /** Resolves once the other side has room for more; the frame's memory may be used again then. One at a time. */
  write(frame: Uint8Array): Promise<void>;
  /** Hands over what was written, then ends. */
  close(): Promise<void>;
  abort(): void;
}
