/** Rows 45 to 50: the clock, newer data, what is read, what a host may not have, other users, books on the way. */
import { fuzzed, named, simulated } from '../known-tests.ts';
import type { Row } from '../row.ts';

const GUARD = 'main/host/transports/web-guard.ts';
const NODE_MODULE = 'main/host/modules/node-module.ts';
const PRIVATE = 'main/host/storage/private-folder.ts';
const module = (name: string) => named('R', 'contract/module-process', `a module under --permission › ${name}`);
const secrets = (kind: 'F' | 'case', name: string) => named(kind, 'attacks/vault-secrets', `a host › ${name}`);
const sent = (name: string) => named('R', 'attacks/local-web-files', name);
const page = (name: string) => named('R', 'attacks/local-web', name);
const folders = (name: string) => named('R', 'unit/storage/state-folder', `private folders › ${name}`);

export const surroundings: readonly Row[] = [
  {
    number: 45, attack: 'the clock is turned back or forward', expected: 'no gain for a borrower', asks: ['S', 'T'], status: 'books not covered yet',
    lacking: 'what a borrower could gain is not tried here yet; the vault’s own time is. A platform with a clock of its own needs a TPM.', without: ['T'],
    guards: [{
      file: 'enclave/vault/time.ts', function: 'advance', what: 'The vault counts how far the clock has gone forward and ignores every step back.',
      remove: { from: 'now + Math.max(0, hostClock - clock)', to: 'now + hostClock - clock' },
      tests: [named('F', 'unit/vault/time', 'the vault’s time › never goes back, wherever the clock is turned, and grows by what the clock has gone forward'), named('case', 'unit/vault/time', 'the vault’s time › does not pass faster for whoever turns the clock back and waits: a lock ends after as long as it would have')],
    }],
    also: [simulated, named('case', 'unit/vault/limits', 'a wrong PIN › costs nothing three times, then half a minute, then twice as long each time, up to an hour; it never wipes anything')],
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
  { number: 47, attack: 'a hostile EPUB or PDF: bombs, broken structure, endless layout, network references', expected: 'a clear error; the reader restarted; the vault unaffected; nothing fetched', asks: ['F', 'R'], status: 'books not covered yet', lacking: 'books and their reader have tests of their own; their guards are not listed here yet.', without: ['R'], guards: [], also: fuzzed('zip', 'xml', 'book-documents', 'book', 'reader/book.open', 'reader/book.search') },
  {
    number: 48, attack: 'the host asks a module for what it may not have', expected: 'refused', asks: ['F'], status: 'credits',
    lacking: 'for text of books without the right to it the guards are not listed here yet.',
    guards: [{
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
      remove: { from: 'checkRequest: (request) => checkSite(request) ?? checkSession(request),', to: 'checkRequest: (request) => checkSite(request),' },
      tests: [page('letting a browser in › turns away whoever has no cookie, and says what to do')],
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
      remove: { from: '    await rm(folder, { recursive: true, force: true });\n    return new OfferedFiles(folder);', to: '    await Promise.resolve();\n    return new OfferedFiles(folder);' },
      tests: [named('case', 'unit/library/offered-files', 'removes what an earlier run, or this one, has left')],
    }],
    also: [named('R', 'contract/transports-local-socket', 'who can open it › lets no other user in'), named('U', 'e2e/cli-ui', 'prints an address that opens one browser once, and another when asked for')],
  },
  { number: 50, attack: 'the ciphertext of a book is corrupted or swapped on its way', expected: 'detected at the chunk; asked for again', asks: ['S', 'R'], status: 'books not covered yet', lacking: 'books and their reader have tests of their own; their guards are not listed here yet.', without: ['S', 'R'], guards: [], also: fuzzed('sealed-chunk', 'manifest', 'content-question', 'content-answer', 'content-folder', 'published-book') },
];
