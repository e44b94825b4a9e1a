/** Where the checkout is, however the scripts were called. */
import { fileURLToPath } from 'node:url';

/** Absolute path of the checkout, with a trailing separator. */
export const root = fileURLToPath(new URL('../', import.meta.url));
