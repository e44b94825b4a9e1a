/** Rows 9 to 18: what the disk and the computer do to a wallet's files, and to the processes that use them. */
import { explored, fuzzed, named, powerFails, simulated, simulatedWithout } from '../known-tests.ts';
import type { Row } from '../row.ts';

const JOURNAL = 'enclave/runtime/journal.ts';
const SEALING = 'enclave/runtime/sealing.ts';
const REGISTER = 'main/host/storage/register-file.ts';
const WALLET_FILES = 'main/host/services/wallet-files.ts';
const LOCK = 'main/host/storage/data-lock.ts';
const ROLLED_BACK = 'a wallet whose whole machine was put back';

export const disk: readonly Row[] = [
  {
    number: 9, attack: 'a bit is flipped anywhere in the store', expected: 'fail-stop with a clear message', asks: ['F'], status: 'credits',
    lacking: 'packages older than the newest snapshot are checked by `explain`, not at start; a damaged archive record, of up to 32 transfers, is left out of the history.',
    guards: [{
      file: SEALING, function: 'sealerFrom, open', what: 'Nothing is opened that is not, to the bit, what this wallet sealed.',
      remove: [
        { from: "import { xchacha20poly1305 } from", to: "import { xchacha20, xchacha20poly1305 } from" },
        { from: 'return xchacha20poly1305(key, sealed.subarray(0, NONCE_BYTES), associated(kind, number)).decrypt(sealed.subarray(NONCE_BYTES));', to: 'return xchacha20(key, sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES, -16), undefined, 1);' },
      ],
      tests: [named('F', 'attacks/vault-rollback', 'a damaged disk › is refused wherever one bit is the other way round')],
    }, {
      file: SEALING, function: 'sealerFrom, associated', what: 'Kind and number are part of the seal, so that nothing sealed can stand in for anything else.',
      remove: { from: '`${FAMILY} ${kind} ${number}`', to: 'FAMILY' },
      tests: [named('case', 'attacks/vault-rollback', 'a damaged disk › with another wallet’s packages, or its own in another order, is refused'), named('case', 'attacks/vault-rollback', 'a damaged disk › shows no archive record that was put in, moved or damaged')],
    }, {
      file: 'enclave/runtime/archive.ts', function: 'archivedWithId', what: 'Whichever record the host gives, no transfer is shown for another.',
      remove: { from: '.findLast((finished) => idOf(finished) === id) ?? null', to: '.at(-1) ?? null' },
      tests: [named('case', 'unit/vault/archive', 'the archive › does not go round in circles with a host that shows the same again, nor shows one transfer for another')],
    }, {
      file: REGISTER, function: 'openRegisterFile, advance', what: 'Both slots agree at rest, so a slot that rots later is not taken for a write that never finished.',
      remove: { from: "        echo = write(handle, otherSlot(now.next), bytes).catch((error: unknown) => stop('written', error));\n", to: '' },
      tests: [named('F', 'unit/storage/register-file', 'rot › any one flipped bit, at rest, changes nothing')],
    }, {
      file: 'main/host/storage/level-folder.ts', function: 'openDatabase', what: 'A database that has lost its list of files is damage, and is not silently begun anew.',
      remove: { from: 'const fresh = format === null && names', to: 'const fresh = format !== -1 || names' },
      tests: [named('R', 'unit/storage/level-package-store', 'damage › a lost CURRENT is refused, and what is left is kept instead of started over')],
    }],
    also: [named('F', 'attacks/vault-fuzz', 'a hostile host › that lies about its disk gets a fail-stop before the vault says anything'), ...fuzzed('sealed-package', 'register-slots', 'register-file', 'archive-record', 'store-format', 'store-answers'), simulated],
  },
  {
    number: 10, attack: 'an older package or folder is restored', expected: 'fail-stop that names the rollback', asks: ['E', 'S', 'R'], status: 'credits',
    guards: [{
      file: JOURNAL, function: 'Journal.#replay', what: 'A chain that ends before the register’s hash is an older one, and is not opened.',
      remove: { from: "if (chunk.length === 0) stop('rollback_detected', ROLLED_BACK);", to: 'if (chunk.length === 0) break;' },
      tests: [named('E', 'attacks/vault-rollback', 'an older disk › under a newer register is refused as a rollback, however little older'), named('R', 'e2e/restore', 'an older copy put back › of the whole data folder is refused and left as it is; the newest folder opens again and goes on')],
    }, {
      file: JOURNAL, function: 'Journal.#replay', what: 'Two packages beyond the register are more than a crash can leave: the register is the older one.',
      remove: { from: 'if (beyond.length > 1) stop(', to: 'if (beyond.length < 0) stop(' },
      tests: [named('E', 'attacks/vault-rollback', 'an older register › is refused when it is older by more than the one package that a crash can leave')],
    }, {
      file: JOURNAL, function: 'Journal.#unregistered', what: 'Packages without a register are not opened, and no new wallet is made over them.',
      remove: { from: 'if (snapshot || packages.length > 1) {', to: 'if (snapshot) {' },
      tests: [named('case', 'attacks/vault-rollback', 'an older register › that is missing is refused, and no new wallet is made over the old one')],
    }, {
      file: WALLET_FILES, function: 'openWalletFiles', what: 'A wallet that was made and whose register is gone has lost it, and is not taken for one that is still to be made.',
      remove: { from: 'if ((await isMade(dataDir, walletId)) && (await register.read()) === null) throw', to: 'if ((await isMade(dataDir, walletId)) && walletId === null) throw' },
      tests: [named('R', 'unit/services/wallet-files', 'a wallet whose register only was deleted is not made anew over')],
    }],
    also: [simulatedWithout('older-folder-opened')],
  },
  {
    number: 11, attack: 'two sibling packages for one number', expected: 'at most one lineage ever sends', asks: ['X', 'E'], status: 'credits',
    guards: [{
      file: JOURNAL, function: 'Journal.commit', what: 'The register advances only from the value that this vault knows; another copy that moved it on is met here.',
      remove: { from: 'await register.advance(this.#registered, hash);', to: 'await register.advance(await register.read(), hash);' },
      tests: [named('case', 'attacks/vault-rollback', 'a stray package › made while another copy has moved the register on is never released')],
    }, {
      file: REGISTER, function: 'openRegisterFile, advance', what: 'The register compares before it advances.',
      remove: { from: 'if (!same(now?.value ?? null, from)) {', to: 'if (from === to) {' },
      tests: [named('R', 'contract/freshness-register', 'freshness register: file › an advance from any other value is refused and changes nothing'), named('R', 'contract/freshness-register', 'freshness register: file › of advances that race from one value exactly one succeeds')],
    }],
    also: [explored, powerFails('offer, accept, commit, ack'), named('case', 'attacks/vault-rollback', 'a stray package › has a sibling: of two packages for one number, only the one in the register ever counts')],
  },
  {
    number: 12, attack: 'the folder is cloned to a second computer', expected: 'tpm2: refused; software: refused without the state folder, with it a fork proof', asks: ['T', 'S'], status: 'credits',
    lacking: 'the `tpm2` half needs a TPM.', without: ['T'],
    guards: [{
      file: WALLET_FILES, function: 'newRootSecret', what: 'A folder with packages is given no new secret: what opens it is on another computer.',
      remove: { from: "  if (!empty) throw new Refusal('register_missing', SECRET_MISSING);\n", to: '' },
      tests: [named('R', 'unit/services/wallet-files', 'a folder with packages whose state folder is on another computer is not given a new secret')],
    }, {
      file: 'enclave/vault/people/witnesses.ts', function: 'witness', what: 'Another head for a number that is remembered becomes a proof that the wallet runs twice.',
      remove: { from: '  if (known?.n === position.n) return keepProof(turn, instance, { first: known, second: position });\n', to: '' },
      tests: [named('case', 'unit/vault/fork-proofs', 'a proof › comes to light when two who were told different things meet, each having seen one of them')],
    }],
    also: [simulated, named('R', 'e2e/restore', 'the freshness register › that did not come along when the data folder was copied is missed')],
  },
  {
    number: 13, attack: 'the whole machine is rolled back, register included', expected: 'software: a witness stops it at the next meeting', asks: ['S'], status: 'credits',
    guards: [{
      file: JOURNAL, function: 'Journal.#isPast', what: 'A position beyond the head that this vault signed once means that it is the older copy.',
      remove: { from: 'if (n > this.#head.n) return false;', to: 'if (n > this.#head.n) return true;' },
      tests: [named('case', 'unit/vault/witnesses', `${ROLLED_BACK} › stops at its next meeting with anyone who remembers it later`)],
    }, {
      file: JOURNAL, function: 'Journal.#isPast', what: 'A position below the head is compared with what the journal holds for that number.',
      remove: { from: 'return equalBytes(head, ours);', to: 'return ours.length > 0;' },
      tests: [named('case', 'unit/vault/witnesses', `${ROLLED_BACK} › stops even if it has gone on further than they remember`)],
    }, {
      file: JOURNAL, function: 'Journal.#isPast', what: 'A position that cannot be compared, because the host does not have what it takes, stops the vault.',
      remove: { from: "?? stop('store_corrupt', DAMAGED);\n    return equalBytes(head, ours);", to: '?? head;\n    return equalBytes(head, ours);' },
      tests: [named('case', 'unit/vault/compaction', 'who remembers an old position of a wallet › is met by no wallet whose host withholds the trace of what is gone')],
    }, {
      file: 'enclave/runtime/released-heads.ts', function: 'digestsIn', what: 'Digests of packages that were let go of count only if they lead from one head that the journal knows to the next.',
      remove: { from: 'return equalBytes(end, joints[block] ?? head) ? bytes : null;', to: 'return end.length > 0 ? bytes : null;' },
      tests: [named('case', 'unit/runtime/released-heads', 'after packages were let go of › a block that is missing, cut short, changed or in another’s place tells nothing')],
    }, {
      file: JOURNAL, function: 'Journal.load', what: 'What contradicted it is kept in the journal, so that it stays stopped when it is started again.',
      remove: { from: "    if (state.get('contradiction', 'self')) stop('rollback_detected', COPIED);\n", to: '' },
      tests: [named('case', 'attacks/vault-hostile-contact', 'a vault › a vault that a witness has stopped stays stopped when it is started again')],
    }],
    also: [simulatedWithout('witness-ignored'), simulated],
  },
  {
    number: 14, attack: 'two vaults on one folder', expected: 'the second refuses and names the holder', asks: ['R', 'X'], status: 'credits',
    guards: [{
      file: LOCK, function: 'take', what: 'The lock is held as long as the process lives, by the operating system.',
      remove: { from: 'await db.open();\n    return db;', to: 'await db.open();\n    await db.close();\n    return db;' },
      tests: [named('R', 'unit/storage/data-lock', 'a second start is refused and told who holds the folder')],
    }, {
      file: LOCK, function: 'lockFolder', what: 'Within one process a second lock is refused before it can loosen the first.',
      remove: { from: 'if (!unclaim) throw lockedBy(folder, await holderOf(location), null);', to: 'if (!unclaim) return { release: async () => undefined };' },
      tests: [named('R', 'unit/storage/data-lock', 'within one process the second lock is refused too, and works once the first is released')],
    }, {
      file: LOCK, function: 'lockedBy', what: 'Whoever comes second is told which process has it.',
      remove: { from: 'if (!holder) return', to: 'if (!holder || holder.pid > 0) return' },
      tests: [named('R', 'unit/storage/data-lock', 'a second start is refused and told who holds the folder')],
    }, {
      file: WALLET_FILES, function: 'openWalletFiles', what: 'Two copies of a data folder share one state folder, which is locked as well.',
      remove: { from: 'const lock: FolderLock = await lockFolder(ownState, shell)', to: "const lock: FolderLock = await lockFolder(join(dataDir, 'lock of its own'), shell)" },
      tests: [named('R', 'unit/services/wallet-files', 'a copy of a folder that is open is refused, and told that it is a copy')],
    }],
    also: [explored, named('R', 'e2e/restore', 'a wallet that is being served › does not open a second time, nor does a copy of its folder, and both say who has it'), named('U', 'e2e/electron-shell', 'the desktop app › says in its window that the folder is in use elsewhere, and opens it once it is free')],
  },
  {
    number: 15, attack: 'the register is advanced by an intruder', expected: 'fail-stop, no more than denial of service', asks: ['T'], status: 'needs a TPM',
    lacking: 'the register of a TPM; in its file the same is tried.', without: ['T'],
    guards: [{
      file: JOURNAL, function: 'Journal.#replay', what: 'A register with a value that this wallet never had opens nothing.',
      remove: { from: 'while (!equalBytes(hash, registered)) {', to: 'for (let more = true; more; more = (await this.#ports.store.packages(n + 1, 1)).length > 0) {' },
      tests: [named('case', 'attacks/vault-rollback', 'an older register › with a value that was never its own is refused')],
    }],
  },
  { number: 16, attack: 'the NV index is deleted and made again', expected: 'refused', asks: ['T'], status: 'needs a TPM', lacking: 'the register of a TPM.', without: ['T'], guards: [] },
  { number: 17, attack: 'the TPM is slow, throttled or absent', expected: 'back-pressure; no silent downgrade', asks: ['T'], status: 'needs a TPM', lacking: 'the register of a TPM.', without: ['T'], guards: [] },
  {
    number: 18, attack: 'SIGKILL at a random moment, a thousand times', expected: 'value conserved, transfers never happened or complete', asks: ['R'], status: 'credits',
    guards: [{
      file: 'main/host/modules/vault-supervisor.ts', function: 'superviseVault, exited', what: 'A vault that was killed is started again by itself.',
      remove: { from: '    timer = setTimeout(start, ', to: '    timer = setTimeout(() => undefined, ' },
      tests: [named('case', 'unit/modules/vault-supervisor', 'a vault that crashes › is started again, and told to make a wallet only the first time')],
    }, {
      file: 'main/host/modules/vault-link.ts', function: 'linkVault', what: 'A question of a dead vault that is read late is not carried out in the store that its successor has opened.',
      remove: { from: '    if (over) return;\n', to: '' },
      tests: [named('case', 'unit/modules/vault-link', 'a question of a vault that is gone, read late, is not carried out')],
    }, {
      file: LOCK, function: 'holderOf', what: 'A name that a killed process left behind is not believed.',
      remove: { from: 'if (holder && isAlive(holder.pid)) return holder;', to: 'if (holder) return holder;' },
      tests: [named('R', 'unit/storage/data-lock', 'of ten starters that race for a folder whose holder was killed exactly one wins, and all others name it')],
    }],
    also: [named('R', 'e2e/kill-rounds', 'two wallets survive 100 rounds of kills at random moments with nothing lost or doubled'), named('R', 'unit/storage/kill', 'after each of 12 kills the register names a stored package, at or one after the last one released'), named('R', 'e2e/vault-crash', 'a vault that crashes › with a transfer under way ends it once it is back'), powerFails('offer, accept, commit, ack')],
  },
];
