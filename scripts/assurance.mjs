/**
 * `npm run assurance -- …`: installs what is missing, finds a display, an Electron and a browser for those tests that need
 * them, and runs test/assurance/run.ts from its sources.
 */
import { join } from 'node:path';
import { ensureInstalled, runNode24 } from './installation.mjs';
import { root } from './project-root.mjs';
import { installSystemPackages, openDisplay, testBrowser, testElectron } from './test-surroundings.mjs';

const asked = process.argv.slice(2);
const runner = ['--disable-warning=ExperimentalWarning', join(root, 'test', 'assurance', 'run.ts'), ...asked];

try {
  await ensureInstalled();
  if (asked.includes('--only-generate')) {
    process.exitCode = await runNode24(runner);
  } else {
    await installSystemPackages();
    const display = await openDisplay();
    try {
      const electron = await testElectron();
      const env = { TALLYSTICK_TEST_ELECTRON: display.display === null ? '' : (electron ?? ''), TALLYSTICK_TEST_CHROMIUM: testBrowser() ?? '' };
      process.exitCode = await runNode24(runner, { env: display.display ? { ...env, DISPLAY: display.display } : env });
    } finally {
      await display.stop();
    }
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
