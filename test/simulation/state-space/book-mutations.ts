/** Guards of the vault that concern books, taken out one at a time (see world/mutations.ts), for the exploration to notice (design §7). */
import type { Mutation } from '../world/mutations.ts';

const LICENCES = 'enclave/vault/library/licences.ts';

export const bookMutations: Record<string, Mutation> = {
  'lent-copy-passed-on': {
    rule: '§7: the lender cannot open it, give it or lend it again',
    edits: [{ file: LICENCES, search: "if (licence.state === 'lent' || licence.state === 'in-transit') return", replace: "if (licence.state === 'in-transit') return" }],
  },
  'borrowed-copy-passed-on': {
    rule: '§7: a borrower cannot pass it on',
    edits: [{ file: LICENCES, search: "  if (licence.state === 'borrowed') return fail('terms_forbid', 'A borrowed book cannot be passed on. Return it instead.').failure;\n", replace: '' }],
  },
  'refused-copy-gone': {
    rule: '§6: on NACK the source has it again',
    edits: [{ file: LICENCES, search: '  if (licence) put(turn, id, licence.was);\n', replace: '  if (licence) drop(turn, id, licence);\n' }],
  },
  'loan-arrives-for-good': {
    rule: '§7: lend moves it with the duty to return',
    edits: [{ file: LICENCES, search: "  if (move.as !== 'loan') return put(turn, id, { ...base, state: 'held' });\n", replace: "  put(turn, id, { ...base, state: 'held' });\n  if (turn.time.now >= 0) return;\n" }],
  },
  'overdue-copy-stays': {
    rule: '§7: after the due date it goes home at the next meeting',
    edits: [{ file: 'enclave/vault/sessions/resume.ts', search: '  returnOverdue(turn, instance);\n', replace: '' }, { file: 'enclave/vault/step.ts', search: '      bringHomeOverdue(turn);\n', replace: '' }],
  },
};
