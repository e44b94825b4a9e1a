/**
 * How many frames one link may have on the way to the vault. Once they are used up the link waits until the vault has
 * read them; meanwhile the carrier holds the peer back. So a flood costs its sender time and the host a few frames.
 *
 * The vault gives no receipt for a frame. But its port carries messages in order, so an answer to a question that was
 * asked after the frames says that they have been read.
 *
 * Not guaranteed: that the vault has acted on what it has read; its own queue is bounded by MAX_QUEUED_INPUTS
 * and MAX_QUEUED_BYTES.
 */

/** Frames of one link: what shares a package at the other end arrives without a pause. */
const MAX_FRAMES_UNDER_WAY = 64;
/** Bytes of one link: one window of its stream again; with every connection taken, 32 MB in all. */
const MAX_BYTES_UNDER_WAY = 256 * 1024;

/**
 * @param taken resolves once the vault has read everything posted so far; a rejection counts as much, since a vault that
 * is gone holds no frames
 * @returns counts a frame that was posted; what it returns is to be waited for before the next one
 */
export function frameCredit(taken: () => Promise<unknown>): (bytes: number) => Promise<void> | undefined {
  let frames = 0;
  let bytesUnderWay = 0;
  return (bytes) => {
    frames += 1;
    bytesUnderWay += bytes;
    if (frames < MAX_FRAMES_UNDER_WAY && bytesUnderWay < MAX_BYTES_UNDER_WAY) return undefined;
    frames = 0;
    bytesUnderWay = 0;
    return taken().then(() => undefined, () => undefined);
  };
}
