/** How a file comes to the wallet: refused before it is sent where it cannot be a book; through the app’s bridge, or to the host that served the page. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MAX_PUBLICATION_BYTES } from '../../../protocol/limits.ts';
import { PAGE_NAME } from '../../../renderer/wallet/page-name.ts';
import { fromPerson, troubleOf } from '../../../renderer/wallet/book-files.ts';
import { pretendUploads } from '../../support/pretend-uploads.ts';

const TOKEN = 'ab'.repeat(16);
const PDF = new File(['%PDF-1.7'], 'a & b.pdf');
afterEach(() => vi.unstubAllGlobals());

it('knows an EPUB and a PDF by how they begin, and nothing else', async () => {
  for (const start of ['PK\u0003\u0004...', '%PDF-1.4', `${'x'.repeat(900)}%PDF-1.4`]) expect(await troubleOf(new Blob([start]))).toMatchObject({ ok: true });
  for (const start of ['', 'hello', `${'x'.repeat(1100)}%PDF-1.4`]) expect(await troubleOf(new Blob([start]))).toMatchObject({ failure: { code: 'book_unreadable' } });
  expect(await troubleOf({ size: 0, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('a folder')) }) } as unknown as Blob)).toMatchObject({ failure: { code: 'book_unreadable' } });
  expect(await troubleOf({ size: MAX_PUBLICATION_BYTES + 1 } as Blob)).toMatchObject({ failure: { code: 'book_too_large' } });
});

describe('in a browser', () => {
  const answering = (body: unknown) => pretendUploads((upload) => upload.isAnswered(body));

  it('sends the bytes under their name to the host that served the page', async () => {
    const uploads = answering({ ok: true, value: { file: TOKEN } });
    expect(await fromPerson(PDF).bring()).toEqual({ ok: true, value: TOKEN });
    expect(uploads.map(({ sent }) => sent)).toEqual([['POST', `/files?name=a%20%26%20b.pdf&page=${PAGE_NAME}&key=`, PDF]]);
  });

  it('sends nothing that cannot be a book', async () => {
    const uploads = answering(null);
    expect(await fromPerson(new File(['hello'], 'x.epub')).bring()).toMatchObject({ failure: { code: 'book_unreadable' } });
    expect(uploads).toEqual([]);
  });

  it('passes on why the host refused, and copes with no answer or a strange one', async () => {
    answering({ ok: false, failure: { code: 'disk_full', detail: 'No room.' } });
    expect(await fromPerson(PDF).bring()).toMatchObject({ failure: { code: 'disk_full' } });
    for (const strange of [() => pretendUploads((upload) => upload.breaks()), () => answering({ ok: true, value: { file: '/etc/passwd' } }), () => answering('<html>')]) {
      strange();
      expect(await fromPerson(PDF).bring()).toMatchObject({ failure: { code: 'session_closed' } });
    }
  });

  it('tells how much has gone out', async () => {
    const shares: number[] = [];
    pretendUploads((upload) => {
      for (const loaded of [10, 40, 80]) upload.comesTo(loaded, 80);
      upload.isAnswered({ ok: true, value: { file: TOKEN } });
    });
    await fromPerson(PDF).bring({ onProgress: (share) => shares.push(share) });
    expect(shares).toEqual([0.125, 0.5, 1]);
  });

  it('stops when its person has had enough, at once and for good', async () => {
    const leaving = new AbortController();
    const uploads = pretendUploads((upload) => { upload.comesTo(10, 80); leaving.abort(); });
    expect(await fromPerson(PDF).bring({ signal: leaving.signal })).toMatchObject({ ok: false });
    expect(uploads.map(({ stopped }) => stopped)).toEqual([true]);
    expect(await fromPerson(PDF).bring({ signal: leaving.signal })).toMatchObject({ ok: false });
    expect(uploads).toHaveLength(1);
  });

  it('waits for the name of a file that is all there, so that it can be let go of', async () => {
    const leaving = new AbortController();
    const uploads = pretendUploads((upload) => { upload.comesTo(80, 80); leaving.abort(); upload.isAnswered({ ok: true, value: { file: TOKEN } }); });
    expect(await fromPerson(PDF).bring({ signal: leaving.signal })).toEqual({ ok: true, value: TOKEN });
    expect(uploads.map(({ stopped }) => stopped)).toEqual([false]);
  });
});

it('in the app goes over the bridge as the file that it is', async () => {
  const offerFile = vi.fn(() => Promise.resolve({ ok: true, value: { file: TOKEN } }));
  vi.stubGlobal('window', { tallystick: { offerFile } });
  expect(await fromPerson(PDF).bring()).toEqual({ ok: true, value: TOKEN });
  expect(offerFile).toHaveBeenCalledExactlyOnceWith(PDF);
});
