/** Rows 45 to 50: the clock, newer data, what is read, what a host may not have, other users, books on the way. */
import { fuzzed, named, simulated, simulatedWithout } from '../known-tests.ts';
import type { Row } from '../row.ts';

const GUARD = 'main/host/transports/web-guard.ts';
const NODE_MODULE = 'main/host/modules/node-module.ts';
const PRIVATE = 'main/host/storage/private-folder.ts';
const module = (name: string) => named('R', 'contract/module-process', `a module under --permission › ${name}`);
const secrets = (kind: 'F' | 'case', name: string) => named(kind, 'attacks/vault-secrets', `a host › ${name}`);
const sent = (name: string) => named('R', 'attacks/local-web-files', name);
const page = (name: string) => named('R', 'attacks/local-web', name);
const loan = (name: string) => named('case', 'unit/vault/reading-time', `the time of a loan, while the program runs › ${name}`);
const lent = (name: string) => named('case', 'unit/vault/loans', `a book that is lent › ${name}`);
const hostile = (name: string) => named('R', 'attacks/reader-hostile-books', name);
const stored = (name: string) => named('R', 'unit/library/content-store', `ciphertext that is fetched › ${name}`);
const folders = (name: string) => named('R', 'unit/storage/state-folder', `private folders › ${name}`);

