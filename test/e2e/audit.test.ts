/**
 * `tallystick audit` with real wallets (design §5.7, §8; assurance rows 13, 31, 32): Ada's folders are copied, both copies
 * go their own way and meet Ben. The second one stops; Ben has proof, passes it on as a file, and everybody can check it.
 */
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatForkProof } from '../../protocol/fork-proof.codec.ts';
import { ensureBuilt } from '../support/built.ts';
import { type CliWallet, type CliWallets, createCliWallets, pairByWords } from '../support/cli-wallet.ts';
import { bytesFrom, forkProofOf, positionOf, signerOf } from '../support/fork-proofs.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';

let wallets: CliWallets;
let ada: CliWallet;
let ben: CliWallet;
/** Ada's folders before the two went their own ways. */
let base: CliWallet;
/** Two copies of Ada that Ben has stopped: one in an older state than he remembers, one in another. */
let behind: CliWallet;
let copy: CliWallet;
let proofFile: string;
let instance: unknown;

const types = ({ lines }: CliRun): unknown[] => lines.map((line) => line['type'] ?? line['code']);
const journalOf = ({ lines }: CliRun) => lines.find(({ type }) => type === 'journal')!;

/** Ada's folders as they are now, under another name. */
async function copyOf(wallet: CliWallet, name: string): Promise<CliWallet> {
  const copied = await wallets.wallet(name, { make: false });
  await cp(wallet.data, copied.data, { recursive: true, filter: async (path) => !(await stat(path)).isSocket() });
  await cp(wallet.env['TALLYSTICK_STATE_DIR']!, copied.env['TALLYSTICK_STATE_DIR']!, { recursive: true });
  return copied;
}

async function untilOnline(wallet: CliWallet): Promise<void> {
  for (;;) {
    if ((await wallet.list('contacts')).some(({ online }) => online === true)) return;
    await pause(200);
  }
}

/** A copy of Ada that has gone on to package `n`, if that is said, met Ben, and was stopped by it. */
async function metByBen(name: string, n = 0): Promise<CliWallet> {
  const made = await copyOf(base, name);
  // Ben calls, so that the copy is the one who speaks first of its position: what it says is heard before it is stopped.
  await rm(join(made.data, 'address-book.json'), { force: true });
  while (Number((await made.value('status'))['n']) < n) await made.value('rename', name);
  const { process: served } = await made.serve();
  expect([await served.next(), (await served.ended).status]).toEqual([expect.objectContaining({ ok: false, code: 'rollback_detected' }), 4]);
  return made;
}

beforeAll(async () => {
  await ensureBuilt('enclave');
  wallets = await createCliWallets();
  [ada, ben] = [await wallets.wallet('Ada'), await wallets.wallet('Ben')];
  ({ instance } = await ada.value('status'));
  await ada.value('currency', 'new', 'GLD', '--decimals', '0');
  await ada.value('issue', 'GLD', '10');
  const first = [await ada.serve(), await ben.serve()] as const;
  await pairByWords(ben, ada, first[0].address);
  await first[0].end();
  await first[1].end();
  base = await copyOf(ada, 'as it was');

  // One takes a step, and Ben sees where it is then.
  await ada.value('rename', 'Ada');
  const serving = [await ada.serve(), await ben.serve()] as const;
  await untilOnline(ben);
  await serving[0].end();

  // One that took none is behind what Ben remembers; its audit says what that is. The other takes as many steps as lead there.
  behind = await metByBen('behind');
  const { n } = journalOf(await behind.run('audit'))['contradiction'] as { n: number };
  copy = await metByBen('copy', n);
  proofFile = join(wallets.home, 'ada.proof');
}, 600_000);
afterAll(() => wallets.tearDown());

