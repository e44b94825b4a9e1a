/** Hints can be typed as they are printed (cli/invocation.ts). */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { commandLine, rememberDataFolder, typed } from '../../../cli/invocation.ts';
import { nextStep } from '../../../cli/next-step.ts';
import { refusalPages } from '../../../main/host/transports/web-pages.ts';

const FROM_NPM = { TALLYSTICK_CALLED_AS: 'npm run -s tallystick --' };

describe('a command in a hint', () => {
  it.each([
    ['installed', {}, null, 'linux', 'tallystick status'],
    ['in a checkout', FROM_NPM, null, 'linux', 'npm run -s tallystick -- status'],
    ['for another folder', FROM_NPM, '/tmp/ada', 'linux', 'npm run -s tallystick -- status --data /tmp/ada'],
    ['for a folder with a space', {}, '/tmp/my ada', 'linux', "tallystick status --data '/tmp/my ada'"],
    ['for a folder with a quote', {}, "/tmp/ada's $HOME", 'darwin', "tallystick status --data '/tmp/ada'\\''s $HOME'"],
    ['for a folder on Windows', {}, 'C:\\Users\\Ada B\\w', 'win32', 'tallystick status --data "C:\\Users\\Ada B\\w"'],
  ] as const)('is what a person types %s', (_where, env, folder, platform, expected) => {
    expect(commandLine('status', folder, env, platform)).toBe(expected);
  });
});

describe('this call', () => {
  afterEach(() => {
    rememberDataFolder(null);
    vi.unstubAllEnvs();
  });

  it('is repeated by what it advises', () => {
    vi.stubEnv('TALLYSTICK_CALLED_AS', FROM_NPM.TALLYSTICK_CALLED_AS);
    rememberDataFolder('/tmp/ada');
    expect(typed('serve')).toBe('npm run -s tallystick -- serve --data /tmp/ada');
    expect(nextStep('no_wallet')).toBe('Make one: npm run -s tallystick -- init --name NAME --data /tmp/ada');
    rememberDataFolder(null);
    expect(nextStep('no_wallet')).toBe('Make one: npm run -s tallystick -- init --name NAME   (or name its folder: --data DIR)');
  });

  it('where a currency is unknown, is followed by how a wallet comes to know it', () => {
    expect(nextStep('unknown_currency')).toMatch(/ currency .* currency new CODE .*let them send you the smallest amount of it, or ask you for it: .* request YOU AMOUNT CODE$/);
  });
});

it('the page that turns a browser away names the command, whatever is in it', () => {
  expect(refusalPages("tallystick ui-link --data '/tmp/<b>'")['no-session']).toContain('<code>tallystick ui-link --data &#39;/tmp/&#60;b&#62;&#39;</code>');
});
