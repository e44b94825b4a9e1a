/**
 * Builds one part, on Node 24; scripts/build.mjs decides whether and says so. The result is made beside out/ and moved over
 * file by file, the entry last: a wallet that starts meanwhile finds the old file or the new one, never half of one.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from './project-root.mjs';
import { PARTS } from './build-plan.mjs';

const filesIn = (dir) => readdirSync(dir, { recursive: true }).filter((name) => statSync(join(dir, name)).isFile());

/** Puts the files of `made` in place of those in `target`. */
function publish(made, target, entry) {
  mkdirSync(target, { recursive: true });
  const fresh = filesIn(made).sort((a, b) => Number(a === entry) - Number(b === entry));
  for (const name of fresh) {
    mkdirSync(dirname(join(target, name)), { recursive: true });
    try {
      renameSync(join(made, name), join(target, name));
    } catch {
      // Windows refuses to replace a file that is open; then its content is replaced.
      cpSync(join(made, name), join(target, name));
    }
  }
  const keep = new Set(fresh);
  for (const name of filesIn(target)) if (!keep.has(name)) rmSync(join(target, name));
}

async function buildDesktop(made) {
  const { build } = await import('electron-vite');
  process.env.TALLYSTICK_BUILD_DIR = made;
  process.env.TALLYSTICK_BUILD_SHELL_ONLY = '1';
  await build({ root, logLevel: 'warn', ignoreConfigWarning: true, configFile: join(root, 'electron.vite.config.ts') });
  await (await import('vite')).build((await import('./bundle-desktop-entry.mjs')).desktopEntryConfig(join(made, 'main')));
  publish(join(made, 'main'), join(root, 'out', 'main'), 'index.cjs');
  publish(join(made, 'preload'), join(root, 'out', 'preload'), 'index.cjs');
}

/** What makes each part in the folder `made`; all but the shell of the app through Vite alone. */
const makers = {
  enclave: async (made) => (await import('vite')).build((await import('./bundle-enclave.mjs')).enclaveConfig(made)),
  reader: async (made) => (await import('./bundle-reader.mjs')).buildReader(made),
  cli: async (made) => (await import('vite')).build((await import('./bundle-cli.mjs')).cliConfig(made)),
  desktop: buildDesktop,
  renderer: async (made) => (await import('vite')).build({
    configFile: join(root, 'renderer', 'vite.config.ts'), logLevel: 'warn', build: { outDir: made, emptyOutDir: true },
  }),
};

const part = process.argv[2] ?? '';
const plan = PARTS[part];
if (!plan) throw new Error(`no part ${part}`);
process.chdir(root);
process.env.NODE_ENV = 'production';
mkdirSync(join(root, 'out'), { recursive: true });
const made = mkdtempSync(join(root, 'out', `.new-${part}-`));
try {
  await makers[part](made);
  if (part !== 'desktop') {
    const [, dir = '', entry = ''] = /^(.*)\/([^/]+)$/.exec(plan.outputs[0]) ?? [];
    publish(made, join(root, dir), entry);
  }
} catch (error) {
  // The bundler's own stack says nothing about the mistake.
  process.stderr.write(`${process.env.NO_COLOR ? stripVTControlCharacters(error.message) : error.message}\n`);
  process.exitCode = 1;
} finally {
  if (existsSync(made)) rmSync(made, { recursive: true, force: true });
}
