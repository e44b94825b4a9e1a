/** The command line keeps the space small that V8 puts new things in, from before it loads what is large (main/host/young-space.ts). */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ENTRY = fileURLToPath(new URL('../../../cli/tallystick.ts', import.meta.url));
const COMMAND_LINE = fileURLToPath(new URL('../../../cli/command-line.ts', import.meta.url));
/** V8 begins with one half of a megabyte for new things and one that it moves them to, and has up to 16 of each. */
const AS_IT_BEGAN = 2 * 1024 * 1024;

/** Bytes of that space when a command ends that has loaded all of the command line. */
function spaceAfter(entry: string): number {
  const tell = `data:text/javascript,import{getHeapSpaceStatistics as all}from'node:v8';process.on('exit',()=>process.stderr.write('space '+all().find(({space_name})=>space_name==='new_space').space_size))`;
  const { status, stderr } = spawnSync(process.execPath, ['--import', tell, entry, '--version'], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return Number(/space (\d+)/.exec(stderr)?.[1]);
}

it('is as large as it began, and would not be by itself', () => {
  expect(spaceAfter(ENTRY)).toBeLessThanOrEqual(AS_IT_BEGAN);
  expect(spaceAfter(COMMAND_LINE)).toBeGreaterThan(AS_IT_BEGAN);
});