describe('who has met two copies of one wallet', () => {
  it('has proof: whose, the two heads for one number, both signatures checked; that is no failure of one’s own', async () => {
    const audit = await ben.run('audit');
    expect([audit.status, audit.err, types(audit)]).toEqual([0, '', ['journal', 'fork', 'forks']]);
    const { n, head } = await ben.value('status');
    expect(journalOf(audit)).toMatchObject({ name: 'Ben', verified: true, trouble: null, stopped: null, contradiction: null });
    expect([Number(journalOf(audit)['n']) <= Number(n), String(head).length]).toEqual([true, 64]);
    const [, fork] = audit.lines as [unknown, { heads: string[]; n: number }];
    expect(fork).toMatchObject({ instance, signed: [true, true], verified: true, heads: [expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{64}$/)], proof: expect.stringMatching(/^tallyfork1/) });
    expect(fork.heads[0]).not.toBe(fork.heads[1]);

    const told = await runCli(['audit', '--data', ben.data], { env: ben.env });
    for (const words of ['COPIED', String(instance), `package ${fork.n}`, ...fork.heads, 'signature checked', 'What this means', 'What to do', '--export']) expect(told.err).toContain(words);
  });

  it('cannot deal with that wallet any more, and is told where to look', async () => {
    const sent = await ben.run('request', String(instance), '1', 'GLD');
    // Ben has never been paid any, so he may not know the currency; the contact is refused first.
    expect([sent.status, sent.lines[0]?.['code']]).toEqual([expect.any(Number), expect.stringMatching(/^(fork_proven|unknown_currency)$/)]);
    await ben.value('currency', 'new', 'SLV', '--decimals', '0');
    await ben.value('issue', 'SLV', '5');
    const refused = await ben.run('send', String(instance), '1', 'SLV');
    expect([refused.status, refused.lines[0]?.['code']]).toEqual([3, 'fork_proven']);
    expect(refused.err).toContain('audit');
  });

  it('writes the proof to a file, once, that anybody can check without a wallet', async () => {
    const { name } = (await ben.run('audit')).lines.find(({ type }) => type === 'fork')!;
    const exported = await ben.run('audit', '--export', String(name), '--out', proofFile);
    expect([exported.status, exported.lines]).toEqual([0, [expect.objectContaining({ type: 'proof', instance, file: proofFile })]]);
    expect(await readFile(proofFile, 'utf8')).toBe(`${String(exported.lines[0]?.['proof'])}\n`);
    expect((await ben.run('audit', '--export', 'all')).lines).toEqual([expect.objectContaining({ proof: exported.lines[0]?.['proof'], file: null })]);
    expect((await ben.run('audit', '--export', 'all', '--out', proofFile)).lines).toEqual([expect.objectContaining({ code: 'bad_input' })]);
    expect((await ben.run('audit', '--export', 'Nobody')).lines).toEqual([expect.objectContaining({ code: 'unknown_contact' })]);

    const nowhere = await mkdtemp(join(wallets.home, 'nobody-'));
    const verified = await runCli(['audit', '--verify', proofFile, '--json'], { env: { HOME: nowhere } });
    expect([verified.status, verified.lines]).toEqual([0, [expect.objectContaining({ type: 'fork', verified: true, instance, signed: [true, true] })]]);
    await rm(nowhere, { recursive: true });
  });
});

describe('a file that proves nothing', () => {
  const mallory = signerOf('Mallory');
  const { first, second } = forkProofOf(mallory);
  it.each([
    ['is something else', 'hello', 2, 'bad_proof'],
    ['has a character changed', formatForkProof({ first, second }).replace(/.$/, (last) => (last === 'q' ? 'p' : 'q')), 2, 'bad_proof'],
    ['says the same twice', formatForkProof({ first, second: first }), 3, 'not_a_fork'],
    ['is about two numbers', formatForkProof({ first, second: positionOf(mallory, 58, second.head) }), 3, 'not_a_fork'],
    ['is about two wallets', formatForkProof({ first, second: positionOf(signerOf('Nora'), 57, second.head) }), 3, 'not_a_fork'],
    ['was signed by somebody else', formatForkProof({ first, second: { ...second, signature: positionOf(signerOf('Nora'), 57, second.head).signature } }), 3, 'proof_forged'],
    ['has another head than was signed', formatForkProof({ first, second: { ...second, head: bytesFrom('third') } }), 3, 'proof_forged'],
  ] as const)('because it %s is refused with a code', async (what, content, status, code) => {
    const path = join(wallets.home, `${what}.proof`);
    await writeFile(path, `${content}\n`);
    const run = await runCli(['audit', '--verify', path, '--json']);
    expect([run.status, run.lines]).toEqual([status, [expect.objectContaining({ ok: false, code, detail: expect.stringMatching(/\w{3,} \w+/) })]]);
    expect(run.err).toContain(`[${code}]`);
  });
});

