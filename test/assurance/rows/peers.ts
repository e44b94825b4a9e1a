/** Rows 31 to 37: peers who run as two, who remember more, who are not who or what they say. */
import { named, powerFails, simulated, simulatedWithout } from '../known-tests.ts';
import type { Row } from '../row.ts';

const PAIRING = 'enclave/vault/people/pairing.machine.ts';
const WITNESSES = 'enclave/vault/people/witnesses.ts';
const FORK_PROOF = 'protocol/fork-proof.ts';
const EVIDENCE = 'enclave/vault/sessions/evidence.ts';
const MEETING = 'enclave/vault/sessions/meeting.ts';
const JOURNAL = 'enclave/runtime/journal.ts';
const session = (name: string) => named('case', 'attacks/vault-session', name);
const sessionFuzz = (name: string) => named('F', 'attacks/vault-session-fuzz', name);
const forks = (name: string) => named('case', 'unit/vault/fork-proofs', name);
const PAIRED_BY_WORDS = named('U', 'e2e/electron-first-transfer', 'from first run to first transfer › pairs by link and three words that are the same on both screens');

export const peers: readonly Row[] = [
  {
    number: 31, attack: 'two statements for one number', expected: 'a fork proof, kept and passed on; the instance is refused', asks: ['S', 'F'], status: 'credits',
    guards: [{
      file: WITNESSES, function: 'witness', what: 'Two heads for one number are kept as a proof.',
      remove: { from: '  if (known?.n === position.n) return keepProof(turn, instance, { first: known, second: position });\n', to: '' },
      tests: [forks('a contact who says two things of one number › is proven a fork, at once, and hung up on')],
    }, {
      file: MEETING, function: 'meet', what: 'An instance that was caught is met no more.',
      remove: { from: '  if (isForked(turn.state, peer.instance)) return refuseMeeting(turn, session, FORKED);\n', to: '' },
      tests: [forks('a contact who says two things of one number › can neither meet, pair, offer, commit nor be dealt with any more, also after a restart and when it is forgotten')],
    }, {
      file: 'enclave/vault/sessions/resume.ts', function: 'onResume', what: 'Once its own position has given it away, nothing is taken up with an instance, and no book goes home to it.',
      remove: { from: '  if (isForked(turn.state, instance)) return null; // hung up already\n', to: '' },
      tests: [named('case', 'unit/vault/resume-steps', 'their first word › is all that is heard of a contact who contradicts what was known of them: nothing is taken up, and no book goes to them')],
    }, {
      file: WITNESSES, function: 'onWitness', what: 'A proof that a contact tells about a common contact is kept too, and passed on in turn.',
      remove: { from: 'checkForkProof(proof).ok) keepProof(turn, third, proof);', to: 'checkForkProof(proof).ok) continue;' },
      tests: [forks('a proof › is passed on to contacts who know the instance, who hang up on it and pass it on, and to nobody else')],
    }, {
      file: FORK_PROOF, function: 'checkForkProof', what: 'Nobody is refused for statements that they did not sign.',
      remove: { from: '  if (first && second) return ok(proof);', to: '  if (first || second || proof) return ok(proof);' },
      tests: [forks('a proof › that somebody made up is not believed, whoever tells it'), named('F', 'unit/protocol/fork-proof', 'what is not a fork proof › a statement signed by somebody else is proof_forged, as text, too')],
    }, {
      file: FORK_PROOF, function: 'requireContradiction', what: 'Two statements about two numbers contradict nothing.',
      remove: { from: 'if (first.n !== second.n) return fail(', to: 'if (first.n < 0) return fail(' },
      tests: [named('case', 'unit/protocol/fork-proof', 'what is not a fork proof › two statements about two numbers are not_a_fork, as text, too')],
    }],
    also: [simulated, named('F', 'unit/protocol/fork-proof', 'a fork proof › with any one bit changed before the checksum is made is none')],
  },
  {
    number: 32, attack: 'a witness remembers a newer head than mine', expected: 'fail-stop', asks: ['S'], status: 'credits',
    guards: [{
      file: WITNESSES, function: 'onWitnessPart', what: 'What a contact remembers of me is looked at, every time we meet.',
      remove: { from: '  if (message.witnessed) onOwnPosition(turn, message.witnessed, instance);\n', to: '' },
      tests: [named('case', 'unit/vault/witnesses', 'a wallet whose whole machine was put back › stops at its next meeting with anyone who remembers it later')],
    }, {
      file: JOURNAL, function: 'Journal.checkPast', what: 'A contradiction stops the vault.',
      remove: { from: "    stop('rollback_detected', COPIED);\n  }\n\n  async #isPast", to: '  }\n\n  async #isPast' },
      tests: [named('case', 'unit/vault/witnesses', 'a wallet whose whole machine was put back › stops at its next meeting with anyone who remembers it later')],
    }, {
      file: WITNESSES, function: 'onOwnPosition', what: 'Only what this vault signed itself can stop it; nobody else can.',
      remove: { from: '|| !isSignedPosition(position)) return;\n  turn.checks', to: ') return;\n  turn.checks' },
      tests: [named('case', 'unit/vault/witnesses', 'a wallet whose whole machine was put back › is not stopped by what it has never signed')],
    }],
    also: [simulatedWithout('witness-ignored'), simulated],
  },
  {
    number: 33, attack: 'a stranger in the middle while pairing', expected: 'the short codes differ; nothing is pinned', asks: ['S', 'U'], status: 'credits',
    lacking: 'the simulator’s people compare words but meet nobody in the middle: the cases do.', without: ['S'],
    guards: [{
      file: PAIRING, function: 'commitmentTo', what: 'A commitment is bound to its session, so it cannot be passed on into another.',
      remove: { from: "digest('tallystick pairing commitment', handshakeHash, nonce)", to: "digest('tallystick pairing commitment', nonce)" },
      tests: [session('pairing › with a stranger in the middle shows different words on the two screens')],
    }, {
      file: PAIRING, function: 'pairingWords', what: 'The words are a hash over the session, both keys and both nonces: two sessions have two.',
      remove: { from: 'concatBytes(asker, asked, askerNonce, askedNonce)', to: 'concatBytes(asker.slice(0, 0))' },
      tests: [named('F', 'unit/vault/pairing-words', 'the words › differ as soon as anything differs that they are made of')],
    }, {
      file: PAIRING, function: 'onPairAbort', what: 'Whoever was pinned is not pinned any more once the other side has broken it off.',
      remove: { from: '  unpin(turn, instance, pairing);\n  return null;', to: '  return null;' },
      tests: [named('case', 'attacks/vault-pairing-undone', 'a pairing that one person has confirmed › and the other broke off leaves a stranger')],
    }, {
      file: 'enclave/vault/sessions/session.ts', function: 'endPairing', what: 'What only this side had confirmed is undone when the session ends in which the words were shown.',
      remove: { from: "&& turn.state.get('contact', instance)?.mutual === false) turn", to: "&& turn.state.get('contact', instance)?.theirName === '') turn" },
      tests: [named('case', 'attacks/vault-pairing-undone', 'a pairing that one person has confirmed › and the other left leaves a stranger, also after a restart')],
    }],
    also: [PAIRED_BY_WORDS, powerFails('pairing')],
  },
  {
    number: 34, attack: 'the short code is guessed', expected: 'a commitment, and a lock-out after three', asks: ['F'], status: 'credits',
    guards: [{
      file: PAIRING, function: 'onPairReveal', what: 'Only the nonce that was committed to before ours was known makes words.',
      remove: { from: 'if (!equalBytes(commitmentTo(message.nonce, session), pairing.commitment)) {', to: 'if (message.nonce.length === 0) {' },
      tests: [sessionFuzz('the short code › is never shown for anything but the one nonce that was committed to'), session('pairing › does not show words for a nonce that was not committed to before ours was known')],
    }, {
      file: PAIRING, function: 'countFailure', what: 'The third failure in a row locks pairing, and each further one for twice as long.',
      remove: { from: 'const lock = beyond < 0 ? 0 :', to: 'const lock = beyond < 1000 ? 0 :' },
      tests: [session('pairing › is locked after the words were different three times in a row, also after a restart, and opens again')],
    }, {
      file: PAIRING, function: 'onPairRequest', what: 'While it is locked, nobody else’s request is taken either.',
      remove: { from: "const locked = turn.time.now < must(turn.state, 'self', 'self').pairingLockedUntil;", to: 'const locked = turn.time.now < 0;' },
      tests: [session('pairing › is locked after the words were different three times in a row, also after a restart, and opens again')],
    }, {
      file: PAIRING, function: 'onPairRequest', what: 'A session brings three requests and no more.',
      remove: { from: 'if (session.pairRequests >= MAX_REQUESTS_PER_SESSION) return fail(', to: 'if (session.pairRequests < 0) return fail(' },
      tests: [session('pairing › can be asked for three times in one session, then the session ends')],
    }],
  },
  {
    number: 35, attack: 'a paired contact with a changed key', expected: 'blocked, explained', asks: ['S', 'U'], status: 'credits',
    lacking: 'explained only where that contact was expected (a known PeerId, a link); elsewhere it is a stranger who resembles the contact. The simulator’s wallets keep their keys.', without: ['S'],
    guards: [{
      file: MEETING, function: 'meet', what: 'Whoever answers with another key where a contact was expected is refused.',
      remove: { from: 'if (session.expect && session.expect !== peer.instance) {', to: "if (session.expect && session.name === '') {" },
      tests: [session('a contact › whose place is taken by another key is blocked and the person is told; the contact itself is not')],
    }, {
      file: MEETING, function: 'meet', what: 'The contact is marked, so that its person is told which key answered.',
      remove: { from: '    noteKeyChange(turn, session.expect, peer.instance);\n', to: '' },
      tests: [session('a contact › whose place is taken by another key is blocked and the person is told; the contact itself is not')],
    }, {
      file: 'enclave/vault/views/views.ts', function: 'viewStrangers', what: 'A stranger who bears a contact’s name is shown with that name beside it.',
      remove: { from: 'resembles: named.get(name.toLowerCase()) ?? null', to: 'resembles: null' },
      tests: [session('a contact › whose name a stranger bears is named beside it, so that nobody takes one for the other')],
    }],
    also: [named('U', 'e2e/browser-screens', 'every screen › of another key in a contact’s place')],
  },
  {
    number: 36, attack: 'evidence is relayed from a genuine module elsewhere', expected: 'the binder does not match', asks: ['S', 'F'], status: 'credits',
    lacking: 'the simulator’s peers show their own evidence only; the cases relay it.', without: ['S'],
    guards: [{
      file: EVIDENCE, function: 'appraise', what: 'Evidence must be bound to this session, this nonce and the other role.',
      remove: { from: "if (!bound) return fail('peer_protocol', 'The evidence belongs to another session.');", to: "if (!bound && evidence.n < 0) return fail('peer_protocol', 'The evidence belongs to another session.');" },
      tests: [session('evidence › relayed from a genuine module in another session is refused: it is bound to that one'), sessionFuzz('evidence › with any claim changed, signed anew or not, opens no session')],
    }, {
      file: EVIDENCE, function: 'appraise', what: 'The handshake’s hash names the session.',
      remove: { from: 'equalBytes(evidence.binder, binding.handshakeHash) && ', to: '' },
      tests: [session('evidence › of another session is refused')],
    }, {
      file: EVIDENCE, function: 'appraise', what: 'The nonce is the one that this side chose.',
      remove: { from: 'equalBytes(evidence.eat_nonce, binding.nonce) && ', to: '' },
      tests: [session('evidence › with an old nonce is refused')],
    }, {
      file: EVIDENCE, function: 'appraise', what: 'Evidence of one role is worth nothing in the other, so it cannot be sent back to its maker.',
      remove: { from: ' && evidence.role === binding.role', to: '' },
      tests: [session('evidence › of the other role is refused')],
    }, {
      file: EVIDENCE, function: 'appraise', what: 'It is signed by the instance that it names, as evidence and nothing else.',
      remove: { from: "if (!ed25519.verify(message.signature, signingInput('evidence', message.statement), evidence.ueid, STRICT)) return", to: 'if (message.signature.length !== 64) return' },
      tests: [session('evidence › in another’s name, signed with one’s own key is refused'), session('evidence › signed for another purpose, or not signed, or not evidence at all is refused')],
    }],
  },
  {
    number: 37, attack: 'an unknown or withdrawn measurement; a weaker tier than agreed', expected: 'refused', asks: ['F'], status: 'credits',
    lacking: 'there is no list of reference values to withdraw one from: each build knows itself only.',
    guards: [{
      file: EVIDENCE, function: 'appraise', what: 'Code without a reference value is not talked to.',
      remove: { from: 'if (!turn.attested.referenceValues.some((known) => equalBytes(known, evidence.measurement))) {', to: 'if (turn.attested.referenceValues.length === 0) {' },
      tests: [sessionFuzz('evidence › of any measurement but the one reference value is refused as unknown'), session('evidence › of code that nobody knows is refused')],
    }, {
      file: MEETING, function: 'meet', what: 'A contact may not come back on a weaker tier than the one it was paired on.',
      remove: { from: "if (known?.tier === 'tpm2' && peer.tier !== 'tpm2') return", to: "if (known?.tier === 'tpm2' && peer.tier === 'tpm2' && peer.n < 0) return" },
      tests: [session('evidence › of a contact must not be of a weaker tier than when they paired')],
    }],
  },
];
