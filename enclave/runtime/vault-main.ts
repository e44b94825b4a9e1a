/**
 * Entry of the vault's bundle. Takes the few raw powers a module has (its message port and a random source), hands them
 * down, and does nothing else.
 */
import './lock-down.ts';
import { modulePort } from './process-port.ts';
import { randomPool } from './random-pool.ts';
import { createVaultRuntime } from './vault-runtime.ts';

const port = modulePort();
const runtime = createVaultRuntime(
  (message) => port.post(message),
  randomPool((length) => crypto.getRandomValues(new Uint8Array(length))),
);
port.onMessage((message) => runtime.handle(message));
