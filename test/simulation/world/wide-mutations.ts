/**
 * More guards of the vault taken out one at a time (see mutations.ts), of the kind that shows itself only in a wide world:
 * with exchanges, readers and PINs, with several sessions at once, and with older copies that meet somebody dishonest.
 */
import type { Mutation } from './mutations.ts';

const SENDING = 'enclave/vault/transfers/sending.machine.ts';
const RECEIVING = 'enclave/vault/transfers/receiving.machine.ts';
const LICENCES = 'enclave/vault/library/licences.ts';
const LOANS = 'enclave/vault/library/loans.ts';
const READING = 'enclave/vault/library/reading.ts';
const CONSUMED = '  const consumed = addSequence({ upTo: lane.consumedUpTo, above: lane.consumedAbove }, frame.seq);\n';

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

  // "it is usable in at most one place": where it can be opened.
  'lent-book-opened': {
    rule: '§7: the lender cannot open a lent book',
    edits: [{ file: READING, search: "  if (licence.state === 'lent') return refuse('not_here', 'This copy is lent out. It can be read where it is, and here again when it is returned.');\n", replace: '' }],
  },
  'leaving-book-opened': {
    rule: '§7: what is on its way can be opened only where it arrives',
    edits: [{ file: READING, search: "  if (licence.state === 'in-transit') return refuse('not_here', 'This copy is on its way to someone and can be read only where it arrives.');\n", replace: '' }],
  },
  'reader-left-open': {
    rule: '§7: the reader is closed as the book leaves',
    edits: [{ file: LICENCES, search: "  const was = must(turn.state, 'licence', id) as Here;\n  closeReader(turn, id);\n", replace: "  const was = must(turn.state, 'licence', id) as Here;\n" }],
  },
  'due-date-ignored': {
    rule: '§7: after the due date the borrower’s vault refuses to open it',
    edits: [{ file: READING, search: "  if (isOver(licence, turn.time)) return refuse('licence_expired',", replace: "  if (turn.time.now < 0) return refuse('licence_expired'," }],
  },
  'overdue-left-open': {
    rule: '§7: a book whose time is over is closed',
    edits: [{ file: READING, search: "isOver(must(turn.state, 'licence', id), turn.time)", replace: 'turn.time.now < 0' }],
  },
  'clock-believed': {
    rule: '§7: turning the clock back gains nothing',
    edits: [{ file: 'enclave/vault/time.ts', search: 'now + Math.max(0, hostClock - clock)', replace: 'Math.max(0, now + hostClock - clock)' }],
  },
  // What lender and borrower agreed.
  'borrower-renews': {
    rule: '§7: a loan lasts longer only if its lender agrees',
    edits: [{ file: LOANS, search: "  turn.state.put('licence', id, { ...licence, asked: due });\n  tell(", replace: "  turn.state.put('licence', id, { ...licence, due, deadline: deadlineOf(turn, { due, lastsMs: null }) });\n  tell(" }],
  },
  'loan-forgotten': {
    rule: '§7: the lender knows where its book is',
    edits: [{ file: LICENCES, search: "  if (move.as !== 'loan') return drop(turn, id, licence);\n", replace: "  if (move.as !== 'return') return drop(turn, id, licence);\n" }],
  },
  'return-accepted-twice': {
    rule: '§6: a receiver never forgets a seq, also not that of a return',
    edits: [
      { file: RECEIVING, search: CONSUMED, replace: `  if (commit.ok && commit.value.give.some((asset) => asset.kind === 'licence' && asset.move.as === 'return')) return answer(bytes);\n${CONSUMED}` },
    ],
  },
  'offered-twice': {
    rule: '§6: the source checks what it gives when it commits',
    edits: [{ file: SENDING, search: 'whyNotMovable(turn.state, transfer.give, contact)?.code ?? whyNotReceivable', replace: 'whyNotReceivable' }],
  },
  // A sale is one transfer: on both sides or on neither.
  'sale-not-paid': {
    rule: '§6: a sale does not give without taking',
    edits: [{ file: RECEIVING, search: '  handOver(turn, terms.take, because);\n', replace: '  if (licences(terms.give).length === 0) handOver(turn, terms.take, because);\n' }],
  },
  'sold-book-back': {
    rule: '§6: a sale does not take without giving',
    edits: [{ file: LICENCES, search: "  if (move.as !== 'loan') return drop(turn, id, licence);\n", replace: "  if (move.as === 'own') return put(turn, id, licence.was);\n  if (move.as !== 'loan') return drop(turn, id, licence);\n" }],
  },
  'limit-ignored': {
    rule: '§6: above the limit the PIN is asked for',
    edits: [{ file: 'enclave/vault/safety/pin.ts', search: '  if (above || copies) requirePin(turn, given);\n', replace: '  if (copies) requirePin(turn, given);\n' }],
  },
  'books-without-pin': {
    rule: '§6: a book leaves with the PIN only',
    edits: [{ file: 'enclave/vault/safety/pin.ts', search: '  if (above || copies) requirePin(turn, given);\n', replace: '  if (above) requirePin(turn, given);\n' }],
  },
  'pin-not-asked': {
    rule: '§6: the PIN changes with the PIN',
    edits: [{ file: 'enclave/vault/safety/pin.ts', search: '  requirePin(turn, current);\n  const self', replace: '  const self' }],
  },
};
