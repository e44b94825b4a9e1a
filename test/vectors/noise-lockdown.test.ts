/** The vault runs with frozen intrinsics (design §4): its Noise gives the same session there as here. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { bytesToHex } from '@noble/hashes/utils.js';
import { honestRun } from './noise-two-sides.ts';

it('a handshake under SES lock-down gives the same handshake hash', async () => {
  const entry = fileURLToPath(new URL('./noise-lockdown-entry.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [entry], { env: {} });
  const expected = bytesToHex(honestRun().initiator.handshakeHash);
  expect(JSON.parse(stdout)).toEqual({ frozen: true, hashes: [expected, expected] });
});
