/**
 * Files that a browser sends to be published (assurance row 49): taken from our own page only, up to the limit, whole or
 * not at all, and gone from the disk when they are not needed. By raw requests against the real server and store.
 */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_RECEIVED_FILES, OfferedFiles } from '../../main/host/library/offered-files.ts';
import { MAX_PUBLICATION_BYTES } from '../../protocol/limits.ts';
import { type LocalPage, createLocalPage } from '../support/local-page.ts';

const PDF = Buffer.from(`%PDF-1.7 ${'x'.repeat(5000)}`);

let page: LocalPage;
let home: string;
let files: OfferedFiles;
const stored = (): Promise<string[]> => readdir(join(home, 'incoming')).catch(() => []);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tally-files-'));
  files = await OfferedFiles.open(join(home, 'incoming'));
  page = await createLocalPage(undefined, { receiveFile: (...file) => files.receive(...file) });
});
afterEach(async () => {
  await page.tearDown();
  await rm(home, { recursive: true, force: true });
});

interface Sent { readonly status: number; readonly reply: { ok: boolean; value?: { file: string }; failure?: { code: string } } | null }

/** Sends a request as bytes; `length` is what is announced, `body` what comes, after which the line stays open or is cut. */
const send = (headers: Record<string, string>, body: Uint8Array, { length = body.byteLength as number | null, cut = false, path = '/files?name=a%20book.pdf', key = page.key } = {}): Promise<Sent> => new Promise((resolve, reject) => {
  const socket = connect(page.web.port, '127.0.0.1', () => {
    const lines = Object.entries({ Host: `127.0.0.1:${page.web.port}`, Connection: 'close', ...(length === null ? {} : { 'Content-Length': String(length) }), ...headers });
    socket.write(`POST ${path}${path.includes('?') ? '&' : '?'}key=${key} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    socket.write(body, () => { if (cut) setTimeout(() => socket.destroy(), 50); });
  });
  let text = '';
  socket.on('data', (chunk) => { text += String(chunk); });
  // What was refused may still be on its way when the other side closes.
  socket.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error); });
  socket.on('close', () => {
    const json = text.slice(text.indexOf('\r\n\r\n') + 4);
    resolve({ status: Number(text.split(' ')[1] ?? 0), reply: json.startsWith('{') ? JSON.parse(json) as Sent['reply'] : null });
  });
});
const ours = async (): Promise<Record<string, string>> => ({ Cookie: await page.enter(), Origin: page.origin });

it('takes a book from our own page, under the name that its person gave it, readable by nobody else', async () => {
  const { status, reply } = await send(await ours(), PDF);
  expect([status, reply?.ok]).toEqual([201, true]);
  const file = files.get(reply?.value?.file ?? '');
  expect(file.name).toBe('a book.pdf');
  expect(await readFile(file.path)).toEqual(PDF);
  await files.forget(reply?.value?.file ?? '');
  expect(await stored()).toEqual([]);
});

it('takes nothing without a session, with a wrong one, or from another site', async () => {
  const { Cookie = '', Origin = '' } = await ours();
  const attempts: Record<string, string>[] = [
    { Origin }, { Cookie }, { Cookie: `tallystick_${page.web.port}=${'A'.repeat(43)}`, Origin },
    { Cookie, Origin: 'http://evil.example' }, { Cookie, Origin: 'null' }, { Cookie, Origin, Host: 'evil.example' }, { Cookie, Origin, 'Sec-Fetch-Site': 'cross-site' },
  ];
  for (const headers of attempts) expect([headers, (await send(headers, PDF)).status]).toEqual([headers, 403]);
  // The cookie is sent to every port of this computer; the key is not.
  for (const key of ['', 'A'.repeat(43), Cookie.split('=')[1] ?? '']) expect([key, (await send({ Cookie, Origin }, PDF, { key })).status]).toEqual([key, 403]);
  expect(await stored()).toEqual([]);
});

it('never makes a path of the name', async () => {
  for (const name of ['../../escape.pdf', '/etc/passwd', 'C:\\books\\x.pdf', '..', `${'n'.repeat(3000)}.pdf`]) {
    const { reply } = await send(await ours(), PDF, { path: `/files?name=${encodeURIComponent(name)}` });
    expect(reply, name).toMatchObject({ ok: true });
    const file = files.get(reply?.value?.file ?? '');
    expect(file.path).toMatch(/[/\\]incoming[/\\][0-9a-f]{32}$/);
    expect(file.name).not.toMatch(/[/\\]/);
    await files.forget(reply?.value?.file ?? '');
  }
});

describe('what is no book, or not all of one, leaves nothing on the disk:', () => {
  it('another kind of file, also a tiny or an empty one', async () => {
    for (const body of [Buffer.from('MZ'.padEnd(400_000, 'x')), Buffer.from('hello'), Buffer.alloc(0)]) {
      expect(await send(await ours(), body)).toMatchObject({ status: 415, reply: { ok: false, failure: { code: 'book_unreadable' } } });
    }
    expect(await stored()).toEqual([]);
  });

  it('one that announces too much', async () => {
    expect(await send(await ours(), PDF, { length: MAX_PUBLICATION_BYTES + 1 })).toMatchObject({ status: 413, reply: { failure: { code: 'book_too_large' } } });
    expect(await stored()).toEqual([]);
  });

  it('one that does not say how long it is', async () => {
    expect(await send({ ...await ours(), 'Transfer-Encoding': 'chunked' }, Buffer.from('5\r\n%PDF-\r\n'), { length: null })).toMatchObject({ status: 400 });
    expect(await stored()).toEqual([]);
  });

  it('one that is cut off in the middle', async () => {
    await send(await ours(), PDF, { length: PDF.byteLength + 1000, cut: true });
    await expect.poll(stored).toEqual([]);
    expect((await send(await ours(), PDF)).status).toBe(201);
  });
});

it('keeps only so many that wait to be published, and takes more when one is let go', async () => {
  const kept: string[] = [];
  for (let i = 0; i < MAX_RECEIVED_FILES; i += 1) kept.push((await send(await ours(), PDF)).reply?.value?.file ?? '');
  expect(await send(await ours(), PDF)).toMatchObject({ status: 400, reply: { failure: { code: 'too_many' } } });
  const [published] = files.take(kept[0] ?? '');
  expect((await send(await ours(), PDF)).status).toBe(400);
  await published.done();
  expect((await send(await ours(), PDF)).status).toBe(201);
});

describe('of a page that has gone without letting go of them, such as one that crashed,', () => {
  const NAME = 'ab'.repeat(16);
  /** Nobody comes back within this. */
  const GRACE_MS = 100;
  beforeEach(async () => {
    await page.tearDown();
    page = await createLocalPage(undefined, { receiveFile: (...file) => files.receive(...file), pageGraceMs: GRACE_MS }, { 'publishing.forget': async ({ file }) => { await files.forget(file); return {}; } });
  });

  it('files are removed; those of pages that are there stay', async () => {
    const headers = await ours();
    const at = (name: string) => ({ path: `/files?name=a.pdf&page=${name}` });
    const [crashes, stays] = await Promise.all([NAME, 'cd'.repeat(16)].map((name) => page.open({ cookie: headers['Cookie'] ?? '', origin: page.origin }, `/contract?page=${name}&key=${page.key}`)));
    if (typeof crashes !== 'object' || typeof stays !== 'object') throw new Error('A page was refused.');
    const gone = (await send(headers, PDF, at(NAME))).reply?.value?.file ?? '';
    const kept = (await send(headers, PDF, at('cd'.repeat(16)))).reply?.value?.file ?? '';
    // Longer than it takes to be missed: who is connected is not.
    await new Promise((resolve) => { setTimeout(resolve, 3 * GRACE_MS); });
    expect(await stored()).toHaveLength(2);
    crashes.terminate();
    await expect.poll(stored).toHaveLength(1);
    expect(() => files.get(gone)).toThrow('Choose the file again.');
    expect(files.get(kept).name).toBe('a.pdf');
  });

  it('files are removed also if they came when it was gone, or never said which page it was', async () => {
    for (const path of [`/files?name=a.pdf&page=${NAME}`, '/files?name=a.pdf', '/files?name=a.pdf&page=../x']) expect((await send(await ours(), PDF, { path })).status).toBe(201);
    await expect.poll(stored).toEqual([]);
  });

  it('a file that is being published stays until it is', async () => {
    const [{ file, done }] = files.take((await send(await ours(), PDF, { path: `/files?name=a.pdf&page=${NAME}` })).reply?.value?.file ?? '');
    await expect.poll(() => page.wallet.seen).toContain('publishing.forget');
    expect(await readFile(file.path)).toEqual(PDF);
    await done();
    expect(await stored()).toEqual([]);
  });
});

it('is not there at all where nobody takes files', async () => {
  const other = await createLocalPage();
  const cookie = await other.enter();
  const { status } = await other.ask(`/files?key=${other.key}`, { cookie, origin: other.origin }, 'POST');
  expect(status).toBe(405);
  await other.tearDown();
});
