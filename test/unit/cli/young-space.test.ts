/** The command line keeps the space small that V8 puts new things in, from before it loads what is large (main/host/young-space.ts). */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ENTRY = fileURLToPath(new URL('../../../cli/tallystick.ts', import.meta.url));
const COMMAND_LINE = fileURLToPath(new URL('../../../cli/command-line.ts', import.meta.url));
const TELL = `data:text/javascript,import{getHeapSpaceStatistics as all}from'node:v8';process.on('exit',()=>process.stderr.write('space '+all().find(({space_name})=>space_name==='new_space').space_size))`;

/** Bytes of that space when a process ends. */
function spaceAfter(...run: readonly string[]): number {
  const { status, stderr } = spawnSync(process.execPath, ['--import', TELL, ...run], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return Number(/space (\d+)/.exec(stderr)?.[1]);
}

it('is no larger after all of the command line was loaded than V8 begins with, and would be by itself', () => {
  // The half that things are moved to is added when some are.
  const asItBegins = 2 * spaceAfter('--eval', '0');
  expect(spaceAfter(ENTRY, '--version')).toBeLessThanOrEqual(asItBegins);
  expect(spaceAfter(COMMAND_LINE, '--version')).toBeGreaterThan(asItBegins);
});
