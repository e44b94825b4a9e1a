/** Runs in a Node process of its own: a whole handshake after SES lock-down, as the vault's bundle will. */
import 'ses';

lockdown();
const { honestRun } = await import('./noise-two-sides.ts');
const { initiator, responder } = honestRun();
const hash = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
process.stdout.write(
  JSON.stringify({ frozen: Object.isFrozen(Array.prototype), hashes: [initiator, responder].map((end) => hash(end.handshakeHash)) }),
);