describe('who is handed the file', () => {
  it('that proves nothing is told so before a wallet is even opened', async () => {
    const path = join(wallets.home, 'nothing.proof');
    await writeFile(path, 'hello\n');
    const run = await runCli(['audit', '--import', path, '--data', join(wallets.home, 'no wallet here'), '--json']);
    expect([run.status, run.lines]).toEqual([2, [expect.objectContaining({ code: 'bad_proof' })]]);
  });

  it('and does not know that wallet keeps the proof, and never pairs with it', async () => {
    const cy = await wallets.wallet('Cy');
    expect((await cy.run('audit', '--import', proofFile)).lines).toEqual([{ type: 'imported', instance, name: '', n: expect.any(Number), known: false }]);
    expect((await cy.run('audit', '--import', proofFile)).lines).toEqual([expect.objectContaining({ known: true })]);
    const audit = await cy.run('audit');
    expect([audit.status, types(audit)]).toEqual([0, ['journal', 'fork', 'forks']]);
    const [served, own] = [await ada.serve(), await cy.serve()];
    const { status, lines } = await cy.run('pair', served.address, '--start');
    expect([status, lines]).toEqual([3, [expect.objectContaining({ code: 'fork_proven' })]]);
    await served.end();
    await own.end();
  });

  it('and is that very wallet stops, and its audit says what it was shown', async () => {
    const imported = await ada.run('audit', '--import', proofFile);
    expect([imported.status, imported.lines]).toEqual([4, [expect.objectContaining({ ok: false, code: 'rollback_detected' })]]);
    const audit = await ada.run('audit');
    expect([audit.status, types(audit)]).toEqual([4, ['journal', 'forks', 'rollback_detected']]);
    expect(journalOf(audit)).toMatchObject({ instance, verified: true, stopped: { code: 'rollback_detected' }, contradiction: { shownBy: null, signed: true } });
    expect(audit.err).toContain('A proof that you were handed');
  });
});

describe('a wallet that a witness has stopped', () => {
  it('because it was in an older state says which it is in, and which is remembered', async () => {
    const audit = await behind.run('audit');
    const { n, contradiction } = journalOf(audit) as { n: number; contradiction: { n: number } };
    expect([audit.status, contradiction.n > n - 1, audit.err.includes(`package ${contradiction.n}`)]).toEqual([4, true, true]);
  });

  const expectExplained = (audit: CliRun): void => {
    expect([audit.status, types(audit)]).toEqual([4, ['journal', 'forks', 'rollback_detected']]);
    const { contradiction, ...journal } = journalOf(audit) as { contradiction: { n: number; head: string } };
    expect(journal).toMatchObject({ instance, verified: true, trouble: null, stopped: { code: 'rollback_detected' } });
    expect(contradiction).toMatchObject({ signed: true, shownByName: 'Ben' });
    for (const words of ['STOPPED', 'Ben remembers', `package ${contradiction.n}`, contradiction.head, 'What this means', 'What to do']) expect(audit.err).toContain(words);
  };

  it('can still be audited: what contradicts it, who says so, and what to do; with exit status 4', async () => {
    expectExplained(await copy.run('audit'));
    // Other commands say only that it has stopped, and where to look.
    const { status, err } = await copy.run('status');
    expect([status, err.includes('audit')]).toEqual([4, true]);
  });

  it('also while its interface is open to explain it', async () => {
    const { end, process: served } = await copy.serve('--ui');
    expectExplained(await copy.run('audit'));
    // It has let go of the folder again, and can be asked as often as one likes.
    expectExplained(await copy.run('audit'));
    const ended = end();
    expect([await served.next(), await ended]).toEqual([expect.objectContaining({ ok: false, code: 'rollback_detected' }), 4]);
  });

  it('and one whose folder was put back says that its journal does not come to where it was', async () => {
    const dora = await wallets.wallet('Dora');
    await dora.value('currency', 'new', 'GLD');
    const older = await copyOf(dora, 'Dora as it was');
    for (const amount of ['1', '2']) await dora.value('issue', 'GLD', amount);
    await rm(dora.data, { recursive: true });
    await cp(older.data, dora.data, { recursive: true });
    const audit = await dora.run('audit');
    expect([audit.status, types(audit)]).toEqual([4, ['journal', 'forks', 'rollback_detected']]);
    expect(journalOf(audit)).toMatchObject({ name: 'Dora', verified: false, n: 2, trouble: { code: 'rollback_detected' }, contradiction: null });
  });
});
