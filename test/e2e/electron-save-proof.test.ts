/** Saving a fork proof, or a copy of the history, from the app's window: the person chooses where, and nothing else can be written (design §5.6, §5.7, §8). */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatForkProof } from '../../protocol/fork-proof.codec.ts';
import { callFrom } from '../support/app-calls.ts';
import { electronTrouble, type RunningApp, startApp } from '../support/electron-app.ts';
import { forkProofOf, signerOf } from '../support/fork-proofs.ts';

describe.skipIf(electronTrouble)('saving', () => {
  let running: RunningApp;
  let folder: string;
  const signer = signerOf('Mallory');
  const proof = formatForkProof(forkProofOf(signer));
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tallystick-proof-'));
    running = await startApp();
  });
  afterAll(async () => {
    await running?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the person does with the next question where to save. */
  const choose = (filePath: string | null) => running.app.evaluate(({ dialog }, chosen) => {
    const asked: unknown[] = [];
    Object.assign(globalThis, { asked });
    dialog.showSaveDialog = ((...given: unknown[]) => {
      asked.push((given.at(-1) as { defaultPath?: string }).defaultPath);
      return Promise.resolve(chosen === null ? { canceled: true, filePath: '' } : { canceled: false, filePath: chosen });
    }) as never;
  }, filePath);
  const asked = () => running.app.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked);

  it('asks where, suggests a name that says whose, and writes the proof and nothing else', async () => {
    const path = join(folder, 'mallory.proof');
    await choose(path);
    expect(await callFrom(running.page, 'app.saveProof', { proof })).toMatchObject({ ok: true, value: { saved: true } });
    expect(readFileSync(path, 'utf8')).toBe(`${proof}\n`);
    expect(await asked()).toEqual([expect.stringMatching(new RegExp(`${signer.instance.slice(0, 14)}\\.proof$`))]);
  });

  it('leaves it if the person changes their mind, and says so if the place is no good', async () => {
    await choose(null);
    expect(await callFrom(running.page, 'app.saveProof', { proof })).toMatchObject({ ok: true, value: { saved: false } });
    await choose(join(folder, 'nowhere', 'x.proof'));
    expect(await callFrom(running.page, 'app.saveProof', { proof })).toMatchObject({ ok: false, failure: { code: 'forbidden' } });
    expect(readdirSync(folder)).toEqual(['mallory.proof']);
  });

  it('does not even ask for what is no proof', async () => {
    await choose(join(folder, 'anything'));
    const { first, second } = forkProofOf(signer);
    for (const [none, code] of [['#!/bin/sh', 'bad_proof'], [`${proof}\n`, 'bad_proof'], [formatForkProof({ first, second: first }), 'not_a_fork'], [formatForkProof({ first, second: { ...second, signature: first.signature } }), 'proof_forged'], ['x'.repeat(10_000), 'bad_input']]) {
      expect(await callFrom(running.page, 'app.saveProof', { proof: none })).toMatchObject({ ok: false, failure: { code } });
    }
    expect(await asked()).toEqual([]);
  });

  it('saves a copy of the history where the person says, over what they were asked about, or leaves it', async () => {
    expect(await callFrom(running.page, 'app.create', { name: 'Ada' })).toMatchObject({ ok: true });
    const path = join(folder, 'ada.history');
    await choose(null);
    expect(await callFrom(running.page, 'history.saveCopy', {})).toEqual(expect.objectContaining({ ok: true, value: { copy: null } }));
    expect(await asked()).toEqual([expect.stringMatching(/tally1\w{8}-\d+\.history$/)]);
    await choose(path);
    const saved = () => callFrom(running.page, 'history.saveCopy', {});
    expect(await saved()).toMatchObject({ ok: true, value: { copy: { from: 1, bytes: expect.any(Number) as number } } });
    expect(await callFrom(running.page, 'history.compact', { upTo: 1 })).toMatchObject({ ok: true, value: { upTo: 1, released: true } });
    const before = readFileSync(path).length;
    expect(await saved()).toMatchObject({ ok: true, value: { copy: { from: 2 } } });
    expect(readFileSync(path).length).not.toBe(before);
    await choose(join(folder, 'nowhere', 'x.history'));
    expect(await saved()).toMatchObject({ ok: false, failure: { code: 'forbidden' } });
    expect(readdirSync(folder).sort()).toEqual(['ada.history', 'mallory.proof']);
  });
});
