/**
 * Sends a file to the host that served the page (design §8), with word of how far it has come and a way to stop. By
 * XMLHttpRequest, because fetch does not tell how much of a body has gone out.
 */

/** Who waits for a file to arrive. */
export interface Sending {
  /** @param share from 0 to 1 */
  readonly onProgress?: (share: number) => void;
  /** Stops it; what has come of the file so far is removed there. */
  readonly signal?: AbortSignal;
}

/** @returns what the host answered, as it came @throws Error if there was no answer, or it was stopped */
export const sendFile = (url: string, file: Blob, { onProgress, signal }: Sending = {}): Promise<unknown> => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  const stopped = (): void => request.abort();
  const over = (settle: () => void): void => {
    signal?.removeEventListener('abort', stopped);
    settle();
  };
  const gone = (): void => over(() => reject(new Error('the file was not sent')));
  request.upload.addEventListener('progress', ({ loaded, total }) => { if (total > 0) onProgress?.(loaded / total); });
  // All of it is there: to be let go of, it needs the name that is in the answer.
  request.upload.addEventListener('load', () => { signal?.removeEventListener('abort', stopped); });
  request.addEventListener('load', () => over(() => {
    try {
      resolve(JSON.parse(request.responseText));
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  }));
  for (const event of ['error', 'abort', 'timeout'] as const) request.addEventListener(event, gone);
  if (signal?.aborted) return gone();
  signal?.addEventListener('abort', stopped);
  request.open('POST', url);
  request.send(file);
});
