/** What `npm run bench -- --json` prints, from a run that measures a little of everything: whoever reads it by program relies on its shape. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ensureBuilt } from '../support/built.ts';
import { canMeasure } from './process-tree.ts';

/** A few seconds on a machine that does nothing else; building comes on top. */
const PATIENCE_MS = 300_000;

const number = z.number().nonnegative();
const DocumentSchema = z.strictObject({
  machine: z.strictObject({ processor: z.string(), processors: z.int().positive(), memoryGigabytes: z.int().positive(), platform: z.string(), arch: z.string() }),
  versions: z.strictObject({ tallystick: z.string(), node: z.string() }),
  figures: z.array(z.strictObject({
    name: z.string().min(1), unit: z.enum(['ms', 'per second', 'MB/s', 'MB', 'bytes']), count: z.int().positive(),
    median: number.positive(), p95: number.positive(), p99: number.positive(),
    floor: number.positive().nullable(), floorName: z.string().nullable(), ratio: number.positive().nullable(),
    targets: z.array(z.strictObject({ says: z.string(), holds: z.boolean() })),
  })),
  notes: z.array(z.string()),
});

describe('the document of a run', () => {
  let printed = '';
  let document: z.output<typeof DocumentSchema>;
  beforeAll(async () => {
    await ensureBuilt('enclave', 'reader', 'cli');
    const bench = fileURLToPath(new URL('./bench.ts', import.meta.url));
    const child = spawn(process.execPath, [bench, '--json', '--quick'], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TALLYSTICK_TEST_ELECTRON: '' } });
    const [out, said, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>]);
    expect(status, said).toBe(0);
    printed = out;
  }, PATIENCE_MS);

  it('is one line of JSON with the machine, the versions and the figures', () => {
    expect(printed.trimEnd().split('\n')).toHaveLength(1);
    document = DocumentSchema.parse(JSON.parse(printed));
    expect(new Set(document.figures.map(({ name }) => name)).size, 'two figures of one name').toBe(document.figures.length);
  });

  it('has a ratio for every floor, and the slow end beyond the median', () => {
    for (const { name, unit, median, p95, p99, floor, ratio } of document.figures) {
      expect(ratio === null, name).toBe(floor === null);
      if (floor !== null) expect(ratio, name).toBeCloseTo(median / floor);
      const [slow, slower] = unit === 'per second' || unit === 'MB/s' ? [-p95, -p99] : [p95, p99];
      expect(slow, name).toBeGreaterThanOrEqual(unit === 'per second' || unit === 'MB/s' ? -median : median);
      expect(slower, name).toBeGreaterThanOrEqual(slow);
    }
  });

  it('has something of every part, and says what was not measured', () => {
    const names = document.figures.map(({ name }) => name).join('\n');
    for (const part of [
      /^4 KB append/m, /^level, synced put/m, /^libp2p echo round trip/m, /^message port/m, /^plain libp2p stream/m, /^steps of both vaults/m, /^session between strangers/m, /^pairing, /m, /^lanes /m,
      /^one transfer/m, /^durable transfers, 8 in flight/m, /^opening a wallet of 40 packages/m, /^on disk, a package of 40/m, /^publishing a book/m, /^fetching a book/m,
      /^opening a book, to its first page/m, /^MuPDF directly/m, /^page turn/m, /^serve, from start to ready/m,
    ]) expect(names).toMatch(part);
    if (canMeasure()) for (const part of [/^idle, host, PSS/m, /^idle, vault, PSS/m, /^idle, all 2 processes, RSS/m, /^transfers, .* all 2 processes/m, /^turning pages, reader, PSS/m]) expect(names).toMatch(part);
    expect(document.notes.join('\n')).toMatch(/syncs, freshness register and evidence on/);
    expect(document.notes.join('\n')).toMatch(/The desktop app is not measured: /);
  });

  it('says of each target whether it holds', () => {
    const withTarget = document.figures.filter(({ targets }) => targets.length > 0).map(({ name }) => name);
    expect(withTarget).toEqual(expect.arrayContaining(['fetching a book over loopback', 'rendering, a page as pixels', 'rendering, a page as PNG']));
    for (const { name, targets, ratio, median } of document.figures) for (const { says, holds } of targets) {
      const [, of, way, bound] = /^(ratio|median) (≤|≥) ([\d.]+)/.exec(says) ?? [];
      const value = (of === 'ratio' ? ratio : median) ?? Number.NaN;
      expect(holds, `${name}: ${says}`).toBe(way === '≤' ? value <= Number(bound) : value >= Number(bound));
    }
  });
});
