/**
 * Loaded before the simulator (`node --import`). Four things change on the way from the source tree into the process,
 * and nothing in the tree itself: the session cipher is listened to, the curves and argon2 are OpenSSL's
 * (SIMULATION_CURVES=shipped keeps noble's), snapshots are taken more often, and SIMULATION_MUTATION=name takes one guard
 * out of the vault.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bookMutations } from '../state-space/book-mutations.ts';
import { orderMutations } from '../state-space/order-mutations.ts';
import { applyEdits, type Edit, mutations } from './mutations.ts';
import { wideMutations } from './wide-mutations.ts';

const here = new URL('./', import.meta.url).href;
const root = fileURLToPath(new URL('../../../', import.meta.url));
const cipher = new URL('../../../enclave/vault/noise/cipher-state.ts', import.meta.url).href;
const tap = `${here}session-tap.ts`;
const nativeCurves = process.env.SIMULATION_CURVES !== 'shipped';
const name = process.env.SIMULATION_MUTATION ?? '';
const known = { ...mutations, ...orderMutations, ...bookMutations, ...wideMutations };
const mutation = known[name];
if (name !== '' && !mutation) throw new Error(`There is no mutation ${name}; there are: ${Object.keys(known).join(', ')}`);
/** A run has some hundred packages a host: with the shipped bound it would hardly see a snapshot, and start from the first package each time. */
const OFTEN: Edit = { file: 'enclave/runtime/journal.ts', search: 'const SNAPSHOT_MIN_BYTES = 512 * 1024;', replace: 'const SNAPSHOT_MIN_BYTES = 32 * 1024;' };
const EARLY: Edit = { file: OFTEN.file, search: 'const SNAPSHOT_TIMES = 2;', replace: 'const SNAPSHOT_TIMES = 1;' };
const edits = [OFTEN, EARLY, ...(mutation?.edits ?? [])];
const sources = new Map<string, string>();
for (const file of new Set(edits.map((edit) => edit.file))) {
  sources.set(file, applyEdits(readFileSync(`${root}${file}`, 'utf8'), edits.filter((edit) => edit.file === file)));
}

registerHooks({
  resolve(specifier, context, next) {
    if (nativeCurves && specifier === '@noble/curves/ed25519.js') return next(`${here}native-curves.ts`, context);
    if (nativeCurves && specifier === '@noble/hashes/argon2.js') return next(`${here}native-argon2.ts`, context);
    const found = next(specifier, context);
    return found.url === cipher && context.parentURL !== tap ? { ...found, url: tap } : found;
  },
  load(url, context, next) {
    const loaded = next(url, context);
    const source = url.startsWith('file:') ? sources.get(relative(root, fileURLToPath(url)).replaceAll('\\', '/')) : undefined;
    return source === undefined ? loaded : { ...loaded, source };
  },
});
