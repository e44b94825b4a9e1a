/**
 * More guards of the vault taken out one at a time (see mutations.ts), of the kind that shows itself only in a wide world:
 * with exchanges and books, with several sessions at once, and with older copies that meet somebody dishonest.
 */
import type { Mutation } from './mutations.ts';

const SENDING = 'enclave/vault/transfers/sending.machine.ts';
const RECEIVING = 'enclave/vault/transfers/receiving.machine.ts';

export const wideMutations: Record<string, Mutation> = {
  // "it credits give and debits take in one package", and "on ACK the source credits take".
  'take-not-paid': {
    rule: '§6: the destination pays what is taken in return, in the package that credits it',
    edits: [{ file: RECEIVING, search: '  handOver(turn, terms.take, because);\n', replace: '' }],
  },
  'take-not-received': {
    rule: '§6: on ACK the source gets what was taken in return',
    edits: [{ file: SENDING, search: "  comeIn(turn, take, contentKeys, 'payment', { contact, transfer: id });\n", replace: '' }],
  },
  'copy-kept': {
    rule: '§7: a licence is usable in one place',
    edits: [{ file: 'enclave/vault/transfers/assets.ts', search: '  for (const licence of licences(assets)) shelf.sendOff(turn, licence, because);\n', replace: '' }],
  },
  'commit-before-resume': {
    rule: '§5.7: an older copy takes nothing before it has heard what others remember',
    edits: [{ file: 'enclave/vault/sessions/dispatch.ts', search: "  if (frame.value.kind === 'commit' && !session.resumed) return protocolFault(UNRESUMED);\n", replace: '' }],
  },
  'late-offer-shown': {
    rule: '§6: what has ended does not come back',
    edits: [{ file: RECEIVING, search: '  if (hasEnded(turn.state, contact, id)) return;\n', replace: '' }],
  },
};
