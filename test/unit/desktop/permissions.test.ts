/** The whole policy on permissions (assurance row 42); on a real Electron: test/attacks/electron-ways-out.test.ts. */
import { describe, expect, it } from 'vitest';
import { isPermitted } from '../../../main/desktop/rules/permissions.ts';

const own = { url: 'app://tallystick/index.html', isMainFrame: true };

describe('a permission', () => {
  it('is given for putting text on the clipboard, to our own main frame', () => {
    expect(isPermitted('clipboard-sanitized-write', own)).toBe(true);
  });
  it('is given for filling the screen with a book, to our own main frame', () => {
    expect(isPermitted('fullscreen', own)).toBe(true);
    expect(isPermitted('fullscreen', { ...own, isMainFrame: false })).toBe(false);
  });
  it('is not given to frames inside it or to other origins', () => {
    expect(isPermitted('clipboard-sanitized-write', { ...own, isMainFrame: false })).toBe(false);
    for (const url of ['https://tallystick/', 'app://elsewhere/', 'data:text/html,x', '']) expect(isPermitted('clipboard-sanitized-write', { ...own, url })).toBe(false);
  });
  it.each(['media', 'notifications', 'geolocation', 'clipboard-read', 'openExternal', 'hid', 'serial', 'usb', 'midi', 'display-capture', 'pointerLock', 'unknown', 'something new'])('is refused for %s', (permission) => {
    expect(isPermitted(permission, own)).toBe(false);
  });
});
