/** A copy of a wallet's history in a file: whole or not at all, and read back as it was (main/host/services/history-copy.ts). */
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'cborg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHistoryCopy, writeHistoryCopy } from '../../../main/host/services/history-copy.ts';
import { encodeStrict } from '../../../protocol/cbor.codec.ts';
import { createMemoryStore, type MemoryStore } from '../../support/memory-store.ts';
import { codeOf } from '../../support/refusals.ts';

let folder = '';
let path = '';
let store: MemoryStore;
/** Of every length that a head is written for, and a few that are read in more than one piece. */
const sealed = (n: number) => new Uint8Array([0, 1, 23, 24, 255, 256, 65_535, 65_536, 300_000][n % 9]!).fill(n);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-history-'));
  path = join(folder, 'ada.history');
  store = createMemoryStore();
  for (let n = 4; n <= 30; n++) await store.append({ n, sealed: sealed(n), archive: [] });
  await store.keep('base', { n: 3, bytes: new Uint8Array(70_000).fill(9) });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a copy', () => {
  it('has the base and every package as it is, for nobody but its owner', async () => {
    expect(await writeHistoryCopy(path, store, { instance: 'tally1', from: 4, to: 30 }, false)).toBe((await stat(path)).size);
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['ada.history']);
    const copy = await openHistoryCopy(path);
    expect(copy.header).toEqual({ tallystick: 'history', version: 1, instance: 'tally1', from: 4, to: 30 });
    expect(await copy.base()).toEqual(new Uint8Array(70_000).fill(9));
    const whole = await copy.packages(1, 99);
    expect(whole.map(({ n }) => n)).toEqual(Array.from({ length: 27 }, (_, at) => at + 4));
    for (const { n, sealed: found } of whole) expect(Buffer.compare(found, sealed(n))).toBe(0);
    expect((await copy.packages(10, 3)).map(({ n }) => n)).toEqual([10, 11, 12]);
    expect([await copy.packages(31, 5), await copy.packages(4, 0)]).toEqual([[], []]);
    await copy.close();
  });

  it('takes the place of no file, unless the person was asked about it', async () => {
    await writeFile(path, 'something else');
    expect(await codeOf(writeHistoryCopy(path, store, { instance: 'x', from: 4, to: 30 }, false))).toBe('bad_input');
    expect(await readFile(path, 'utf8')).toBe('something else');
    await writeHistoryCopy(path, store, { instance: 'x', from: 4, to: 30 }, true);
    await (await openHistoryCopy(path)).close();
    expect(await readdir(folder)).toEqual(['ada.history']);
  });

  it('of a history with gaps, or in a folder that is not there, is not made at all', async () => {
    for (const [from, to] of [[3, 30], [4, 31], [9, 30]] as const) expect([from, to, await codeOf(writeHistoryCopy(path, store, { instance: 'x', from, to }, false))]).toEqual([from, to, 'store_corrupt']);
    expect(await codeOf(writeHistoryCopy(join(folder, 'no', 'x'), store, { instance: 'x', from: 4, to: 30 }, false))).toBe('forbidden');
    expect(await readdir(folder)).toEqual([]);
  });

  it('that is cut off, longer, or something else is refused as what it is', async () => {
    await writeHistoryCopy(path, store, { instance: 'x', from: 4, to: 30 }, false);
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length += length < 200 ? 1 : 40_009) {
      await writeFile(path, whole.subarray(0, length));
      expect([length, await codeOf(openHistoryCopy(path))]).toEqual([length, 'bad_input']);
    }
    const header = (fields: object) => Buffer.from(encode(encodeStrict({ tallystick: 'history', version: 1, instance: 'x', from: 1, to: 1, ...fields })));
    const one = Buffer.from(encode(new Uint8Array(3)));
    for (const [what, bytes, code] of [
      ['whole', [header({}), one], 'done'], ['one too many', [header({}), one, one], 'bad_input'], ['of a later version', [header({ version: 2 }), one], 'data_too_new'], ['the wrong way round', [header({ from: 2 }), one, one], 'bad_input'],
      ['no bytes', [header({}), Buffer.from([0x01])], 'bad_input'], ['bytes without an end', [header({}), Buffer.from([0x5f, 0x41, 0x00, 0xff])], 'bad_input'], ['more than there is', [header({}), Buffer.from([0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])], 'bad_input'],
      ['another file', [Buffer.from('%PDF-1.7')], 'bad_input'],
    ] as const) {
      await writeFile(path, Buffer.concat(bytes));
      expect([what, await codeOf(openHistoryCopy(path).then((copy) => copy.close()))]).toEqual([what, code]);
    }
    expect(await codeOf(openHistoryCopy(join(folder, 'none')))).toBe('bad_input');
  });
});