export const surroundings: readonly Row[] = [
  {
    number: 45, attack: 'the clock is turned back or forward', expected: 'no gain for a borrower', asks: ['S', 'T'], status: 'credits',
    lacking: 'a platform with a clock of its own needs a TPM. Time during which the program does not run is not counted where the clock is turned back meanwhile.', without: ['T'],
    guards: [{
      file: 'enclave/vault/time.ts', function: 'advance', what: 'The vault counts how far the clock has gone forward and ignores every step back.',
      remove: { from: 'now + Math.max(0, hostClock - clock)', to: 'now + hostClock - clock' },
      tests: [named('F', 'unit/vault/time', 'the vault’s time › never goes back, wherever the clock is turned, and grows by what the clock has gone forward'), named('case', 'unit/vault/time', 'the vault’s time › does not pass faster for whoever turns the clock back and waits: a lock ends after as long as it would have')],
    }, {
      file: 'enclave/runtime/driver.ts', function: 'Driver.#group', what: 'Time that passed is not given back because nothing else was to be kept.',
      remove: { from: '      journal.applyVolatile(changes);\n      journal.passTime(time);\n', to: '      journal.applyVolatile(changes);\n' },
      tests: [loan('goes on from where it was when the clock is turned back, and the book closes')],
    }, {
      file: 'enclave/runtime/driver.ts', function: 'Driver.#undo', what: 'Nor because the disk was full.',
      remove: { from: '    journal.passTime(time);\n    for (const input of inputs) {', to: '    for (const input of inputs) {' },
      tests: [loan('passes while the disk is full')],
    }, {
      file: 'enclave/vault/step.ts', function: 'step', what: 'The time of a loan is noted now and then, and that it is over, so that a start with an earlier date does not give it back.',
      remove: { from: '        noteLoanTime(turn);\n', to: '' },
      tests: [loan('stays over for whoever starts the program again with an earlier date'), loan('is not given back to whoever starts the program again with an earlier date')],
    }, {
      file: 'enclave/vault/library/reading.ts', function: 'open', what: 'A book whose time is over is not opened.',
      remove: { from: "  if (isOver(licence, turn.time)) return refuse('licence_expired',", to: "  if (turn.time.now < 0) return refuse('licence_expired'," },
      tests: [lent('gains nothing by a clock that is turned back, before or after it was lent')],
    }, {
      file: 'enclave/vault/step.ts', function: 'step', what: 'A reader is closed when the time is over, whatever else would have to be kept on a full disk.',
      remove: { from: '      if (watchReading(turn)) {', to: '      watchReading(turn);\n      if (turn.time.now >= 0) {' },
      tests: [loan('is over also while the disk is full, and the lender there: the reader is closed')],
    }, {
      file: 'enclave/vault/library/terms.ts', function: 'isOver', what: 'The lender’s word that the time is over counts, whatever the borrower’s clock says.',
      remove: { from: "  (licence.state === 'borrowed' && licence.over) || ", to: '  ' },
      tests: [lent('goes home when the lender says its time is over, whatever the borrower’s clock says')],
    }],
    also: [simulatedWithout('clock-believed'), simulatedWithout('due-date-ignored'), simulatedWithout('overdue-left-open'), simulated, named('case', 'unit/vault/limits', 'a wrong PIN › costs nothing three times, then half a minute, then twice as long each time, up to an hour; it never wipes anything')],
  },
  {
    number: 46, attack: 'an older app opens newer data', expected: 'refused, the data untouched', asks: ['R'], status: 'credits',
    guards: [{
      file: 'main/host/storage/level-folder.ts', function: 'openDatabase', what: 'A folder of a newer format is refused before its database is touched.',
      remove: { from: 'if (format !== null && format > FORMAT) {', to: 'if (format === -1) {' },
      tests: [named('R', 'unit/storage/level-package-store', 'the format › of a newer version is refused, and not one byte is touched'), named('R', 'e2e/restore', 'a folder of a newer version is refused and left as it is')],
    }, {
      file: 'enclave/runtime/packages.codec.ts', function: 'ofVersion1', what: 'A package or snapshot of a newer version stops the vault, which says so.',
      remove: { from: "if ((value as { version?: unknown }).version !== 1) throw", to: 'if ((value as { version?: unknown }).version === null) throw' },
      tests: [named('case', 'unit/vault/newer-data', 'a wallet that a newer version wrote › is not opened for its package, and nothing of it is changed'), named('case', 'unit/vault/newer-data', 'a wallet that a newer version wrote › is not opened for its snapshot either')],
    }],
  },
  {
    number: 47, attack: 'a hostile EPUB or PDF: bombs, broken structure, endless layout, network references', expected: 'a clear error; the reader restarted; the vault unaffected; nothing fetched', asks: ['F', 'R'], status: 'credits',
    lacking: 'that nothing is fetched is seen from outside; it has no guard to take out, as there is no code that could.',
    guards: [{
      file: 'enclave/reader/books/open-book.ts', function: 'openBook', what: 'A book that another app has encrypted is refused and called that.',
      remove: { from: 'if (about.spine.some(({ path }) => encrypted.files.has(path))) throw', to: 'if (about.spine.length < 0) throw' },
      tests: [hostile('files that are not what they say › books that are protected say so')],
    }, {
      file: 'enclave/reader/books/open-book.ts', function: 'flowing', what: 'A file in the book that unpacks to more than a reader takes is not unpacked.',
      remove: { from: '  mustUnpack(zip);\n', to: '' },
      tests: [hostile('bombs › a file that unpacks to gigabytes is refused before it is unpacked')],
    }, {
      file: 'main/host/modules/reader-module.ts', function: 'startReader, watch', what: 'A reader that takes too long is ended; the next book opens.',
      remove: { from: 'if (left <= 0 || inAll <= 0) return end(TOO_LONG);', to: '' },
      tests: [named('R', 'e2e/reader-process', 'a reader in its own process › that takes too long is ended, and the next book opens')],
    }],
    also: [
      hostile('files that are not what they say › a PDF that is an EPUB are refused with a code'), hostile('references out of the book › to the network are not followed, from anywhere'), hostile('references out of the book › to files of the computer show nothing of them'),
      named('R', 'e2e/reader-process', 'a reader in its own process › that is killed fails its calls with a code, at once and for good; the next book opens'), ...fuzzed('zip', 'book-documents', 'xml', 'book-reference', 'book', 'published-book'),
    ],
  },
  {
    number: 48, attack: 'the host asks a module for what it may not have', expected: 'refused', asks: ['F'], status: 'credits',
    lacking: 'for text of books without the right to it the guards are not listed here yet.',
    guards: [{
      file: 'enclave/vault/library/reading.ts', function: 'showCover', what: 'To show a cover, a host is given a key that opens the cover and no page: a book that was never opened stays so.',
      remove: { from: 'coverKey: coverKeyOf(contentKey)', to: 'coverKey: contentKey' },
      tests: [named('case', 'unit/vault/covers', 'a grant for a cover › holds the key of the cover and not that of the book')],
    }, {
      file: 'enclave/runtime/sealing.ts', function: 'sealerFrom', what: 'What leaves the vault for the disk is sealed: a host that reads it learns nothing.',
      remove: [
        { from: 'concatBytes(nonce, xchacha20poly1305(key, nonce, associated(kind, number)).encrypt(plaintext))', to: 'concatBytes(nonce, plaintext, new Uint8Array(16))' },
        { from: 'return xchacha20poly1305(key, sealed.subarray(0, NONCE_BYTES), associated(kind, number)).decrypt(sealed.subarray(NONCE_BYTES));', to: 'return sealed.subarray(NONCE_BYTES, -16);' },
      ],
      tests: [secrets('case', 'that reads the disk finds neither a secret nor a name or an amount in it')],
    }, {
      file: 'enclave/vault/step.ts', function: 'withoutSecrets', what: 'A PIN that was typed is not kept, not even in the sealed journal.',
      remove: { from: "['pin', 'current', 'next', ", to: '[' },
      tests: [secrets('case', 'that opens the journal all the same finds no PIN there: what was typed is not kept')],
    }, {
      file: NODE_MODULE, function: 'spawnNodeModule', what: 'A module’s process may read its own bundle and nothing else, and start nothing.',
      remove: { from: "['--permission', `--allow-fs-read=${bundlePath}`, ", to: '[' },
      tests: [module('may not read a file SECRET'), module('may not start a program '), module('may not write a file SECRET')],
    }, {
      file: NODE_MODULE, function: 'withoutInheritedFiles', what: 'It inherits none of the files that its host has open.',
      remove: { from: 'return start([...own, ...Array.from({ length: highestDescriptor() + OPENED_MEANWHILE - own.length }, () => nothing)]);', to: 'return start([...own, nothing].slice(0, own.length));' },
      tests: [module('inherits none of the files that its host has open')],
    }, {
      file: NODE_MODULE, function: 'spawnNodeModule', what: 'It has no environment.',
      remove: { from: ', env: {}, stdio', to: ', env: process.env, stdio' },
      tests: [module('has an empty environment, and nothing to read but its own bundle')],
    }],
    also: [secrets('F', 'that asks for everything there is, by every method and with any input, learns no secret'), named('R', 'e2e/vault-crash', 'the process of a vault › has no environment, and permission to read its bundle only'), ...fuzzed('host-messages', 'reader-messages', 'reader-part', 'vault/books.open', 'published-book')],
  },
  {
    number: 49, attack: 'other users of the computer reach the data folder, the socket, the local web page', expected: 'refused', asks: ['R', 'U'], status: 'credits',
    guards: [{
      file: PRIVATE, function: 'makeFolders', what: 'Folders of a wallet are made for their owner only, whatever the umask.',
      remove: { from: 'await mkdir(folder, { mode: 0o700 });\n    return folder;', to: 'await mkdir(folder, { mode: 0o755 });\n    return folder;' },
      tests: [folders('are made with mode 0700, whatever the umask')],
    }, {
      file: PRIVATE, function: 'ensurePrivateFolder', what: 'A folder that others can write is refused.',
      remove: { from: 'if (found.mode & OTHERS_WRITE) {', to: 'if (found.mode < 0) {' },
      tests: [named('R', 'unit/storage/level-package-store', 'only the owner can enter the store; a folder that others can write is refused')],
    }, {
      file: PRIVATE, function: 'ensurePrivateFolder', what: 'A folder that belongs to somebody else is refused.',
      remove: { from: '  if (found.uid !== process.getuid?.()) refuse(', to: '  if (found.uid < 0) refuse(' },
      tests: [folders('a folder that belongs to another user is refused')],
    }, {
      file: 'main/host/storage/root-secret.file.ts', function: 'fileRootSecretStore, load', what: 'A secret that others can read is not used.',
      remove: { from: "if (process.platform !== 'win32' && (mode & 0o077) !== 0) {", to: "if (process.platform !== 'win32' && mode < 0) {" },
      tests: [named('R', 'unit/storage/root-secret', 'a file with mode 420, which others can read, is refused')],
    }, {
      file: 'main/host/transports/local-socket.ts', function: 'tryListen', what: 'The local socket is the owner’s.',
      remove: { from: "  if (!path.startsWith('\\\\\\\\.\\\\pipe\\\\')) await chmod(path, 0o600);\n", to: '' },
      tests: [named('R', 'contract/transports-local-socket', 'who can open it › is 0600 in a folder that it closes to others')],
    }, {
      file: 'main/host/transports/web-server.ts', function: 'serveWeb', what: 'The local page is served on loopback.',
      remove: { from: 'http.listen(options.port, LOOPBACK, resolve);', to: "http.listen(options.port, '0.0.0.0', resolve);" },
      tests: [page('listens on loopback only')],
    }, {
      file: GUARD, function: 'createWebGuard, checkSite', what: 'A request must name this page as its host, so that no foreign name can be pointed at it.',
      remove: { from: 'if (host === undefined || !hosts.has(host)) return', to: 'if (host === undefined) return' },
      tests: [page('foreign pages › answers no request for the host evil.example, token and cookie or not')],
    }, {
      file: GUARD, function: 'createWebGuard, checkSite', what: 'A request that says it comes from another origin is turned away.',
      remove: { from: ': origin !== `http://${host}`) return', to: ': origin.length > 1000) return' },
      tests: [page('foreign pages › refuses a request that carries a foreign origin')],
    }, {
      file: GUARD, function: 'createWebGuard, checkRequest', what: 'Nothing is shown without a session.',
      remove: { from: "checkSite(request) ?? checkSession(request, request.method !== 'GET' && request.method !== 'HEAD'),", to: 'checkSite(request),' },
      tests: [page('letting a browser in › turns away whoever has no cookie, and says what to do')],
    }, {
      file: GUARD, function: 'createWebGuard, checkSession', what: 'Nothing can be done with the cookie alone, which browsers send to every port of this computer.',
      remove: { from: '!keyRequired || sessions.isKey(secret, keyIn(request))', to: 'true' },
      tests: [sent('takes nothing without a session, with a wrong one, or from another site')],
    }, {
      file: 'main/host/transports/web-sessions.ts', function: 'createWebSessions, redeem', what: 'A printed address lets one browser in, once.',
      remove: { from: '      tokens.delete(hash);\n', to: '' },
      tests: [page('letting a browser in › takes a token once')],
    }, {
      file: 'main/host/library/offered-files.ts', function: 'receive', what: 'A file that a browser sends is kept under a name of ours, in a folder of ours.',
      remove: { from: "const path = join(this.#folder, randomBytes(16).toString('hex'));", to: 'const path = join(this.#folder, name);' },
      tests: [sent('never makes a path of the name')],
    }, {
      file: 'main/host/library/offered-files.ts', function: 'receive', what: 'Only so many of them may fill the disk.',
      remove: { from: 'if (this.#received >= MAX_RECEIVED_FILES) refuse(', to: 'if (this.#received < 0) refuse(' },
      tests: [sent('keeps only so many that wait to be published, and takes more when one is let go')],
    }, {
      file: 'main/host/library/offered-files.ts', function: 'open', what: 'What an earlier run left of them is removed.',
      remove: { from: '    await rm(folder, { recursive: true, force: true });\n    return new OfferedFiles(folder, free);', to: '    await Promise.resolve();\n    return new OfferedFiles(folder, free);' },
      tests: [named('case', 'unit/library/offered-files', 'removes what an earlier run, or this one, has left')],
    }],
    also: [named('R', 'contract/transports-local-socket', 'who can open it › lets no other user in'), named('U', 'e2e/cli-ui', 'prints an address that opens one browser once, and another when asked for')],
  },
  {
    number: 50, attack: 'the ciphertext of a book is corrupted or swapped on its way', expected: 'detected at the chunk; asked for again', asks: ['S', 'R'], status: 'credits',
    lacking: 'the simulator carries no ciphertext, which never enters a vault.', without: ['S'],
    guards: [{
      file: 'main/host/library/content-store.ts', function: 'ContentStore.put', what: 'A chunk is kept only if it is the one that the list of chunks names.',
      remove: { from: "    if (!isChunkOf(held.manifest, index, chunk, sha256)) refuse('chunk_damaged', 'A part of the book arrived damaged.', { chunk: index });\n", to: '' },
      tests: [stored('is not taken if it is another list of chunks, or another chunk')],
    }, {
      file: 'main/host/library/content-store.ts', function: 'ContentStore.begin', what: 'The list of chunks is the one that the licence names.',
      remove: { from: 'if (!manifest.ok || contentIdOf(manifestBytes) !== content) return refuse(', to: 'if (!manifest.ok) return refuse(' },
      tests: [stored('is not taken if it is another list of chunks, or another chunk'), named('case', 'unit/library/fetching', 'whoever does not have it, or lies, › cannot slip in another chunk, or another book: what does not fit is asked for again elsewhere')],
    }, {
      file: 'main/host/library/content-store.ts', function: 'ContentStore.chunk', what: 'A chunk is looked at again whenever it is read; one that has rotted counts as missing, and is asked for again.',
      remove: { from: '    if (bytesRead === length && isChunkOf(held.manifest, index, chunk, sha256)) return chunk;\n', to: '    if (bytesRead === length) return chunk;\n' },
      tests: [stored('is noticed when it rots on the disk, and asked for again')],
    }],
    also: [...fuzzed('content-question', 'content-answer', 'content-folder'), named('case', 'unit/library/fetching', 'a book that somebody has › is put together from several who have parts of it')],
  },
];
