/** The list of what may be handed to other programs (assurance row 42); Electron's `shell` is the only thing replaced. */
import { beforeEach, describe, expect, it, vi } from 'vitest';

const opened: string[] = [];
vi.mock('electron', () => ({ shell: { openExternal: async (url: string) => { opened.push(url); }, openPath: async (path: string) => { opened.push(path); return ''; } } }));
const { EXTERNAL_LINKS, folderOpener, openLink } = await import('../../../main/desktop/rules/external-links.ts');

describe('what is handed to other programs', () => {
  beforeEach(() => {
    opened.length = 0;
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  });

  it('is a page from the list', async () => {
    await openLink(EXTERNAL_LINKS.licence);
    expect(opened).toEqual([EXTERNAL_LINKS.licence]);
    for (const url of Object.values(EXTERNAL_LINKS)) expect(url).toMatch(/^https:\/\//);
  });

  it.each([
    'https://example.com/', `${EXTERNAL_LINKS.licence}?x`, `${EXTERNAL_LINKS.licence}#x`, `${EXTERNAL_LINKS.licence}/../..`, EXTERNAL_LINKS.licence.replace('https', 'http'),
    'file:///etc/passwd', 'javascript:alert(1)', 'smb://host/share', 'ms-settings:', '', '__proto__',
  ])('is not %s', async (url) => {
    await openLink(url);
    expect(opened).toEqual([]);
  });

  it('is the data folder and no other path', () => {
    const open = folderOpener('/home/ada/wallet');
    for (const path of ['/home/ada', '/home/ada/wallet/../evil', '/home/ada/wallet/packages', '/home/ada/wallet.sh']) open(path);
    expect(opened).toEqual([]);
    open('/home/ada/wallet/');
    expect(opened).toEqual(['/home/ada/wallet']);
  });
});
