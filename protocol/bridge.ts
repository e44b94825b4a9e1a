/**
 * What the preload script puts into the window as `window.tallystick`, and the two IPC channels behind it (design §8).
 * Plain data only: no function of the host, no event object and no Electron object ever reaches the page.
 */
export interface TallystickBridge {
  /** Sends one raw call (see contracts/contract.ts) and resolves with the raw reply. The host checks it. */
  call(raw: unknown): Promise<unknown>;
  /** Hears every notice; returns what ends that. The receiver checks the notice. */
  onNotice(listener: (notice: unknown) => void): () => void;
  /** Offers a file that was dropped on the window, to be published; resolves with the raw reply (`OfferReplySchema`). */
  offerFile(file: File): Promise<unknown>;
}

/** Calls and their replies, window → host. */
export const CALL_CHANNEL = 'tallystick:call';
/** Path of a dropped file, window → host; made by the preload from the file itself, never by the page. */
export const OFFER_CHANNEL = 'tallystick:offer-file';
/** Notices, host → window. */
export const NOTICE_CHANNEL = 'tallystick:notice';
