/** Rows 38 to 40: malformed input, floods, forged discovery. */
import { fuzzed, fuzzedAll, named } from '../known-tests.ts';
import type { Row } from '../row.ts';

const GATE = 'main/host/network/connection-gate.ts';
const RECEIVING = 'enclave/vault/transfers/receiving.machine.ts';
const PLAIN = 'protocol/contracts/plain.ts';
const ASSETS = 'enclave/vault/transfers/assets.ts';
const RECORD = 'main/host/network/mdns-record.ts';
const HINTS = 'main/host/network/hint-table.ts';
const contact = (name: string) => named('case', 'attacks/vault-contact', `a contact without scruples › ${name}`);
const fuzz = (name: string) => named('F', 'attacks/vault-fuzz', name);
const server = (name: string) => named('F', 'unit/protocol/contract-server', `a contract that is served › ${name}`);
const gate = (name: string) => named('case', 'unit/network/connection-gate', `The connection gate › ${name}`);
const limits = (name: string) => named('R', 'unit/network/libp2p-limits', name);
const discovery = (name: string) => named('case', 'unit/network/discovery', name);

export const input: readonly Row[] = [
  {
    number: 38, attack: 'malformed, oversized, negative, overflowing, NaN or wrong-currency input, by message, IPC or command line', expected: 'refused with a code; the state unchanged', asks: ['F'], status: 'credits',
    guards: [{
      file: 'protocol/cbor.codec.ts', function: 'decodeStrict', what: 'What was read is written again and must come out as it came in: one value has one encoding.',
      remove: { from: 'if (equal(encodeStrict(value), own)) return ok(value);', to: 'return ok(value);' },
      tests: [fuzz('a decoder › knows one encoding of each value: what it takes is what would be written')],
    }, {
      file: 'protocol/messages.codec.ts', function: 'MessageSchema', what: 'A message has exactly the fields that it has.',
      remove: { from: "z.strictObject({ type: z.literal('pair-confirm') })", to: "z.object({ type: z.literal('pair-confirm') })" },
      tests: [fuzz('a decoder › is not confused by names that objects have already')],
    }, {
      file: PLAIN, function: 'MinorSchema', what: 'An amount fits 63 bits.',
      remove: { from: ".refine((v) => BigInt(v) < 2n ** 63n, 'too large')", to: '' },
      tests: [contact('is hung up on for an amount of "9999999999999999999", as is a stranger, and nothing changes'), server('answers an amount of "9999999999999999999" with bad_input, and no handler sees it')],
    }, {
      file: PLAIN, function: 'PositiveMinorSchema', what: 'Nothing is not an amount.',
      remove: { from: ".refine((v) => v !== '0', 'must be more than zero')", to: '' },
      tests: [contact('is hung up on for an amount of "0", as is a stranger, and nothing changes')],
    }, {
      file: 'enclave/vault/step.ts', function: 'call', what: 'The vault checks each call against the contract itself, whoever has checked it before.',
      remove: { from: '  if (!parsed.success) return', to: "  if (parsed.error?.message === '') return" },
      tests: [fuzz('the contract › answers any call with a reply; a refused one changes nothing')],
    }, {
      file: 'protocol/contracts/server.ts', function: 'createServer', what: 'Behind every transport and the desktop’s IPC, a call’s input is checked before its handler sees it.',
      remove: { from: '    if (!input.success) return', to: "    if (input.error?.message === '') return" },
      tests: [server('answers anything at all with a code, and no handler sees it'), server('answers an amount of "-1" with bad_input, and no handler sees it')],
    }, {
      file: 'protocol/amount.ts', function: 'parseAmount', what: 'What a person types is an exact number of minor units that can be counted.',
      remove: { from: "  if (minor > MAX_AMOUNT) return fail('bad_amount', TOO_LARGE);\n", to: '' },
      tests: [named('case', 'unit/cli/resolve', 'an amount › of "9223372036854775808" is refused')],
    }, {
      file: 'enclave/vault/credits/currencies.ts', function: 'learnCurrency', what: 'A currency is believed only with its issuer’s signature.',
      remove: { from: "if (!ed25519.verify(descriptor.signature, signingInput('currency', currencyStatement(descriptor)), descriptor.issuer, STRICT)) return null;", to: 'if (descriptor.signature.length !== 64) return null;' },
      tests: [contact('sees its messages out of place ignored, or the session ended, and nothing changed')],
    }, {
      file: ASSETS, function: 'whyNotReceivable', what: 'Nothing is taken that would be more than can be counted.',
      remove: { from: "    if (!hasRoom(state, currency, amount)) return 'amount_overflow';\n", to: '' },
      tests: [named('case', 'attacks/vault-overflow', 'credits of a contact’s own making › are taken up to the largest amount that can be counted, and not one more')],
    }, {
      file: ASSETS, function: 'totals', what: 'One currency named twice is judged as one amount.',
      remove: { from: 'sums.set(currency, (sums.get(currency) ?? 0n) + amount)', to: 'sums.set(currency, amount)' },
      tests: [named('case', 'attacks/vault-overflow', 'credits of a contact’s own making › that name one currency twice are judged by their sum')],
    }, {
      file: 'enclave/vault/credits/books.ts', function: 'isForged', what: 'No more of my own currency comes home than ever left.',
      remove: { from: 'return received + amount > sent + transit + writtenOff;', to: 'return received < 0n;' },
      tests: [contact('cannot redeem more than was ever given out')],
    }, {
      file: 'main/host/network/frame.codec.ts', function: 'createFrameDecoder', what: 'An empty frame ends its link as soon as its length is there.',
      remove: { from: "          if (length === 0) return refuse('peer_protocol', 'The other wallet sent an empty frame.');\n", to: '' },
      tests: [named('F', 'unit/network/frame-codec', 'an empty frame is refused as soon as its length is there')],
    }],
    also: [fuzz('a decoder › takes every message it is meant for, and none that was cut short, lengthened or is too long'), fuzz('a hostile host › that says anything in any order gets at worst a fail-stop, and never an exception'), named('F', 'attacks/vault-contact-fuzz', 'a contact that says anything › gains nothing and breaks nothing'), named('F', 'unit/cli/arguments', 'gives a code or help for any arguments, and makes nothing'), ...['every exported decoder and schema', 'every file that parses', 'every method of every contract'].map(fuzzedAll), ...fuzzed('message', 'commit', 'lane-commit', 'contact-says', 'stranger-says', 'vault/transfers.send', 'whole-host', 'ipc-call', 'web-socket', 'local-socket', 'command-line', 'typed-amount')],
  },
  {
    number: 39, attack: 'connections, streams and half-open handshakes by the hundred', expected: 'memory bounded; paired peers still served', asks: ['R', 'N'], status: 'credits',
    guards: [{
      file: GATE, function: 'createConnectionGate, denyInboundConnection', what: 'One address has its share of unfinished handshakes.',
      remove: { from: '        if ([...halfOpen.values()].filter((other) => other === host).length >= MAX_HALF_OPEN_PER_ADDRESS) return true;\n', to: '' },
      tests: [gate('gives each address its share of unfinished handshakes'), limits('bears only so many unfinished handshakes from one address')],
    }, {
      file: GATE, function: 'createConnectionGate, denyInboundConnection', what: 'One address has its share of connections.',
      remove: { from: '        if (connections().filter((c) => hostOf(c.remoteAddr) === host).length >= MAX_CONNECTIONS_PER_ADDRESS) return true;\n', to: '' },
      tests: [gate('gives each address its share of connections')],
    }, {
      file: GATE, function: 'createConnectionGate, denyPeer', what: 'One peer has its share of connections, from wherever it comes.',
      remove: { from: ' || tooManyOf(peerId.toString());', to: ';' },
      tests: [gate('gives each peer its share, from wherever it comes'), limits('bears only so many connections from one peer')],
    }, {
      file: 'enclave/vault/sessions/meeting.ts', function: 'makeRoom', what: 'Strangers cannot take every place: the one who has been there longest goes.',
      remove: { from: 'if (strangers.length >= MAX_STRANGER_SESSIONS) {', to: 'if (strangers.length < 0) {' },
      tests: [named('case', 'attacks/vault-session', 'a stranger › cannot crowd out a contact, however many of them come')],
    }, {
      file: 'enclave/runtime/input-queue.ts', function: 'InputQueue.push', what: 'What waits for the vault is bounded in number; beyond that callers are told that it is busy.',
      remove: { from: 'this.#waiting.length >= MAX_QUEUED_INPUTS || ', to: '' },
      tests: [named('case', 'unit/vault/queue', 'the queue › holds 10240 inputs; the next call is answered with busy, and there is room again afterwards')],
    }, {
      file: 'enclave/runtime/input-queue.ts', function: 'InputQueue.push', what: 'And in bytes, however few the inputs are.',
      remove: { from: ' || this.#bytes + bytes > MAX_QUEUED_BYTES) return false;', to: ') return false;' },
      tests: [named('case', 'unit/vault/queue', 'the queue › holds 67108864 bytes, however few the inputs; a frame beyond that ends its connection with busy')],
    }, {
      file: RECEIVING, function: 'onCommit', what: 'Commits far beyond what their source has closed are not taken, so their answers cannot pile up.',
      remove: { from: '  if (frame.seq > Math.max(lane.closedUpTo, Math.min(closing, lane.consumedUpTo)) + MAX_LANE_WINDOW) return;\n', to: '' },
      tests: [contact('cannot make answers pile up: commits far beyond what it has closed are not taken')],
    }, {
      file: RECEIVING, function: 'onOffer', what: 'A contact has so many offers open with me and no more.',
      remove: { from: "  if (open >= MAX_OPEN_OFFERS) return void tell(turn, contact, { type: 'decline', id, reason: 'too_many' });\n", to: '' },
      tests: [contact('cannot fill me with offers, requests or lanes')],
    }, {
      file: 'main/host/services/frame-credit.ts', function: 'frameCredit', what: 'A link waits until the vault has read what it said; meanwhile its sender is held back.',
      remove: { from: 'if (frames < MAX_FRAMES_UNDER_WAY && bytesUnderWay < MAX_BYTES_UNDER_WAY) return undefined;', to: 'if (frames > 0) return undefined;' },
      tests: [named('case', 'unit/services/meetings', 'a neighbour who floods › with frames of 1 bytes is held back until the vault has read 64 of them, and nobody else is')],
    }, {
      file: 'main/host/network/stream-link.ts', function: 'streamLink, leave', what: 'A link whose other end does not read is closed, instead of piling up what it does not take.',
      remove: { from: 'if (queued > MAX_SEND_QUEUE_BYTES) abort(NOT_READING);\n    else if (queued > 0', to: 'if (queued > 0' },
      tests: [named('case', 'unit/network/stream-link', 'is closed at once when more is queued than a link may hold')],
    }, {
      file: 'main/host/transports/local-socket.ts', function: 'serveEndpoint', what: 'The local socket serves so many clients at once.',
      remove: { from: '  server.maxConnections = MAX_LOCAL_CLIENTS;\n', to: '' },
      tests: [named('R', 'contract/transports-local-socket', 'malformed and excessive input › admits at most 64 clients, and the next once one has left')],
    }, {
      file: 'main/host/transports/web-server.ts', function: 'serveWeb', what: 'The local page serves so many open pages at once.',
      remove: { from: "      : sockets.clients.size >= MAX_WEB_SOCKETS ? '503 Service Unavailable'\n", to: '' },
      tests: [named('R', 'attacks/local-web-contract', 'the contract › opens at most 32 at once')],
    }],
    also: [named('R', 'contract/carrier-libp2p', 'Carrier over libp2p › closes a link whose other end does not read, instead of piling up memory'), named('R', 'attacks/flood', 'a wallet whose neighbour floods it › with half-open serves its contacts, old and back again, and stays small'), named('N', 'e2e/netns-carrier', 'Carriers in network namespaces › serve a contact, old and new, while a neighbour floods them with half-open')],
  },
  {
    number: 40, attack: 'forged or flooding discovery records', expected: 'a hint only; capped', asks: ['S', 'N'], status: 'credits',
    lacking: 'the simulator has no discovery: a hint leads to a dial and no further, which has its own tests.', without: ['S'],
    guards: [{
      file: RECORD, function: 'sightingIn', what: 'A record names its own sender’s address, or nobody’s.',
      remove: { from: 'target.host !== sender || ', to: '' },
      tests: [discovery('A multicast DNS record › cannot point at somebody else than its sender')],
    }, {
      file: RECORD, function: 'sightingIn', what: 'A record names one peer.',
      remove: { from: '        if (peerId !== null && peerId !== target.peerId) return null;\n', to: '' },
      tests: [discovery('A multicast DNS record › names one peer')],
    }, {
      file: HINTS, function: 'createHintTable, see', what: 'The table of sightings has an end.',
      remove: { from: '        if (seen.size >= MAX_HINTS) return null;\n', to: '' },
      tests: [discovery('The table of sightings › has an end, and room again when sightings grow old')],
    }, {
      file: HINTS, function: 'createHintTable, see', what: 'One sender has its share of the table.',
      remove: { from: '        if ([...seen.values()].filter((entry) => entry.sender === sender).length >= MAX_HINTS_PER_SENDER) return null;\n', to: '' },
      tests: [discovery('The table of sightings › gives one sender its share and no more')],
    }, {
      file: 'main/host/network/packet-share.ts', function: 'createPacketShare, admit', what: 'So many packets of one sender are read in a second.',
      remove: { from: 'count >= MAX_PACKETS_PER_SENDER || ', to: '' },
      tests: [discovery('The share of packets › is each sender’s own, every second anew')],
    }],
    also: [named('F', 'unit/network/discovery', 'A multicast DNS record › of any content gives a sighting or none, never an error'), named('N', 'e2e/netns-carrier', 'Carriers in network namespaces › keep a forged crowd to its share, and still find the real neighbour')],
  },
];
