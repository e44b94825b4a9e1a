/** A window in a browser whose uploads go the way that a test tells them. */
import { vi } from 'vitest';
import { PretendUpload } from './pretend-upload.ts';

/** @param then what becomes of an upload as soon as it is sent */
export function pretendUploads(then: (upload: PretendUpload) => void = () => undefined): readonly PretendUpload[] {
  PretendUpload.made.length = 0;
  PretendUpload.then = then;
  vi.stubGlobal('window', {});
  vi.stubGlobal('XMLHttpRequest', PretendUpload);
  return PretendUpload.made;
}
