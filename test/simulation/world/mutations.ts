/** Guards of the vault taken out one at a time, to prove that the simulator notices (design §5, §6). */
export interface Edit {
  /** From the root of the tree. */
  readonly file: string;
  /** Must be there exactly once. */
  readonly search: string;
  readonly replace: string;
}
export interface Mutation { readonly rule: string; readonly edits: readonly Edit[] }

/** @throws Error if a text to be replaced is not there exactly once: the mutation no longer fits the source */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  return edits.reduce((text, { file, search, replace }) => {
    const times = text.split(search).length - 1;
    if (times !== 1) throw new Error(`A mutation of ${file} no longer fits: ${JSON.stringify(search)} is there ${times} times.`);
    return text.replace(search, () => replace);
  }, source);
}

const SENDING = 'enclave/vault/transfers/sending.machine.ts';
const RECEIVING = 'enclave/vault/transfers/receiving.machine.ts';
const DRIVER = 'enclave/runtime/driver.ts';
const JOURNAL = 'enclave/runtime/journal.ts';

const GIVE_UP = '  giveUpOn(turn, transfer.give, { contact: transfer.contact, transfer: id });\n';
const CANCEL_GUARD = "  if (transfer.state !== 'offered') refuse('already_committed', 'It is in transit and can only end where it was sent. It cannot be taken back.');\n";

