/** How a file comes to the wallet: refused before it is sent where it cannot be a book; through the app’s bridge, or to the host that served the page. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MAX_PUBLICATION_BYTES } from '../../../protocol/limits.ts';
import { fromPerson, troubleOf } from '../../../renderer/wallet/book-files.ts';

const TOKEN = 'ab'.repeat(16);
const PDF = new File(['%PDF-1.7'], 'a & b.pdf');
afterEach(() => vi.unstubAllGlobals());
const answering = (body: unknown) => vi.fn(() => Promise.resolve({ json: () => Promise.resolve(body) }));

it('knows an EPUB and a PDF by how they begin, and nothing else', async () => {
  for (const start of ['PK\u0003\u0004...', '%PDF-1.4', `${'x'.repeat(900)}%PDF-1.4`]) expect(await troubleOf(new Blob([start]))).toMatchObject({ ok: true });
  for (const start of ['', 'hello', `${'x'.repeat(1100)}%PDF-1.4`]) expect(await troubleOf(new Blob([start]))).toMatchObject({ failure: { code: 'book_unreadable' } });
  expect(await troubleOf({ size: 0, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('a folder')) }) } as unknown as Blob)).toMatchObject({ failure: { code: 'book_unreadable' } });
  expect(await troubleOf({ size: MAX_PUBLICATION_BYTES + 1 } as Blob)).toMatchObject({ failure: { code: 'book_too_large' } });
});

describe('in a browser', () => {
  it('sends the bytes under their name to the host that served the page', async () => {
    const fetch = answering({ ok: true, value: { file: TOKEN } });
    vi.stubGlobal('window', {});
    vi.stubGlobal('fetch', fetch);
    expect(await fromPerson(PDF).bring()).toEqual({ ok: true, value: TOKEN });
    expect(fetch).toHaveBeenCalledExactlyOnceWith('/files?name=a%20%26%20b.pdf', { method: 'POST', body: PDF });
  });

  it('sends nothing that cannot be a book', async () => {
    const fetch = answering(null);
    vi.stubGlobal('window', {});
    vi.stubGlobal('fetch', fetch);
    expect(await fromPerson(new File(['hello'], 'x.epub')).bring()).toMatchObject({ failure: { code: 'book_unreadable' } });
    expect(fetch).not.toHaveBeenCalled();
  });

  it('passes on why the host refused, and copes with no answer or a strange one', async () => {
    vi.stubGlobal('window', {});
    vi.stubGlobal('fetch', answering({ ok: false, failure: { code: 'disk_full', detail: 'No room.' } }));
    expect(await fromPerson(PDF).bring()).toMatchObject({ failure: { code: 'disk_full' } });
    for (const strange of [vi.fn(() => Promise.reject(new TypeError('gone'))), answering({ ok: true, value: { file: '/etc/passwd' } }), answering('<html>')]) {
      vi.stubGlobal('fetch', strange);
      expect(await fromPerson(PDF).bring()).toMatchObject({ failure: { code: 'session_closed' } });
    }
  });
});

it('in the app goes over the bridge as the file that it is', async () => {
  const offerFile = vi.fn(() => Promise.resolve({ ok: true, value: { file: TOKEN } }));
  vi.stubGlobal('window', { tallystick: { offerFile } });
  expect(await fromPerson(PDF).bring()).toEqual({ ok: true, value: TOKEN });
  expect(offerFile).toHaveBeenCalledExactlyOnceWith(PDF);
});
