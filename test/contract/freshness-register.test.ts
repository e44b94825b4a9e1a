/** The freshness register's conformance suite in memory and in a file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openRegisterFile } from '../../main/host/storage/register-file.ts';
import { createMemoryRegister } from '../support/memory-register.ts';
import { testFreshnessRegister } from './freshness-register.ts';

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

testFreshnessRegister('memory', async () => {
  let kept: Uint8Array | null = null;
  return async () => {
    const register = createMemoryRegister(kept);
    const close = register.close;
    register.close = async () => {
      kept = register.snapshot();
      await close();
    };
    return register;
  };
});

testFreshnessRegister('file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tallystick-register-'));
  folders.push(folder);
  return () => openRegisterFile(join(folder, 'register'));
});
