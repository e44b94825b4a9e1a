/** The vault runs with frozen intrinsics (design §4): its codecs read and write there what they do here. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import vectors from '../../vectors/protocol.json' with { type: 'json' };

it('messages and packages are the same under SES lock-down; names that frozen objects have are read, or refused as no message has them', async () => {
  const entry = fileURLToPath(new URL('./cbor-lockdown-entry.ts', import.meta.url));
  const { evidence, frames, messages } = vectors.computed;
  const named = ['__proto__', 'toString', 'constructor', 'valueOf', 'hasOwnProperty'].map((name) => `a1${(0x60 + name.length).toString(16)}${Buffer.from(name).toString('hex')}f5`);
  const good = [messages.offer, messages.laneFrames, frames.commit, frames.commitPlaintext, evidence.statement, ...named.slice(0, 2)];
  const { stdout } = await promisify(execFile)(process.execPath, [entry, ...good, ...named.slice(2), 'a26162016161 02'.replaceAll(' ', ''), 'f97e00'], { env: {} });
  expect(JSON.parse(stdout)).toEqual({ frozen: true, again: [...good, ...Array(5).fill('peer_protocol')], amount: '4611686018427387904' });
});
