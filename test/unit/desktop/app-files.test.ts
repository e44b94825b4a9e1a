/** Which file a URL of the app protocol names: never one outside the interface (main/desktop/rules/app-files.ts). */
import { join, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appFileOf } from '../../../main/desktop/rules/app-files.ts';
import { appOrigin, isAppUrl } from '../../../main/desktop/rules/app-origin.ts';

const ROOT = resolve('/srv/interface');

describe('a URL of the app protocol', () => {
  it.each([
    ['/index.html', 'index.html', 'text/html; charset=utf-8'],
    ['/', 'index.html', 'text/html; charset=utf-8'],
    ['/people/add?x=1#y', 'index.html', 'text/html; charset=utf-8'],
    ['/assets/main-1.js', 'assets/main-1.js', 'text/javascript; charset=utf-8'],
    ['/assets/reader.wasm', 'assets/reader.wasm', 'application/wasm'],
    ['/assets/a%20b.css', 'assets/a b.css', 'text/css; charset=utf-8'],
  ])('names a file and its type: %s', (path, file, mimeType) => {
    expect(appFileOf(`app://tallystick${path}`, ROOT)).toEqual({ path: join(ROOT, file), mimeType });
  });

  it.each([
    '/..%2fsecret.js', '/%2e%2e%2f%2e%2e%2fetc%2fpasswd.js', '/assets/..%5c..%5csecret.js', '/c:%2fwindows%2fa.js', '/a.js%00', '/%zz.js', '/secret.txt', '/main.ts', '/.env.local', '/x.js.map',
  ])('names nothing outside the interface and nothing it is not made of: %s', (path) => {
    expect(appFileOf(`app://tallystick${path}`, ROOT)).toBeNull();
  });

  it.each(['app://elsewhere/index.html', 'file:///index.html', 'https://tallystick/index.html', 'app://user:pass@tallystick/index.html', 'app://tallystick:1/index.html', 'app:index.html', 'nonsense', ''])(
    'must be of our own origin: %s', (url) => {
      expect(isAppUrl(url)).toBe(false);
      expect(appFileOf(url, ROOT)).toBeNull();
    },
  );

  it('never leads outside the folder, whatever the path', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '', '%2e%2e', '%2f', '%5c', '%00', 'a', '~', 'C:', 'a.js', 'index.html'), fc.string());
    fc.assert(fc.property(fc.array(part), (parts) => {
      const file = appFileOf(`${appOrigin()}/${parts.join('/')}`, ROOT);
      if (file) expect(resolve(file.path).startsWith(ROOT + sep)).toBe(true);
    }));
  });
});
