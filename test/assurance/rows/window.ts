/** Rows 41 to 44: the desktop app's window, links from other programs, the keyring. */
import { named } from '../known-tests.ts';
import type { Row } from '../row.ts';

const SENDER = 'main/desktop/rules/ipc-sender.ts';
const sender = (name: string) => named('case', 'unit/desktop/ipc-sender', `the sender of a call › ${name}`);
const frames = (name: string) => named('U', 'attacks/electron-foreign-frames', `a call to the wallet › ${name}`);
const waysOut = (name: string) => named('U', 'attacks/electron-ways-out', `a page that is not what it should be › ${name}`);
const links = (name: string) => named('U', 'attacks/electron-deep-links', `a link from another program › ${name}`);

export const window: readonly Row[] = [
  {
    number: 41, attack: 'a foreign frame sends IPC', expected: 'refused', asks: ['U'], status: 'credits',
    guards: [{
      file: SENDER, function: 'senderTrouble', what: 'Only our own window may call, and of it only the main frame.',
      remove: [
        { from: ' || event.sender !== window.webContents) return', to: ') return' },
        { from: "  if (frame !== window.webContents.mainFrame || frame.parent !== null) return 'a frame inside the window';\n", to: '' },
      ],
      tests: [sender('is refused as another window, and while there is no window'), frames('is refused from another window, even one that shows our own page')],
    }, {
      file: SENDER, function: 'senderTrouble', what: 'A frame inside it may not, whatever its origin.',
      remove: { from: "  if (frame !== window.webContents.mainFrame || frame.parent !== null) return 'a frame inside the window';\n", to: '' },
      tests: [sender('is refused as a frame inside our window, even on our origin')],
    }, {
      file: SENDER, function: 'senderTrouble', what: 'And only while it shows our own origin.',
      remove: { from: '  if (frame.origin !== appOrigin()) return `the origin ${frame.origin}`;\n', to: '' },
      tests: [sender('is refused on any other origin'), frames('is refused from our own window once it was led to a foreign origin')],
    }, {
      file: 'main/desktop/dropped-files.ts', function: 'serveDrops', what: 'Nor may another window offer a file to be published.',
      remove: { from: 'const stranger = senderTrouble(event, window());', to: 'const stranger = senderTrouble(event, window()) && null;' },
      tests: [named('case', 'unit/desktop/dropped-files', 'takes nothing from another window')],
    }, {
      file: 'main/desktop/rules/offered-file.ts', function: 'offeredFile', what: 'And our own may offer nothing but a book, or a picture for its cover.',
      remove: { from: 'if (![...BOOK_EXTENSIONS, ...PICTURE_EXTENSIONS].some(', to: 'if (raw.length < 1 && ![...BOOK_EXTENSIONS, ...PICTURE_EXTENSIONS].some(' },
      tests: [named('case', 'unit/desktop/offered-file', 'is not secret.txt'), named('case', 'unit/desktop/dropped-files', 'takes nothing but books')],
    }],
    also: [frames('cannot be made by a frame inside our page: it has no bridge')],
  },
  {
    number: 42, attack: 'navigation, window.open, a permission, openExternal', expected: 'refused', asks: ['U'], status: 'credits',
    guards: [{
      file: 'main/desktop/rules/new-window.ts', function: 'forbidNewWindows', what: 'No page opens a window.',
      remove: { from: "return { action: 'deny' };", to: "return { action: 'allow' };" },
      tests: [waysOut('cannot open a window, by script or by link')],
    }, {
      file: 'main/desktop/rules/navigation.ts', function: 'forbidNavigation', what: 'A page of ours never leaves our origin.',
      remove: { from: '    if (isAppUrl(event.url) && event.isMainFrame) return;\n    event.preventDefault();\n', to: '    if (isAppUrl(event.url) && event.isMainFrame) return;\n' },
      tests: [waysOut('cannot navigate to https://example.com/')],
    }, {
      file: 'main/desktop/rules/permissions.ts', function: 'isPermitted', what: 'The two permissions are to put text on the clipboard and to fill the screen.',
      remove: { from: 'PERMITTED.includes(permission) && ', to: '' },
      tests: [named('case', 'unit/desktop/permissions', 'a permission › is refused for media'), waysOut('is given no permission: notifications, camera, microphone, place, screen, clipboard')],
    }, {
      file: 'main/desktop/rules/page-network.ts', function: 'forbidPageRequests', what: 'Requests to anywhere but the app itself are cancelled, whatever the page’s policy says.',
      remove: { from: 'callback({ cancel: !local });', to: 'callback({ cancel: false });' },
      tests: [waysOut('reaches no network even without the policy in the way')],
    }, {
      file: 'main/desktop/rules/content-security-policy.ts', function: 'directives', what: 'The page runs its own scripts and no inline one.',
      remove: { from: "\"'self' 'wasm-unsafe-eval'\"", to: "\"'self' 'wasm-unsafe-eval' 'unsafe-inline' 'unsafe-eval' data:\"" },
      tests: [named('U', 'attacks/electron-content-policy', 'the app protocol › runs no inline script, no event attribute, no eval and no foreign script')],
    }, {
      file: 'main/desktop/rules/external-links.ts', function: 'openLink', what: 'Other programs are handed pages from a list, compared whole.',
      remove: { from: "  if (!isAllowedLink(url)) return noteRefusal('external-link', url);\n", to: '' },
      tests: [named('case', 'unit/desktop/external-links', 'what is handed to other programs › is not https://example.com/')],
    }],
    also: [waysOut('has started no other program by any of it'), waysOut('downloads nothing')],
  },
  {
    number: 43, attack: 'a hostile deep link, argument, QR code or file', expected: 'at most a draft', asks: ['U', 'F'], status: 'credits',
    guards: [{
      file: 'protocol/link.codec.ts', function: 'parseLink', what: 'A link names TCP addresses and nothing else that could be dialled.',
      remove: { from: "      if (!isDialableAddress(value)) return bad('one of its addresses is not a TCP address');\n", to: '' },
      tests: [named('F', 'unit/protocol/link', 'a link › names only addresses that are TCP to one host')],
    }, {
      file: 'protocol/link.codec.ts', function: 'parseLink', what: 'A link does one thing: an unknown part makes it none.',
      remove: { from: '    } else return bad(`it has an unknown part "${key.slice(0, 16)}"`);', to: '    }' },
      tests: [named('F', 'unit/protocol/link', 'a link › with any part that it does not have is none')],
    }, {
      file: 'main/desktop/arguments.ts', function: 'parseArguments', what: 'Nothing after a link counts: a link is a stranger’s text, and a careless launcher may have split it.',
      remove: { from: '      link = linkOf(name);\n      break;', to: '      link = linkOf(name);' },
      tests: [named('case', 'unit/desktop/arguments', 'the arguments of the app › end at a link that is too long, too, which is dropped')],
    }, {
      file: 'main/desktop/rules/app-files.ts', function: 'appFileOf', what: 'No path leads outside the interface’s own folder.',
      remove: [
        { from: " || path.split('/').some((part) => part === '..' || part === '.')) return null;", to: ') return null;' },
        { from: '  if (!file.startsWith(resolve(root) + sep)) return null;\n', to: '' },
      ],
      tests: [named('case', 'unit/desktop/app-files', 'a URL of the app protocol › names nothing outside the interface and nothing it is not made of: /..%2fsecret.js')],
    }],
    also: [links('given at the start is a draft, taken once'), links('with hostile content › leaves no draft and changes nothing: a script'), links('with hostile content › brings no arguments with it, however a launcher split it'), named('U', 'e2e/interface-newcomer', 'somebody who has never seen the interface › reads a QR code from a picture into a draft, and does nothing else with it'), named('F', 'attacks/vault-fuzz', 'text › of a link is a draft, or a code; what we write can be read')],
  },
  {
    number: 44, attack: 'the keyring is only obfuscation (`basic_text`)', expected: 'not used, and what is shown says so', asks: ['U'], status: 'credits',
    guards: [{
      file: 'main/desktop/keychain.ts', function: 'isRealKeychain', what: 'A backend whose password is the same everywhere is no keychain: the secret goes into a 0600 file, and `status` says so.',
      remove: { from: "return platform !== 'linux' || !['basic_text', 'unknown'].includes(keychain.getSelectedStorageBackend());", to: 'return true;' },
      tests: [named('case', 'unit/desktop/keychain', 'the root secret on a desktop › goes into the 0600 file with an obfuscating backend, and that is what is said'), named('U', 'attacks/electron-root-secret', 'without a keychain › a new wallet keeps its secret in a 0600 file and says so: encryption is pretended')],
    }],
  },
];
