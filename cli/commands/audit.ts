/**
 * `tallystick audit`: checks this wallet's own journal and every fork proof that it holds, and moves such proofs between
 * people (design §5.7, §8). The signatures in a proof are checked here, over the signed statements: neither the vault's
 * word for it is taken nor the host's.
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ForkView, JournalView } from '../../protocol/contracts/views.ts';
import { EXIT, type Failure, Refusal, fail } from '../../protocol/errors.ts';
import type { InstanceId } from '../../protocol/identifiers.ts';
import { MAX_PAGE_ITEMS } from '../../protocol/limits.ts';
import { type HeldProof, NOTHING_HELD, VERIFIED_ADVICE, heldAdvice, journalWords, proofWords, stoppedWords } from '../audit-words.ts';
import { type Call, addCommand, withSession } from '../command.ts';
import { resolveContact } from '../resolve-contact.ts';
import { type OpenedSession, type Session, need } from '../session.ts';

interface AuditOptions { readonly with?: readonly string[]; readonly export?: string; readonly out?: string; readonly verify?: string; readonly import?: string }

export const auditCommand = (program: Command): Command =>
  addCommand<AuditOptions>(program, 'audit', {
    about: 'check the journal and every proof that a wallet was copied',
    options: [
      ['--with <file>', 'audit together with a copy of older packages (history --export); may be given again', (file, before) => [...((before as string[] | undefined) ?? []), file]],
      ['--export <who>', 'the proof about one wallet, by name or key, or "all" of them, as lines of text'],
      ['--out <file>', 'where --export writes them'],
      ['--verify <file>', 'check proofs in a file; needs no wallet'],
      ['--import <file>', 'hand proofs in a file to your wallet, which refuses those wallets from then on'],
    ],
    more: 'Exit status 4 if the journal does not verify or the wallet has stopped; a valid proof about somebody else is no failure.',
    run: (call) => {
      const { with: copies, export: who, out, verify, import: from } = call.options;
      if ([copies, who, verify, from].filter((chosen) => chosen !== undefined).length > 1) throw new Refusal('bad_input', 'Choose one of --with, --export, --verify and --import.');
      if (out !== undefined && who === undefined) throw new Refusal('bad_input', '--out goes with --export.');
      if (verify !== undefined) return verifyFile(call, verify);
      if (from !== undefined) return importFile(call, from);
      return withSession(call, { network: false, allowStopped: true }, async (session) => (who === undefined ? await audit(call, session) : await exportProofs(call, session, who, out)));
    },
  });

async function audit({ output, options }: Call<AuditOptions>, session: OpenedSession): Promise<number> {
  const { phase, fault } = await need(session.client['app.status']({}));
  const stopped = phase === 'stopped' ? fault : null;
  const copies = options.with?.map((path) => resolve(path));
  const journal = await (copies ? session.auditHistory(copies) : need(session.client['audit.journal']({}))).catch((error: unknown) => {
    // What cannot even be opened cannot be audited; then why it has stopped is all there is to say.
    throw stopped ? new Refusal(stopped.code, stopped.detail, stopped.params, error) : error;
  });
  const witnessed = await signedByUs(journal);
  const contradiction = journal.contradiction && { ...journal.contradiction, signed: witnessed };
  output.result({ type: 'journal', ...journal, contradiction, stopped }, journalWords(journal));
  const held = await Promise.all((await allProofs(session)).map(checked));
  for (const proof of held) output.result({ type: 'fork', ...proof }, proofWords(proof));
  const [first] = held;
  if (!first) output.result({ type: 'forks', count: 0 }, NOTHING_HELD);
  else output.result({ type: 'forks', count: held.length }, heldAdvice(first));
  const trouble: Failure | null = stopped ?? journal.trouble ?? (held.every(({ verified }) => verified) ? null : NOT_PROOFS);
  if (!trouble) return EXIT.done;
  output.result({ ok: false, ...trouble }, '');
  if (stopped) output.say(stoppedWords(journal, stopped, witnessed));
  return EXIT.integrity;
}

const NOT_PROOFS = fail('store_corrupt', 'The wallet shows as proven what does not hold when it is checked.').failure;

async function signedByUs({ instance, contradiction }: JournalView): Promise<boolean> {
  const { isSignedPosition } = await import('../../protocol/fork-proof.ts');
  const { instanceKeyOf } = await import('../../protocol/identifiers.ts');
  const key = instance && instanceKeyOf(instance);
  return key !== null && contradiction !== null
    && isSignedPosition({ instance: key, n: contradiction.n, head: Buffer.from(contradiction.head, 'hex'), signature: Buffer.from(contradiction.signature, 'hex') });
}

async function allProofs({ client }: Session): Promise<ForkView[]> {
  const found: ForkView[] = [];
  for (let after: InstanceId | null = null; ;) {
    const page: ForkView[] = await need(client['audit.forks']({ after }));
    found.push(...page);
    after = page.at(-1)?.instance ?? null;
    if (page.length < MAX_PAGE_ITEMS) return found;
  }
}

/** What the proof itself says, checked from its signed statements. */
async function checked({ name, instance: shownAs, proof: text, ...shown }: ForkView): Promise<HeldProof & { verified: boolean; proof: string }> {
  const { checkForkProof, isSignedPosition } = await import('../../protocol/fork-proof.ts');
  const { parseForkProof } = await import('../../protocol/fork-proof.codec.ts');
  const { instanceIdOf } = await import('../../protocol/identifiers.ts');
  const parsed = parseForkProof(text);
  if (!parsed.ok) return { instance: shownAs, name, n: shown.n, heads: shown.heads, signed: [false, false], verified: false, proof: text };
  const { first, second } = parsed.value;
  const instance = instanceIdOf(first.instance);
  return {
    instance, name: instance === shownAs ? name : '', n: first.n, heads: [hex(first.head), hex(second.head)],
    signed: [isSignedPosition(first), isSignedPosition(second)], verified: checkForkProof(parsed.value).ok && instance === shownAs, proof: text,
  };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

async function exportProofs({ output }: Call<AuditOptions>, session: Session, who: string, out: string | undefined): Promise<void> {
  const held = await allProofs(session);
  if (held.length === 0) throw new Refusal('unknown_contact', 'This wallet holds no proof about anybody.');
  const wanted = await Promise.all((who === 'all' ? held : [resolveContact(who, held, 'proof about')]).map(checked));
  if (wanted.some(({ verified }) => !verified)) throw new Refusal(NOT_PROOFS.code, NOT_PROOFS.detail);
  const { writeProofFile } = await import('../proof-file.ts');
  if (out !== undefined) await writeProofFile(out, wanted.map(({ proof }) => proof));
  for (const { instance, name, n, proof } of wanted) output.result({ type: 'proof', instance, name, n, proof, file: out ?? null }, out === undefined ? proof : `${name || instance}: written to ${out}`);
}

async function verifyFile({ output }: Call<AuditOptions>, path: string): Promise<void> {
  const { readProofFile } = await import('../proof-file.ts');
  const { instanceIdOf } = await import('../../protocol/identifiers.ts');
  for (const { text, proof: { first, second } } of await readProofFile(path)) {
    const shown: HeldProof = { instance: instanceIdOf(first.instance), name: '', n: first.n, heads: [hex(first.head), hex(second.head)], signed: [true, true] };
    output.result({ type: 'fork', verified: true, ...shown, proof: text }, `${proofWords(shown)}\n${VERIFIED_ADVICE}`);
  }
}

async function importFile(call: Call<AuditOptions>, path: string): Promise<void> {
  const { readProofFile } = await import('../proof-file.ts');
  // Looked at before a wallet is opened for it; the vault looks again.
  const proofs = await readProofFile(path);
  await withSession(call, { network: false }, async ({ client }) => {
    for (const { text } of proofs) {
      const kept = await need(client['audit.importProof']({ proof: text }));
      const who = kept.name || kept.instance;
      call.output.result({ type: 'imported', ...kept }, kept.known ? `There was a proof about ${who} already; nothing changed.`
        : `Kept. ${who} runs as two copies, and your wallet exchanges nothing with it from now on.${kept.name ? '' : ' It is none of your contacts.'}`);
    }
  });
}
