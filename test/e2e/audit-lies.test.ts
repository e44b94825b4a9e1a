/**
 * `tallystick audit` believes nobody (design §8): what the process that serves the wallet shows as proven is checked from the
 * signed statements, and what does not hold is said and ends with 4. The wallet is a double behind a real local socket.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AppStatus } from '../../protocol/contracts/host.contract.ts';
import type { ForkView, JournalView } from '../../protocol/contracts/views.ts';
import { formatForkProof } from '../../protocol/fork-proof.codec.ts';
import type { ForkProof } from '../../protocol/messages.codec.ts';
import { type LocalSocketServer, serveLocalSocket } from '../../main/host/transports/local-socket.ts';
import { bytesFrom, forkProofOf, positionOf, signerOf } from '../support/fork-proofs.ts';
import { runCli } from '../support/run-cli.ts';
import { createWalletDouble } from '../support/wallet-double.ts';

const [me, mallory, nora] = [signerOf('me'), signerOf('Mallory'), signerOf('Nora')];
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const running: AppStatus = {
  phase: 'running', fault: null, version: '0', tier: 'software', rootSecret: 'file', measurement: 'aa', versions: {}, dataFolder: '/d', restarts: 0, shell: 'none',
};
const stopped: AppStatus = { ...running, phase: 'stopped', fault: { code: 'rollback_detected', detail: 'It was copied.' } };
const well: JournalView = { instance: me.instance, name: 'Me', n: 7, head: hex(bytesFrom('seven')), carried: null, verified: true, trouble: null, contradiction: null };
/** As a wallet shows it that says of every proof that it holds. */
const shown = (proof: ForkProof, instance = mallory.instance): ForkView => ({
  instance, name: 'Mallory', n: proof.first.n, verified: true, heads: [hex(proof.first.head), hex(proof.second.head)], proof: formatForkProof(proof),
});
const real = forkProofOf(mallory);

let folder = '';
let server: LocalSocketServer | null = null;
afterEach(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function audit(forks: ForkView[], { status = running, journal = well }: { status?: AppStatus; journal?: JournalView } = {}, ...args: string[]) {
  folder = await mkdtemp(join(tmpdir(), 'tally-lies-'));
  server = await serveLocalSocket(createWalletDouble({ 'app.status': () => status, 'audit.journal': () => journal, 'audit.forks': ({ after }) => (after === null ? forks : []) }), folder);
  return await runCli(['audit', ...args.map((arg) => arg.replace('FOLDER', folder)), '--data', folder]);
}

describe('a proof that a wallet shows', () => {
  it('is believed if it holds', async () => {
    const { status, lines, err } = await audit([shown(real)]);
    expect([status, lines[1]]).toEqual([0, expect.objectContaining({ type: 'fork', name: 'Mallory', signed: [true, true], verified: true })]);
    expect(err).toContain('COPIED  Mallory');
  });

  it.each([
    ['a signature is somebody else’s', shown({ ...real, second: { ...real.second, signature: positionOf(nora, 57, real.second.head).signature } }), 'NO PROOF'],
    ['it is about somebody else', shown(forkProofOf(nora)), nora.instance],
    ['the two statements say the same', shown({ first: real.first, second: real.first }), 'NO PROOF'],
    ['it is no proof at all', { ...shown(real), proof: 'trust me' }, 'NO PROOF'],
  ])('is not believed if %s; it is said so, and not passed on', async (_why, fork, words) => {
    const { status, lines, err } = await audit([fork]);
    expect([status, lines[1], lines.at(-1)]).toEqual([4, expect.objectContaining({ type: 'fork', verified: false }), expect.objectContaining({ ok: false, code: 'store_corrupt' })]);
    expect(err).toContain(words);
    await server?.close();
    const exported = await audit([fork], {}, '--export', 'Mallory', '--out', 'FOLDER/out.proof');
    expect([exported.status, exported.lines.map(({ code }) => code)]).toEqual([4, ['store_corrupt']]);
    await expect(stat(join(folder, 'out.proof'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('what a stopped wallet says that a witness remembers', () => {
  const claimed = (signature: Uint8Array): JournalView => ({ ...well, contradiction: { n: 9, head: hex(bytesFrom('nine')), signature: hex(signature), shownBy: nora.instance, shownByName: 'Nora' } });

  it('is checked against the wallet’s own key', async () => {
    const genuine = await audit([], { status: stopped, journal: claimed(positionOf(me, 9, bytesFrom('nine')).signature) });
    expect([genuine.status, genuine.lines[0]]).toEqual([4, expect.objectContaining({ stopped: stopped.fault, contradiction: expect.objectContaining({ n: 9, signed: true }) })]);
    for (const words of ['Nora remembers package 9', 'This copy ends at package 7', 'What to do']) expect(genuine.err).toContain(words);
    await server?.close();
    const forged = await audit([], { status: stopped, journal: claimed(positionOf(nora, 9, bytesFrom('nine')).signature) });
    expect([forged.status, forged.lines[0]]).toEqual([4, expect.objectContaining({ contradiction: expect.objectContaining({ signed: false }) })]);
    expect(forged.err).toContain('NOT of this wallet');
  });
});
