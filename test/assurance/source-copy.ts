/** A throw-away copy of the source tree, in which guards are taken out one at a time. The tree itself is never touched. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT, allFiles } from '../house/source-tree.ts';
import { withoutGuard } from './applied.ts';
import type { Guard } from './row.ts';

export interface SourceCopy {
  readonly folder: string;
  /** Takes a guard out. @returns how to put it back */
  remove(guard: Guard): () => void;
  dispose(): void;
}

export function copySource(): SourceCopy {
  // Its real path, because what runs there tells files by theirs.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tallystick-assurance-')));
  for (const path of allFiles) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return {
    folder,
    remove(guard) {
      const path = join(folder, guard.file);
      const source = readFileSync(path, 'utf8');
      writeFileSync(path, withoutGuard(source, guard));
      return () => writeFileSync(path, source);
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
