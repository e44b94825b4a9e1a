/**
 * `npm run build [-- PART…]`: builds what is out of date of the vault's bundle, the command line, the desktop shell and the
 * interface into out/. Everything it says goes to stderr, because programs whose stdout is read by scripts are started
 * through it. A part is out of date when the contents of its inputs differ from those it was built from, so a changed
 * branch and a restored file are noticed and a touched file is not.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ALL_PARTS, PARTS } from './build-plan.mjs';
import { withLock } from './build-lock.mjs';
import { ensureInstalled, runNode24 } from './installation.mjs';
import { root } from './project-root.mjs';

const stamps = join(root, 'out', '.stamps');

function* filesBelow(path) {
  const full = join(root, path);
  if (!existsSync(full)) return;
  if (!statSync(full).isDirectory()) { yield path; return; }
  for (const entry of readdirSync(full, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory()) yield* filesBelow(`${path}/${entry.name}`);
    else yield `${path}/${entry.name}`;
  }
}

function fingerprint(part) {
  const hash = createHash('sha256');
  for (const input of PARTS[part].inputs) {
    for (const file of filesBelow(input)) hash.update(`${file}\0`).update(readFileSync(join(root, file))).update('\0');
  }
  return hash.digest('hex');
}

function isFresh(part, print) {
  if (!PARTS[part].outputs.every((output) => existsSync(join(root, output)))) return false;
  try {
    return readFileSync(join(stamps, part), 'utf8') === print;
  } catch {
    return false;
  }
}

/**
 * Builds one part if it is out of date.
 * @returns {Promise<string | null>} null, or one line saying why there is no such output
 */
export async function ensurePart(part) {
  const plan = PARTS[part];
  if (!plan) return `${part} is not a part of the build; these are: ${ALL_PARTS.join(', ')}`;
  if (!existsSync(join(root, plan.entry))) return `${part} cannot be built: ${plan.entry} does not exist`;
  if (isFresh(part, fingerprint(part))) return null;
  return withLock(join(root, 'out', `.building-${part}`), async () => {
    const print = fingerprint(part);
    if (isFresh(part, print)) return null;
    process.stderr.write(`Building ${part} …\n`);
    rmSync(join(stamps, part), { force: true });
    const status = await runNode24([join(root, 'scripts', 'build-part.mjs'), part], { env: process.stderr.isTTY ? {} : { NO_COLOR: '1' }, stdio: ['ignore', 2, 2] });
    if (status !== 0) return `${part} could not be built (status ${status})`;
    const missing = plan.outputs.filter((output) => !existsSync(join(root, output)));
    if (missing.length > 0) return `${part} was built, but without ${missing.join(', ')}`;
    mkdirSync(stamps, { recursive: true });
    writeFileSync(join(stamps, part), print);
    return null;
  });
}

/**
 * Builds several parts, all of them even when one fails.
 * @throws Error naming every part that is missing
 */
export async function ensureBuilt(parts) {
  const troubles = [];
  for (const part of parts) {
    const trouble = await ensurePart(part);
    if (trouble) troubles.push(trouble);
  }
  if (troubles.length > 0) throw new Error(troubles.join('\n'));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const asked = process.argv.slice(2);
  try {
    await ensureInstalled();
    await ensureBuilt(asked.length > 0 ? asked : ALL_PARTS);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
