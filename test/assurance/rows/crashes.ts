/** Rows 1 to 8: the power fails, or the disk does. */
import { diskFails, everyFrame, explored, exploredWithout, named, powerFails, simulated, simulatedWithout } from '../known-tests.ts';
import type { Row } from '../row.ts';

const DRIVER = 'enclave/runtime/driver.ts';
const JOURNAL = 'enclave/runtime/journal.ts';
/** How the driver lets outputs out. */
const OUTPUTS = '    for (const output of outputs) this.#options.emit(output);\n';
const DURABLE = 'main/host/storage/durable-level.ts';
const REGISTER = 'main/host/storage/register-file.ts';

export const crashes: readonly Row[] = [
  {
    number: 1, attack: 'the vault dies before a package is stored', expected: 'the state before it; value conserved, the transfer never happened', asks: ['E', 'X'], status: 'credits',
    guards: [{
      file: DRIVER, function: 'Driver.#group', what: 'Outputs go out only after the package that they come from is stored and fresh.',
      remove: [{ from: OUTPUTS, to: '' }, { from: '    if (isDurable(changes)) {', to: `${OUTPUTS}    if (isDurable(changes)) {` }],
      tests: [powerFails('commit under a rule')],
    }, {
      file: JOURNAL, function: 'Journal.commit', what: 'The register moves only after the package is stored: a register without its package could never be opened again.',
      remove: { from: 'await store.append({ n, sealed, archive });', to: 'void store.append({ n, sealed, archive }).catch(() => undefined);' },
      tests: [diskFails('commit under a rule')],
    }, {
      file: 'enclave/runtime/compaction.ts', function: 'compactJournal', what: 'Old packages are let go of only after the package that says so is stored and fresh.',
      remove: { from: "    driver.push({ type: 'compacted', now: null, ...prepared });\n", to: "    await ports.store.release(upTo);\n    driver.push({ type: 'compacted', now: null, ...prepared });\n" },
      tests: [named('E', 'simulation/compaction-crashes', 'a wallet that let go before › lets go of nothing before the journal says so, durably and fresh, and can begin there')],
    }],
    also: [explored, simulatedWithout('output-before-store'), simulatedWithout('register-before-store')],
  },
  {
    number: 2, attack: 'the vault dies between store and register', expected: 'the old state loads; the stray package is harmless', asks: ['E', 'X'], status: 'credits',
    guards: [{
      file: JOURNAL, function: 'Journal.#replay', what: 'Loading stops at the package that the register names; one beyond it was never released and is dropped.',
      remove: { from: '        if (equalBytes(hash, registered)) break;\n', to: '' },
      tests: [named('case', 'attacks/vault-rollback', 'a stray package › that was stored but never fresh is dropped, and another takes its place'), powerFails('commit under a rule')],
    }, {
      file: 'main/host/storage/level-package-store.ts', function: 'openLevelPackageStore, append', what: 'A stray package that is overwritten takes the archive records with it that it had brought.',
      remove: { from: '[...stray, ', to: '[' },
      tests: [named('R', 'contract/package-store', 'package store: level › a stray package is overwritten, and the archive records it brought go with it')],
    }, {
      file: 'enclave/runtime/history.ts', function: 'pageOfHistory', what: 'Nothing that lies beyond the head is shown as having happened.',
      remove: { from: 'cursor ?? beyondHead(ports.head)', to: 'cursor ?? Number.MAX_SAFE_INTEGER' },
      tests: [named('case', 'attacks/vault-rollback', 'a stray package › ends nothing that it would have ended: what it brought to the archive is not shown')],
    }],
    also: [explored],
  },
  {
    number: 3, attack: 'the vault dies between register and output', expected: 'the same bytes are sent again', asks: ['E', 'X'], status: 'credits',
    guards: [{
      file: 'enclave/vault/sessions/resume.ts', function: 'beginWithContact', what: 'Every commit without an answer is said again at the next meeting, from the bytes in its record.',
      remove: { from: '  resendCommits(turn, instance);\n', to: '' },
      tests: [powerFails('commit under a rule')],
    }, {
      file: 'enclave/vault/transfers/receiving.machine.ts', function: 'sameAnswer', what: 'A repeated commit is answered with the bytes that its package holds.',
      remove: { from: '  if (kept) return kept.frame;\n', to: '' },
      tests: [powerFails('commit under a rule')],
    }],
    also: [exploredWithout('commit-sealed-anew'), simulatedWithout('commit-sealed-anew')],
  },
  {
    number: 4, attack: 'the vault dies while it starts, three times over', expected: 'it loads in the end; nothing is sent twice with different bytes', asks: ['E', 'S'], status: 'credits',
    guards: [{
      file: 'enclave/vault/transfers/receiving.machine.ts', function: 'onCommit', what: 'The answer to a commit is kept in the package that consumed it, so every start finds the same bytes.',
      remove: { from: 'if (bytes) answer(bytes);', to: 'if (bytes) answer(sealAnswer(lane.answerKey, \'nack\', laneId, frame.seq, encodeStrict({ reason: \'busy\' })));' },
      tests: [named('E', 'simulation/start-cut-off', 'a start that is cut off three times over › when a commit was just taken loads in the end, and says nothing twice with other bytes')],
    }, {
      file: REGISTER, function: 'openRegisterFile, current', what: 'A register that a killed process left in memory only is made durable before its value is told.',
      remove: { from: 'if (!durable) await makeDurable', to: 'if (durable) await makeDurable' },
      tests: [named('R', 'unit/storage/register-file-sync', 'a register that is opened › after a writer that never finished makes both slots durable before it will read')],
    }, {
      file: JOURNAL, function: 'Journal.#unregistered', what: 'One package without a register is a making that was cut short, and is begun again.',
      remove: { from: 'packages.length > 1) {', to: 'packages.length > 0) {' },
      tests: [named('case', 'attacks/vault-rollback', 'a start › of a wallet whose making was cut short makes one, and says so when the disk is full')],
    }, {
      file: 'main/host/modules/vault-supervisor.ts', function: 'superviseVault, heard', what: 'A vault that crashed after its wallet was made is never told to make one again.',
      remove: { from: '      create = null;\n', to: '' },
      tests: [named('case', 'unit/modules/vault-supervisor', 'a vault that crashes › is started again, and told to make a wallet only the first time')],
    }],
    also: [simulated, named('E', 'simulation/crash-points', 'power fails › again while recovering, at every pair of moments of “offer, accept, commit, ack”')],
  },
  {
    number: 5, attack: 'a write is torn', expected: 'it is ignored', asks: ['E'], status: 'credits',
    guards: [{
      file: 'main/host/storage/register-slots.ts', function: 'decodeSlot', what: 'A slot counts only if its checksum fits, so half a slot is none.',
      remove: { from: 'return Buffer.compare(encodeSlot(turn, value), bytes) === 0 ? { turn, value } : null;', to: 'return { turn, value };' },
      tests: [named('E', 'unit/storage/register-file', 'torn writes › an advance cut at any byte leaves the old value or the new one, whichever of its two writes it was')],
    }, {
      file: REGISTER, function: 'openRegisterFile, advance', what: 'An advance writes into the slot that is not in use, so tearing it leaves the old value.',
      remove: { from: 'await write(handle, now.next, bytes);', to: 'await write(handle, otherSlot(now.next), bytes);' },
      tests: [named('R', 'unit/storage/register-file', 'a failing disk › an advance writes one slot, syncs, and only then touches the other; a creation syncs the file and then its folder')],
    }, {
      file: 'main/host/storage/atomic-file.ts', function: 'replaceFile', what: 'A small file is written beside and put in its place, never over what is there.',
      remove: { from: 'const beside = `${path}.tmp`;', to: 'const beside = path;' },
      tests: [named('E', 'unit/storage/atomic-file', 'a power cut › at any moment while a file is replaced leaves the old content or the new, and the new one once that is done')],
    }],
    also: [diskFails('offer, accept, commit, ack'), named('E', 'unit/storage/level-package-store', 'damage › a log cut at any place loses packages only from its end')],
  },
  {
    number: 6, attack: 'an unsynced write or rename is lost', expected: 'old or new, nothing else', asks: ['E'], status: 'credits',
    guards: [{
      file: DURABLE, function: 'durableLevel, write', what: 'Each package is one batch that is synced before the vault hears of it.',
      remove: { from: '{ sync: true }', to: '{ sync: false }' },
      tests: [named('R', 'unit/storage/level-package-store', 'a failing disk › every append and snapshot is one synced batch, followed by a sync of the names where there is a new one')],
    }, {
      file: DURABLE, function: 'durableLevel, write', what: 'After it the names of the database’s files are synced, because the database syncs only their content.',
      remove: { from: '      await syncNames().catch(stop);\n', to: '' },
      tests: [named('R', 'unit/storage/level-package-store', 'a failing disk › every append and snapshot is one synced batch, followed by a sync of the names where there is a new one')],
    }, {
      file: REGISTER, function: 'openRegisterFile, advance', what: 'The register’s new value is on the disk before the other slot is touched and before anybody relies on it.',
      remove: { from: '        await handle.datasync();\n        echo = write(handle, otherSlot', to: '        echo = write(handle, otherSlot' },
      tests: [named('R', 'unit/storage/register-file', 'a failing disk › an advance writes one slot, syncs, and only then touches the other; a creation syncs the file and then its folder')],
    }, {
      file: 'main/host/storage/atomic-file.ts', function: 'writeSynced', what: 'A file’s content is synced before the file gets its name.',
      remove: { from: 'await handle.writeFile(content);\n    await handle.sync();', to: 'await handle.writeFile(content);' },
      tests: [named('E', 'unit/storage/atomic-file', 'a power cut › at any moment while a file is made leaves none or all of it, and all of it once that is done')],
    }, {
      file: 'main/host/storage/atomic-file.ts', function: 'replaceFile', what: 'The folder is synced before the caller is told that the file was replaced.',
      remove: { from: '    throw error;\n  }\n  await syncFolder(dirname(path));', to: '    throw error;\n  }' },
      tests: [named('E', 'unit/storage/atomic-file', 'a power cut › at any moment while a file is replaced leaves the old content or the new, and the new one once that is done')],
    }, {
      file: 'main/host/storage/level-folder.ts', function: 'openDatabase', what: 'What a killed process left in an old log is made durable before any of it is shown.',
      remove: { from: '    await syncFolder(location);\n', to: '' },
      tests: [named('R', 'unit/storage/level-package-store', 'a record found in an old log, synced or not, is in a table of its own and the names are synced before it is shown')],
    }],
    also: [simulated],
  },
  {
    number: 7, attack: 'fsync fails', expected: 'fail-stop, nothing sent, and it is never tried again', asks: ['E'], status: 'credits',
    guards: [{
      file: DRIVER, function: 'Driver.#group', what: 'Any failure of the store but a full disk stops the vault before it says anything.',
      remove: { from: "error.failure.code === 'disk_full') return this.#undo", to: "['disk_full', 'store_failed'].includes(error.failure.code)) return this.#undo" },
      tests: [diskFails('commit under a rule')],
    }, {
      file: DURABLE, function: 'durableLevel, write', what: 'A write that failed for another reason than want of room stops the store for good.',
      remove: { from: 'return isNoRoom(error) ? settle(writes, error) : stop(error);', to: 'return settle(writes, error);' },
      tests: [named('R', 'unit/storage/level-package-store', 'a failing disk › an error that is not for want of room stops the store until it is opened again')],
    }, {
      file: REGISTER, function: 'openRegisterFile, inTurn', what: 'After one failed write or sync the register refuses every call until it is opened again.',
      remove: { from: "stopped === null ? work() : refuse('register_failed', stopped, { path })", to: 'work()' },
      tests: [named('R', 'unit/storage/register-file', 'a failing disk › a failed datasync stops the register for good, and is not tried again')],
    }],
    also: [simulatedWithout('failed-fsync-ignored')],
  },
  {
    number: 8, attack: 'the disk is full, or input and output fail', expected: 'a clean refusal; the wallet is usable once there is room', asks: ['E', 'R'], status: 'credits',
    guards: [{
      file: DRIVER, function: 'Driver.#group', what: 'On a full disk the whole group is undone, its callers hear of it, and the vault goes on.',
      remove: { from: "      } catch (error) {\n        if (error instanceof Refusal && error.failure.code === 'disk_full')", to: "      } catch (error) {\n        if (error instanceof TypeError && error instanceof Refusal)" },
      tests: [diskFails('offer, accept, commit, ack')],
    }, {
      file: JOURNAL, function: 'Journal.commit', what: 'The state changes only once the package is stored and fresh, so a refusal leaves nothing behind.',
      remove: { from: 'await store.append({ n, sealed, archive });', to: 'this.state.apply(entry.changes);\n    await store.append({ n, sealed, archive });' },
      tests: [diskFails('offer, accept, commit, ack')],
    }, {
      file: DURABLE, function: 'durableLevel, settle', what: 'After “no room” it is looked up whether the batch is there; if not, that is a refusal and not a success.',
      remove: { from: 'if (!there) throw noRoom(folder, error);', to: '' },
      tests: [named('R', 'unit/storage/level-package-store', 'a failing disk › “no room” over a stray package leaves the stray as it was')],
    }, {
      file: DURABLE, function: 'durableLevel, settle', what: 'The database is closed and opened again, because its log ends in half a record that would swallow what comes next.',
      remove: { from: '      await db.close();\n      await reserve.release();\n      await db.open({ createIfMissing: false });\n', to: '      await reserve.release();\n' },
      tests: [named('R', 'unit/storage/full-disk', 'a full disk › at every amount of room left, an append lands whole or is refused whole, also after reopening')],
    }, {
      file: 'main/host/storage/level-folder.ts', function: 'openWithReserve', what: 'Room held in reserve is given up so that a wallet on a full disk can still be opened and looked at.',
      remove: { from: '    await reserve.release();\n    await db.open({ createIfMissing });', to: '    await db.open({ createIfMissing });' },
      tests: [named('R', 'unit/storage/full-disk', 'a full disk › does not keep a wallet from being opened and read')],
    }],
    also: [simulated, everyFrame('offer, accept, commit, ack'), named('case', 'simulation/simulator-findings', 'a full disk › does not make a vault spin when a session ends in which only one side has confirmed the words (seed 15)')],
  },
];
