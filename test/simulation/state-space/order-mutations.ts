/**
 * More guards of the vault taken out one at a time (see world/mutations.ts), of the kind that shows itself only where every
 * interleaving is tried: the order of design §5, and races between people.
 */
import type { Mutation } from '../world/mutations.ts';

const JOURNAL = 'enclave/runtime/journal.ts';
const ADVANCE = '    await register.advance(this.#registered, hash);';

export const orderMutations: Record<string, Mutation> = {
  'failed-advance-ignored': {
    rule: '§5.3: a register error is a fail-stop',
    edits: [{ file: JOURNAL, search: ADVANCE, replace: '    await register.advance(this.#registered, hash).catch(() => undefined);' }],
  },
  'register-advanced-blindly': {
    rule: '§5.4: compare and advance',
    edits: [{ file: JOURNAL, search: ADVANCE, replace: '    await register.advance(await register.read(), hash);' }],
  },
  'commits-not-said-again': {
    rule: '§5.2: after a crash the outputs are released again',
    edits: [{ file: 'enclave/vault/sessions/resume.ts', search: '  resendCommits(turn, instance);\n', replace: '' }],
  },
  'accepted-offer-declined': {
    rule: '§6: an accepted offer is not refused afterwards',
    edits: [{ file: 'enclave/vault/transfers/receiving.machine.ts', search: "  if (transfer.state !== 'offered') refuse('wrong_state', `This offer was ${transfer.state} already.`);\n", replace: '' }],
  },
  'cancelled-after-commit': {
    rule: '§6: nothing is withdrawn after commit',
    edits: [{ file: 'enclave/vault/transfers/sending.machine.ts', search: "  if (transfer.state !== 'offered') refuse('already_committed', 'It is in transit and can only end where it was sent. It cannot be taken back.');\n", replace: '' }],
  },
};
