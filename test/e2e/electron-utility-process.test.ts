/**
 * Electron's utility process as a module (design §4), held to the same contract as Node's child process. The contract's
 * tests run here; the processes they start are started by a real Electron.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { describeModuleProcess } from '../contract/module-process.ts';
import { electronTrouble } from '../support/electron-app.ts';
import { type UtilityProcesses, utilityProcesses } from '../support/utility-processes.ts';

describe.skipIf(electronTrouble)('in a real Electron', () => {
  let processes: UtilityProcesses;
  beforeAll(async () => void (processes = await utilityProcesses()));
  afterAll(async () => await processes.close());

  describeModuleProcess('a module as a utility process', (bundle) => processes.spawnModule(bundle));
});
