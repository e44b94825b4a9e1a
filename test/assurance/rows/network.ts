/** Rows 19 to 25: what becomes of messages, and both sides crashing. */
import { everyFrame, explored, exploredWithout, histories, named, powerFails, simulated, simulatedWithout } from '../known-tests.ts';
import type { Row } from '../row.ts';

const RESUME = 'enclave/vault/sessions/resume.ts';
const RECEIVING = 'enclave/vault/transfers/receiving.machine.ts';
const SENDING = 'enclave/vault/transfers/sending.machine.ts';
const LANE_KEYS = 'enclave/vault/transfers/lane-keys.ts';
const contact = (name: string) => named('case', 'attacks/vault-contact', `a contact without scruples › ${name}`);
const ANY_ORDER = contact('has its commits taken in any order, each once, and none of them holds up the others');
const REPLAYED = contact('gets the same answer to the same commit, months later, over another session, and nothing else');
const PLUGGED = named('N', 'e2e/netns-transfer', 'two wallets on a switch without internet › find each other, pair, pay; cut between COMMIT and ACK, unplugged and killed, it is done once they meet again');

export const network: readonly Row[] = [
  {
    number: 19, attack: 'any message is dropped', expected: 'it is said again; the transfer never happens or completes', asks: ['S', 'X'], status: 'credits',
    guards: [{
      file: RESUME, function: 'onResume', what: 'Offers without an answer are made again at every meeting.',
      remove: { from: '  resendOffers(turn, instance);\n', to: '' },
      tests: [everyFrame('offer, accept, commit, ack')],
    }, {
      file: RECEIVING, function: 'answerAgain', what: 'What was accepted is said again at every meeting, and whenever its offer is made again.',
      remove: { from: "  if (transfer.state === 'accepted') tell(turn, transfer.contact, { type: 'accept', id: transfer.id });\n", to: '' },
      tests: [everyFrame('offer, accept, commit, ack')],
    }, {
      file: RESUME, function: 'onResume', what: 'What the other side no longer lists as unfinished ends here as well.',
      remove: { from: '    dropUnlisted(turn, instance, new Set(message.transfers));\n', to: '' },
      tests: [everyFrame('cancel')],
    }, {
      file: RESUME, function: 'onResume', what: 'Requests are made again at every meeting.',
      remove: { from: '  resendRequests(turn, instance);\n', to: '' },
      tests: [named('case', 'unit/vault/said-twice', 'a request › that was lost is made again at the next meeting, and shown once, however often it is made')],
    }, {
      file: RESUME, function: 'onResume', what: 'A lane whose opening was lost is asked for again.',
      remove: { from: '  ensureLane(turn, instance);\n', to: '  if (turn.state.get(\'laneTo\', instance) === undefined) ensureLane(turn, instance);\n' },
      tests: [named('case', 'unit/vault/lane-again', 'a lane › whose opening or whose answer was lost is founded at the next meeting, and an offer that waited for it goes out')],
    }],
    also: [simulated, explored, histories],
  },
  {
    number: 20, attack: 'any message is repeated', expected: 'no effect', asks: ['S', 'X'], status: 'credits',
    guards: [{
      file: RECEIVING, function: 'onCommit', what: 'A sequence number is consumed once: it is remembered for ever, and its key is gone.',
      remove: [
        { from: 'const consumed = addSequence({ upTo: lane.consumedUpTo, above: lane.consumedAbove }, frame.seq);', to: 'const consumed = { upTo: lane.consumedUpTo, above: lane.consumedAbove };' },
        { from: '...opened.ratchet, consumedUpTo', to: 'consumedUpTo' },
      ],
      tests: [ANY_ORDER],
    }, {
      file: SENDING, function: 'onAccept', what: 'An acceptance that comes again commits nothing again.',
      remove: { from: "  if (transfer.state !== 'offered') return; // a repeat: the commit is on its way already\n", to: '' },
      tests: [everyFrame('offer, accept, commit, ack')],
    }, {
      file: RECEIVING, function: 'onOffer', what: 'An offer that comes again finds its record, whatever has become of it, and changes nothing.',
      remove: { from: '    return answerAgain(turn, known);\n', to: "    if (known.state === 'accepted') return answerAgain(turn, known);\n" },
      tests: [named('case', 'unit/vault/said-twice', 'an offer › that is made again after it was declined stays declined')],
    }, {
      file: 'enclave/vault/noise/cipher-state.ts', function: 'decryptWithAd', what: 'Each frame of a session has the next nonce, at both ends, so a repeated one is not authentic.',
      remove: [{ from: '{ key: state.key, nonce: state.nonce + 1 }, plaintext }', to: '{ key: state.key, nonce: state.nonce }, plaintext }' }, { from: '{ key: state.key, nonce: state.nonce + 1 }, ciphertext }', to: '{ key: state.key, nonce: state.nonce }, ciphertext }' }],
      tests: [named('case', 'vectors/noise-attacks', 'a transport cipher › opens nothing that was changed, cut, replayed, reordered, or bound to other data')],
    }],
    also: [exploredWithout('seq-forgotten'), simulatedWithout('seq-forgotten'), simulated],
  },
  {
    number: 21, attack: 'any two messages are reordered', expected: 'value conserved; transfers never happen or complete', asks: ['S', 'X'], status: 'credits',
    guards: [{
      file: RECEIVING, function: 'onCommit', what: 'The keys of commits that were overtaken are laid aside until those come.',
      remove: { from: '  for (const [seq, key] of opened.skipped) turn.state.put(\'laneKey\', `${laneId}/${seq}`, key);\n', to: '' },
      tests: [ANY_ORDER],
    }, {
      file: 'enclave/vault/transfers/sequence-set.ts', function: 'addSequence', what: 'What was consumed out of order is remembered one by one until the gap is closed.',
      remove: { from: 'while (above[0] === upTo + 1) {', to: 'while (above[0] !== undefined) {' },
      tests: [ANY_ORDER],
    }, {
      file: RECEIVING, function: 'dropUnlisted', what: 'A list of what is unfinished may be older than an answer: it never ends what was accepted.',
      remove: { from: "if (transfer?.state === 'offered' && !listed.has(id)) finish", to: 'if (transfer && !listed.has(id)) finish' },
      tests: [named('case', 'unit/vault/two-connections', 'an accepted offer › is not dropped by an old list, even if that comes when the newer connection is gone')],
    }, {
      file: RECEIVING, function: 'onOffer', what: 'An offer that comes after its own end is not shown again.',
      remove: { from: '  if (hasEnded(turn.state, contact, id)) return;\n', to: '' },
      tests: [named('case', 'unit/vault/two-connections', 'what arrives late on another connection › an offer that has been paid since, or taken back, is not shown again')],
    }],
    also: [simulated, explored, everyFrame('commit under a rule')],
  },
  {
    number: 22, attack: 'a COMMIT is replayed months later', expected: 'the same ACK, nothing else', asks: ['S', 'F'], status: 'credits',
    lacking: 'old exceptions are forgotten after 64 more: a repeat of those gets silence instead of the same answer.',
    guards: [{
      file: LANE_KEYS, function: 'sealAnswer', what: 'The nonce of an answer follows from its content, so an answer that is made again is the same bytes.',
      remove: { from: "const nonce = keyedDigest(keys.nonce, ad, plaintext).slice(0, 24);", to: 'const nonce = globalThis.crypto.getRandomValues(new Uint8Array(24));' },
      tests: [REPLAYED],
    }, {
      file: RECEIVING, function: 'sameAnswer', what: 'A closed number whose answer was not the plain ACK gets silence, never another answer.',
      remove: { from: 'if (seq > lane.closedUpTo || seq <= lane.silentUpTo || lane.exceptions.includes(seq)) return null;', to: 'if (seq > lane.closedUpTo) return null;' },
      tests: [REPLAYED],
    }],
    also: [simulated, named('F', 'attacks/vault-contact-fuzz', 'a contact that says anything › gains nothing and breaks nothing'), exploredWithout('seq-forgotten-once-closed')],
  },
  {
    number: 23, attack: 'a COMMIT is delivered to another instance', expected: 'refused', asks: ['X', 'S'], status: 'credits',
    guards: [{
      file: LANE_KEYS, function: 'laneIdOf, laneSecrets', what: 'A lane’s name and keys are bound to both instances, so it cannot be founded with somebody else’s keys and passed on.',
      remove: [
        { from: "digest('tallystick lane', lane.source, lane.destination, lane.sourceKey", to: "digest('tallystick lane', lane.sourceKey" },
        { from: "digest('tallystick lane keys', lane.source, lane.destination, lane.sourceKey", to: "digest('tallystick lane keys', lane.sourceKey" },
      ],
      tests: [named('case', 'attacks/vault-relayed-lane', 'a commit › sent down a lane whose destination passed everything on is taken by nobody else'), named('case', 'attacks/vault-relayed-lane', 'a commit › has keys that differ for every other source or destination, all else being equal')],
    }, {
      file: 'enclave/vault/sessions/dispatch.ts', function: 'onLaneFrame', what: 'A lane frame is taken from the lane’s other end only, and only that one hears the answer.',
      remove: { from: "  if (turn.state.get('lane', frame.value.lane)?.contact !== session.instance) return null;\n", to: '' },
      tests: [named('case', 'attacks/vault-relayed-lane', 'a contact who says the frames of somebody else’s lane is not answered')],
    }],
    also: [explored, simulatedWithout('commit-redirected'), simulated, contact('cannot have a commit taken by another instance than the one it names')],
  },
  {
    number: 24, attack: 'the network is parted right after the commit, then healed', expected: 'it completes at the same instance', asks: ['S', 'N'], status: 'credits',
    guards: [{
      file: SENDING, function: 'commitNow', what: 'The commit’s exact bytes stay in the transfer’s record until they are answered, however long that takes.',
      remove: { from: "const committed = outgoingTo(turn, contact).filter((transfer): transfer is Committed => transfer.state !== 'offered');", to: "const committed = outgoingTo(turn, contact).filter((transfer): transfer is Committed => transfer.state !== 'offered' && turn.time.clock - (transfer.timeline[0]?.at ?? 0) < 60_000);" },
      tests: [named('case', 'unit/vault/parted', 'a commit › that was cut off for a year arrives at the same instance when the two meet again, and nothing was taken back meanwhile')],
    }, {
      file: 'main/host/network/keep-in-touch.ts', function: 'keepInTouch, adopt', what: 'A contact whose link has ended is dialled again, for ever.',
      remove: { from: "      apply(peerId, { type: 'closed', random: random() });\n", to: '' },
      tests: [named('case', 'unit/network/reconnect', 'Keeping in touch › dials the wanted for ever, and those who are not wanted any more never')],
    }],
    also: [simulatedWithout('refund-by-timer'), simulated, PLUGGED],
  },
  {
    number: 25, attack: 'both sides crash, at every pair of points', expected: 'value conserved, no copy, transfers never happen or complete', asks: ['E'], status: 'credits',
    guards: [{
      file: RECEIVING, function: 'onCommit', what: 'That a number is consumed stands in the same package as the value that it brought.',
      remove: { from: 'consumedUpTo: consumed.upTo, consumedAbove: consumed.above });\n  closeUpTo', to: 'consumedUpTo: lane.consumedUpTo, consumedAbove: lane.consumedAbove });\n  closeUpTo' },
      tests: [powerFails('commit under a rule')],
    }, {
      file: SENDING, function: 'commitNow', what: 'Which transfer a number of the lane stands for is kept with the commit, so that its answer is understood after a crash.',
      remove: { from: '  turn.state.put(\'inFlight\', `${lane}/${seq}`, transfer.id);\n', to: '' },
      tests: [powerFails('commit under a rule')],
    }],
    also: [named('E', 'simulation/crash-points', 'power fails › again while recovering, at every pair of moments of “offer, accept, commit, ack”'), named('R', 'e2e/vault-crash', 'a vault that crashes › on both sides at once finds the other again')],
  },
];
