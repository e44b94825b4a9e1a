/** Rows 26 to 30: people who change their minds, and copies of wallets that are started again. */
import { everyFrame, explored, exploredWithout, named, powerFails, simulated, simulatedWithout } from '../known-tests.ts';
import type { Row } from '../row.ts';

const SENDING = 'enclave/vault/transfers/sending.machine.ts';
const RECEIVING = 'enclave/vault/transfers/receiving.machine.ts';
const afterCommit = (name: string) => named('case', 'unit/vault/after-commit', `a transfer › ${name}`);

export const people: readonly Row[] = [
  {
    number: 26, attack: 'the sender cancels before the commit', expected: 'a refund, nothing credited', asks: ['X', 'S'], status: 'credits',
    guards: [{
      file: SENDING, function: 'cancel', what: 'A cancelled offer is gone from the sender’s books, and an acceptance that comes later finds nothing to commit.',
      remove: { from: "  finish(turn, transfer, 'cancelled', null, null);\n", to: '' },
      tests: [named('case', 'unit/vault/transfer', 'two vaults › keep an offer until the other is there, and take it back before it is accepted'), powerFails('cancel')],
    }, {
      file: RECEIVING, function: 'onWithdraw', what: 'The receiver drops an offer at its source’s word, whether or not it was accepted.',
      remove: { from: "  else finish(turn, transfer, 'withdrawn', null, null);\n", to: '' },
      tests: [everyFrame('cancel')],
    }],
    also: [explored, simulated],
  },
  {
    number: 27, attack: 'the sender cancels after the commit', expected: 'refused; shown as in transit', asks: ['X', 'U'], status: 'credits',
    guards: [{
      file: SENDING, function: 'cancel', what: 'What is committed can only end where it was sent.',
      remove: { from: "  if (transfer.state !== 'offered') refuse('already_committed', 'It is in transit and can only end where it was sent. It cannot be taken back.');\n", to: '' },
      tests: [afterCommit('that is in transit cannot be cancelled, is shown as in transit with what it waits for, and arrives once')],
    }, {
      file: 'enclave/vault/views/views.ts', function: 'waitsFor', what: 'A transfer in transit says that it waits for the other’s device, never that it is done.',
      remove: { from: "return transfer.state === 'offered' && reachable ? 'their-answer' : 'their-device';", to: "return reachable ? 'their-answer' : null;" },
      tests: [afterCommit('that is in transit cannot be cancelled, is shown as in transit with what it waits for, and arrives once')],
    }, {
      file: 'renderer/ui/tally/tally-stance.ts', function: 'stanceOf', what: 'The two halves on the screen close only when both sides have it.',
      remove: { from: "'in-transit': 'apart'", to: "'in-transit': 'met'" },
      tests: [named('case', 'unit/renderer/tally', 'a tally › is apart exactly while value is on its way, and joined only when both sides have it')],
    }],
    also: [exploredWithout('refund-by-person'), named('U', 'e2e/interface-handing-over', 'handing over › follows a transfer from offered over in transit to done, and says each'), named('U', 'e2e/browser-screens', 'every screen › of what is in transit while the other side is away')],
  },
  {
    number: 28, attack: 'a refusal races the commit', expected: 'exactly one outcome', asks: ['X', 'S'], status: 'credits',
    guards: [{
      file: RECEIVING, function: 'offered', what: 'An offer that was accepted cannot be declined any more: its commit may be on its way.',
      remove: { from: "  if (transfer.state !== 'offered') refuse('wrong_state', `This offer was ${transfer.state} already.`);\n", to: '' },
      tests: [afterCommit('that was accepted cannot be declined any more, and one that was declined cannot be accepted')],
    }, {
      file: RECEIVING, function: 'judge', what: 'A commit that nobody agreed to and no rule covers is refused.',
      remove: { from: "  if (!wanted) return refused('declined');\n", to: '' },
      tests: [named('case', 'attacks/vault-contact', 'a contact without scruples › gets the same answer to the same commit, months later, over another session, and nothing else')],
    }, {
      file: RECEIVING, function: 'onCommit', what: 'A refusal is a tombstone in the package before it is an answer: the number can never be credited afterwards.',
      remove: { from: '  const consumed = addSequence(', to: "  if ('nack' in judged) return answer(bytes);\n  const consumed = addSequence(" },
      tests: [named('case', 'unit/vault/refused-for-good', 'a commit › that was refused stays refused, whatever the receiver would say to it later')],
    }],
    also: [exploredWithout('nack-without-tombstone'), simulatedWithout('nack-without-tombstone'), exploredWithout('accepted-offer-lapses')],
  },
  {
    number: 29, attack: 'a receiver’s old copy is started again', expected: 'fail-stop, or a new identity', asks: ['S'], status: 'credits',
    guards: [{
      file: 'enclave/runtime/driver.ts', function: 'Driver.#group', what: 'A position that somebody shows is compared with the journal before anything that came with it is done.',
      remove: { from: 'await journal.checkPast(position, shownBy);', to: 'void [position, shownBy];' },
      tests: [named('case', 'attacks/vault-old-receiver', 'an old copy of a receiver › that meets somebody who remembers stops before it takes the commit again, though both come at once')],
    }],
    also: [simulated, simulatedWithout('witness-ignored'), named('case', 'attacks/vault-old-receiver', 'an old copy of a receiver › without its secret and its register is a new instance, and the commit is not for that one')],
  },
  { number: 30, attack: 'the source is started again after the estate moved', expected: 'frozen for good', asks: ['S', 'X'], status: 'needs moving a wallet', lacking: 'a wallet cannot be moved yet.', without: ['S', 'X'], guards: [] },
];