/** One or more ways of breaking each rule; the names are those of `--mutation`. */
export const mutations: Record<string, Mutation> = {
  // Design §6: "a commit names one receiving instance".
  'commit-redirected': {
    rule: '§6: a commit names one receiving instance',
    edits: [{
      file: SENDING, search: GIVE_UP,
      // Giving up on one contact sends the same value to another.
      replace: `  for (const [other] of turn.state.all('contact')) {
    const lane = other === transfer.contact ? null : readyLaneTo(turn.state, other as InstanceId);
    if (!lane) continue;
    const { lane: _lane, seq: _seq, package: _package, frame: _frame, ...rest } = transfer;
    cameBack(turn, transfer.give, { contact: transfer.contact, transfer: id }, 'transit');
    return commitNow(turn, { ...rest, contact: other as InstanceId, state: 'offered' }, lane.id, lane.lane);
  }
${GIVE_UP}`,
    }],
  },
  // "a receiver never forgets a seq".
  'seq-forgotten': {
    rule: '§6: a receiver never forgets a seq',
    edits: [
      { file: RECEIVING, search: 'addSequence({ upTo: lane.consumedUpTo, above: lane.consumedAbove }, frame.seq);', replace: '({ upTo: lane.consumedUpTo, above: lane.consumedAbove });' },
      { file: RECEIVING, search: '...opened.ratchet, consumedUpTo', replace: 'consumedUpTo' },
    ],
  },
  'seq-forgotten-once-closed': {
    rule: '§6: a receiver never forgets a seq',
    edits: [
      { file: RECEIVING, search: 'if (hasSequence({ upTo: lane.consumedUpTo, above: lane.consumedAbove }, frame.seq)) {', replace: 'if (frame.seq > lane.closedUpTo && hasSequence({ upTo: lane.consumedUpTo, above: lane.consumedAbove }, frame.seq)) {' },
      { file: RECEIVING, search: '[chain.slice(0, -1), chain.at(-1)]', replace: '[chain, chain.at(-1)]' },
      { file: RECEIVING, search: "  if (frame.seq < lane.ratchet) turn.state.remove('laneKey', `${laneId}/${frame.seq}`);\n", replace: '' },
    ],
  },
  // "nothing is refunded on a timer after commit".
  'refund-by-person': {
    rule: '§6: nothing is refunded after commit',
    edits: [{
      file: SENDING, search: CANCEL_GUARD,
      replace: "  if (transfer.state !== 'offered') cameBack(turn, transfer.give, { contact: transfer.contact, transfer: id }, accountOf(transfer));\n  if (transfer.state !== 'offered') turn.state.remove('inFlight', `${transfer.lane}/${transfer.seq}`);\n",
    }],
  },
  'refund-by-timer': {
    rule: '§6: nothing is refunded on a timer after commit',
    edits: [
      { file: 'enclave/vault/step.ts', search: '      endSlowMeetings(turn);\n', replace: '      endSlowMeetings(turn);\n      refundOld(turn);\n' },
      { file: 'enclave/vault/step.ts', search: "import type { Time } from './time.ts';", replace: "import type { Time } from './time.ts';\nimport { refundOld } from './transfers/sending.machine.ts';" },
      {
        file: SENDING, search: '/** An ACK or NACK for one of my commits,',
        replace: `export function refundOld(turn: Turn): void {
  for (const [id, transfer] of [...turn.state.all('transfer')]) {
    if (transfer.direction !== 'out' || transfer.state !== 'in-transit' || turn.time.clock - (transfer.timeline[0]?.at ?? 0) < 5_000) continue;
    cameBack(turn, transfer.give, { contact: transfer.contact, transfer: id as TransferId }, 'transit');
    turn.state.remove('inFlight', \`\${transfer.lane}/\${transfer.seq}\`);
    finish(turn, transfer, 'returned', 'timeout', null);
  }
}

/** An ACK or NACK for one of my commits,`,
      },
    ],
  },
  // "NACK only after a durable tombstone".
  'nack-without-tombstone': {
    rule: '§6: NACK only after a durable tombstone',
    edits: [{ file: RECEIVING, search: '  const consumed = addSequence(', replace: "  if ('nack' in judged) return answer(bytes);\n  const consumed = addSequence(" }],
  },
  // "a receiver may not quietly let an accepted offer lapse and then refuse the seq".
  'accepted-offer-lapses': {
    rule: '§6: an accepted offer does not lapse',
    edits: [{ file: RECEIVING, search: "if (transfer?.state === 'offered' && !listed.has(id))", replace: "if (transfer && (transfer.state === 'accepted' || !listed.has(id)))" }],
  },
  // Design §5: store durably → advance the register → release the outputs.
  'output-before-store': {
    rule: '§5.2: outputs only after the package is stored and fresh',
    edits: [
      { file: DRIVER, search: '    for (const output of outputs) this.#options.emit(output);\n', replace: '' },
      { file: DRIVER, search: '    if (isDurable(changes)) {', replace: '    for (const output of outputs) this.#options.emit(output);\n    if (isDurable(changes)) {' },
    ],
  },
  'output-before-register': {
    rule: '§5.2: outputs only after the register has advanced',
    edits: [{ file: JOURNAL, search: '    await register.advance(this.#registered, hash);', replace: '    void register.advance(this.#registered, hash).catch(() => undefined);' }],
  },
  'register-before-store': {
    rule: '§5.2: the register only after the package is stored',
    edits: [
      { file: JOURNAL, search: '    await store.append({ n, sealed, archive });\n', replace: '' },
      { file: JOURNAL, search: '    await register.advance(this.#registered, hash);', replace: '    await register.advance(this.#registered, hash);\n    await store.append({ n, sealed, archive });' },
    ],
  },
  'failed-fsync-ignored': {
    rule: '§5.3: a failed fsync is never retried',
    edits: [{ file: DRIVER, search: "error.failure.code === 'disk_full') return this.#undo", replace: "['disk_full', 'store_failed'].includes(error.failure.code)) return this.#undo" }],
  },
  'older-folder-opened': {
    rule: '§5.3: the chain must end at the register\'s hash',
    edits: [{ file: JOURNAL, search: "if (chunk.length === 0) stop('rollback_detected', ROLLED_BACK);", replace: 'if (chunk.length === 0) break;' }],
  },
  'commit-sealed-anew': {
    rule: '§6: a repeat is the same bytes',
    edits: [{ file: RECEIVING, search: '  if (kept) return kept.frame;\n', replace: "  if (kept) return sealAnswer(lane.answerKey, 'ack', laneId, seq, encodeStrict({ take: [] }));\n" }],
  },
  'witness-ignored': {
    rule: '§5.7: a vault that finds itself behind its witnesses stops',
    edits: [{ file: JOURNAL, search: '    if (await this.#isPast(position)) return;', replace: '    if (position.n >= 0) return;' }],
  },
};
