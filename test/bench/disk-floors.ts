/** What this disk takes to keep something for certain: the floor of every package. */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { type Figure, figureOf, timed } from './figure.ts';
import type { Plan } from './plan.ts';

const BLOCK_BYTES = 4096;

export interface DiskFloors { readonly append: Figure; readonly put: Figure; readonly fourSyncs: Figure }

export async function diskFloors({ times }: Plan['disk']): Promise<DiskFloors> {
  const folder = await mkdtemp(join(tmpdir(), 'tally-bench-'));
  try {
    const block = Buffer.alloc(BLOCK_BYTES, 7);
    const file = await open(join(folder, 'log'), 'a');
    const synced = async (): Promise<void> => {
      await file.write(block);
      await file.datasync();
    };
    const append = figureOf('4 KB append + fdatasync', 'ms', await timed(times, synced));
    const fourSyncs = figureOf('four of them', 'ms', await timed(Math.ceil(times / 4), async () => { for (let n = 0; n < 4; n++) await synced(); }));
    await file.close();
    const db = new Level<string, Uint8Array>(join(folder, 'level'), { valueEncoding: 'view' });
    await db.open();
    const put = figureOf('level, synced put of 4 KB', 'ms', await timed(times, (index) => db.put(String(index), block, { sync: true })));
    await db.close();
    return { append, put, fourSyncs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
