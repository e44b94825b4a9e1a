/** A page in a browser bears one name towards its host, in its connection and in each file: or its files would be taken for those of a page that is gone. */
import { afterEach, expect, it, vi } from 'vitest';
import { pageNameIn } from '../../../main/host/transports/page-files.ts';
import { fromPerson } from '../../../renderer/wallet/book-files.ts';
import { carrierOf } from '../../../renderer/wallet/carrier.ts';
import { pretendUploads } from '../../support/pretend-uploads.ts';

afterEach(() => vi.unstubAllGlobals());

it('is the same in both, and one that the host takes', async () => {
  const asked: string[] = [];
  vi.stubGlobal('WebSocket', class { constructor(url: string) { asked.push(url); } addEventListener(): void { /* Never opens. */ } });
  carrierOf({ location: { protocol: 'http:', host: '127.0.0.1:8000' } } as unknown as Window);
  const uploads = pretendUploads((upload) => upload.isAnswered({ ok: true, value: { file: 'ab'.repeat(16) } }));
  await fromPerson(new File(['%PDF-1.7'], 'a.pdf')).bring();
  const [connection, file] = [asked[0] ?? '', uploads[0]?.sent?.[1] ?? ''].map((url) => new URL(url, 'ws://127.0.0.1:8000'));
  expect([connection?.pathname, file?.pathname]).toEqual(['/contract', '/files']);
  const names = [connection, file].map((url) => pageNameIn(url?.searchParams ?? new URLSearchParams()));
  expect(names[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(names[1]).toBe(names[0]);
});
