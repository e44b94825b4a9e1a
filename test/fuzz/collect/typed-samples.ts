/** Samples that nothing records, because a person, a browser or another program writes them. */
import { formatForkProof } from '../../../protocol/fork-proof.codec.ts';
import { formatPairLink } from '../../../protocol/link.codec.ts';
import { forkProofOf, signerOf } from '../../support/fork-proofs.ts';

const instance = signerOf('Ben').instance;
const PEER = '12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf';
const LINK = formatPairLink({ instance, name: 'Ben & Cie', addresses: ['/ip4/192.168.1.2/tcp/4001', `/ip6/fd00::2/tcp/4001/p2p/${PEER}`] });
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const CALL = '{"id":1,"method":"settings.get","input":{}}';
const SETTINGS = '{"visibility":"visible","language":null,"theme":"system","notifications":true}';
const REPLY = `{"id":1,"ok":true,"value":${SETTINGS}}`;
const failure = { code: 'busy', detail: 'Try again.' };
const OWN = { host: '127.0.0.1:4000', cookie: 'tallystick_4000=SECRET' };

/** A WebSocket frame (RFC 6455 §5.2) with its mask, as a browser sends it. */
function frame(text: string, opcode = 1): Uint8Array {
  const [payload, mask] = [utf8(text), [7, 7, 7, 7]];
  const length = payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 0xff];
  return Uint8Array.from([0x80 | opcode, ...length, ...mask, ...payload.map((byte) => byte ^ 7)]);
}
const request = (line: string, ...headers: string[]): Uint8Array => utf8(`${line} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n${headers.map((header) => `${header}\r\n`).join('')}Connection: close\r\n\r\n`);

const WALLET_CALLS = [
  { id: 1, method: 'settings.get', input: {} }, { id: 2, method: 'credits.balances', input: {} }, { id: 3, method: 'credits.createCurrency', input: { code: 'GLD', decimals: 2, name: 'Gold' } }, { id: 4, method: 'link.read', input: { text: '@link' } },
];

export const TYPED = {
  link: LINK,
  targets: {
    'amount': ['12.50', '1', '0.01', '92233720368547758.07'], 'typed-amount': ['12.50', '1,250.5', '7'], 'typed-minor': ['12.50', '7'],
    'link': [LINK, `tallystick://pair/${instance}`, `tallystick://pair/${instance}?name=Ada&at=/ip4/192.168.1.2/tcp/4001`], 'deep-link': [LINK, 'TALLYSTICK://pair/x'], 'link-offered': ['@link', LINK],
    'dialable-address': ['/ip4/192.168.1.2/tcp/4001', `/dns4/wallet.local/tcp/1/p2p/${PEER}`], 'dial-target': ['/ip4/192.168.1.2/tcp/4001', `/ip6/fd00::2/tcp/4001/p2p/${PEER}`, '/dns/wallet.local/tcp/65535'],
    'listen-address': ['/ip4/0.0.0.0/tcp/0', '/ip6/::/tcp/4001'], 'peer-id': [PEER], 'where-to': [`/ip4/192.168.1.2/tcp/4001/p2p/${PEER}`, `tallystick://pair/${instance}?at=/ip4/192.168.1.2/tcp/4001/p2p/${PEER}`], 'marks-file': [`{"reading":{"theme":"dark","fontSize":14,"margin":0.1,"lineSpacing":null,"typeface":"serif","spread":"double"},"books":[["${'ab'.repeat(32)}",{"position":"p7","bookmarks":[{"position":"p1","label":"half","at":5}]}]]}`], 'peer-hint': [{ peerId: PEER, addresses: ['/ip4/192.168.1.2/tcp/4001', '/ip4/8.8.8.8/tcp/1'], foundBy: 'mdns' }, { peerId: PEER, addresses: [`/dns/a.example/tcp/1/p2p/${PEER}`], foundBy: 'address' }],
    'instance-id': [instance, signerOf('Cleo').instance], 'fork-proof': [formatForkProof(forkProofOf(signerOf('copied')))],
    'app-arguments': [['--data', '/home/ada/other', '--no-mdns'], ['--listen=/ip4/127.0.0.1/tcp/0', '--hidden', LINK], []], 'app-file': ['app://tallystick/index.html', 'app://tallystick/assets/index.js?x#y', 'app://tallystick/people'],
    'external-link': ['https://www.gnu.org/licenses/agpl-3.0.html'], 'permission': [{ permission: 'clipboard-sanitized-write', url: 'app://tallystick/index.html', isMainFrame: true }],
    'command-line': [['status', '--json'], ['send', 'Ben', '12.50', 'GLD', '--memo', 'tea', '--wait'], ['currency', 'new', 'GLD', '--decimals', '2', '--name', 'Gold'], ['contacts', 'rule', 'Ben', 'ask'], ['pair', LINK], ['serve', '--listen', '/ip4/127.0.0.1/tcp/0', '--ui', '8080', '--no-mdns'], ['audit'], ['transfers', '--pending'], ['--version']],
    'typed-date': ['2027-02-28', '2028-02-29'], 'typed-day': ['2027-02-28', '2028-02-29'], 'offered-path': ['FOLDER/a book.epub', 'FOLDER/B.PDF'], 'chosen-file': [utf8('PK\u0003\u0004 and more'), utf8('  %PDF-1.4')], 'sent-file': [utf8('PK\u0003\u0004 an archive'), utf8('%PDF-1.7 a book')], 'file-answer': [{ ok: true, value: { file: 'ab'.repeat(16) } }],
    'publication-form': [{ title: 'Of tallies', author: '', language: 'en', copies: '3', priced: true, currency: 'ef'.repeat(32), amount: '450', give: true, lend: true, limited: true, days: '28', text: false, cover: { from: 'book' } }], 'typed-book': ['Of tallies', 'abab/2', 'of tallies#1', 'sticks'], 'reader-part': ['mupdf', 'noto-sans'],
    'send-draft': [{ to: instance, currency: 'ef'.repeat(32), amount: '500', memo: 'tea', purpose: 'redemption', request: 'ab'.repeat(16) }, { to: instance, amount: '1' }],
    'quoted-argument': ["it's", '/home/ada/my wallet', 'plain'],
    'json-lines': [utf8(`${CALL}\n${CALL}\r\n\n`), utf8('{"changed":["app"]}\n'), utf8('"Grüße 😀"\n')], 'call-text': [CALL],
    'local-socket': [utf8(`${CALL}\n`), utf8(`${CALL}\n${CALL}\n`)], 'local-socket-replies': [utf8(`{"changed":["app"]}\n${REPLY}\n`), utf8(`{"id":1,"ok":false,"failure":${JSON.stringify(failure)}}\n`)],
    'web-guard': [{ method: 'GET', headers: OWN, withCookie: true }, { method: 'POST', headers: { ...OWN, origin: 'http://127.0.0.1:4000', 'sec-fetch-site': 'same-origin' }, withCookie: true }],
    'web-request': [request('GET /', 'Cookie: COOKIE'), Uint8Array.from([...request('POST /files?name=a%20book.epub&page=0123456789abcdef0123456789abcdef', 'Cookie: COOKIE', 'Origin: http://127.0.0.1:PORT', 'Content-Length: 8'), ...utf8('%PDF-1.4')]), request('HEAD /index.html', 'Cookie: COOKIE', 'Sec-Fetch-Site: none')], 'web-socket': [frame(CALL), Uint8Array.from([...frame(CALL), ...frame('', 9), ...frame(CALL)])],
    'page-socket': [REPLY], 'page-notice': [{ changed: ['app', 'credits'] }, { changed: ['link'] }], 'reply': [{ id: 1, ok: true, value: JSON.parse(SETTINGS) as unknown }], 'call': [{ id: 1, method: 'settings.get', input: {} }],
    'vault-news': [{ type: 'ready', instance, n: 3, created: false }, { type: 'reply', id: 1, ok: true, value: { name: 'Ada', instance, tier: 'software', n: 3, head: 'ab', measurement: 'cd', createdAt: 5 } }, { type: 'reply', id: 1, ok: false, failure }, { type: 'ask', id: 1, ask: { op: 'register.read' } }, { type: 'ask', id: 2, ask: { op: 'store.archive', before: null, transfers: 3 } }, { type: 'changed', topics: ['app'] }, { type: 'hang-up', connection: 3, failure: null }],
    'ipc-call': [{ id: 9, method: 'settings.get', input: {} }], 'whole-host': WALLET_CALLS,
    'reader-messages': [[{ type: 'call', now: 1, id: 1, method: 'book.open', input: { source: { kind: 'file', mediaType: 'application/pdf', size: 9 } } }, { type: 'answer', id: 1, ok: true, value: new Uint8Array(9) }], [{ type: 'call', now: 1, id: 2, method: 'book.contents', input: {} }, { type: 'answer', id: 5, ok: false, failure }]],
    'reader-news': [{ type: 'ready', key: new Uint8Array(32).fill(1) }, { type: 'reply', id: 1, ok: true, value: [{ title: 'One', depth: 0, page: 0 }] }, { type: 'reply', id: 1, ok: false, failure: { code: 'wrong_state', detail: 'No book is open.' } }, { type: 'ask', id: 3, ask: { op: 'part', name: 'mupdf' } }, { type: 'ask', id: 4, ask: { op: 'chunk', index: 0 } }],
    'endpoint-note': ['{"folder":"FOLDER","path":"\\\\\\\\.\\\\pipe\\\\tallystick-ab","key":"cd"}'], 'book-reference': ['two.xhtml#half', '../images/a%20b.png', '/cover.xhtml'],
  } as Readonly<Record<string, readonly unknown[]>>,
  /** Values for schemas whose values did not come by in the recorded lives. */
  schemas: {
    reply: { id: 1, ok: false, failure }, notice: { changed: ['people'] }, settings: JSON.parse(SETTINGS) as unknown, phase: 'running',
    status: { phase: 'stopped', fault: failure, version: '0.1.0', tier: 'software', rootSecret: 'file', measurement: 'ab', versions: { node: '24' }, dataFolder: '/home/ada/wallet', restarts: 0, shell: 'none' },
    network: { peerId: PEER, addresses: ['/ip4/192.168.1.2/tcp/4001'], discovery: 'on', trouble: null, nearby: [{ peerId: PEER, addresses: [], foundBy: 'mdns', instance, name: 'Ben', state: 'connected', trouble: null }] },
    copied: { from: 4, to: 30, bytes: 70_000 }, draft: { kind: 'pair', instance, name: 'Ben', addresses: ['/ip4/192.168.1.2/tcp/4001'] }, rect: [0, 0.25, 1, 0.5], omission: { code: 'mathml', count: 2 },
    book: { mediaType: 'application/pdf', kind: 'pdf', title: 'Of tallies', authors: ['A. Uthor'], language: 'en', direction: 'ltr', pages: 7, omissions: [], terms: { text: true, until: null } },
    source: { kind: 'publication', manifest: new Uint8Array(80), grant: new Uint8Array(90) }, layout: { width: 300, height: 400, fontSize: 12, margin: 0.1, lineSpacing: 1.5, typeface: 'serif' },
    image: { format: 'raw', width: 16, height: 16, bytes: new Uint8Array(16) }, ask: { op: 'store.packages', from: 1, limit: 2 }, archived: { order: 4096, ids: ['out:x', 'in:y'], sealed: new Uint8Array(40) }, append: { op: 'store.append', n: 1, sealed: new Uint8Array(40), archive: [{ order: 4096, ids: ['out:x'], sealed: new Uint8Array(40) }] },
    title: { licence: `${'ab'.repeat(32)}/1`, publication: 'ab'.repeat(32), title: 'Of tallies', author: 'A. Uthor', copy: 1, copies: 2, terms: { give: true, lend: true, maxLoanDays: 28, text: false } }, target: { kind: 'outside', uri: 'https://example.org/' }, size: 70_000,
    manifest: { version: 1, mediaType: 'application/epub+zip', size: 1000, cover: null, hashes: new Uint8Array(32) }, toReader: { type: 'call', now: 1, id: 2, method: 'book.contents', input: {} }, fromReader: { type: 'ready', key: new Uint8Array(32) }, readerAsk: { op: 'chunk', index: 3 },
    grant: { version: 1, content: new Uint8Array(32), key: new Uint8Array(32), at: 5, terms: { text: true, until: 9 } }, contentKey: { version: 1, content: new Uint8Array(32), key: new Uint8Array(32) },
    coverGrant: { version: 1, content: new Uint8Array(32), coverKey: new Uint8Array(32) }, coverChoice: { from: 'nothing' }, leftover: { books: 2, bytes: 70_000 },
    commit: { id: 'ab'.repeat(16), give: [], take: [], memo: 'x', purpose: 'payment', closedUpTo: 3 }, ack: { take: [] }, nack: { reason: 'declined' }, laneFrame: { version: 1, kind: 'ack', lane: 'cd'.repeat(32), seq: 2, nonce: new Uint8Array(24), box: new Uint8Array(20) },
    evidence: { eat_profile: 'tallystick-evidence-1', eat_nonce: new Uint8Array(32), ueid: new Uint8Array(32), binder: new Uint8Array(32), role: 'initiator', measurement: new Uint8Array(32), tier: 'tpm2', n: 7, head: new Uint8Array(32), name: 'Ada' },
    pin: '1234', minor: '0', rule: { mode: 'auto', upTo: [{ currency: 'ef'.repeat(32), amount: '5' }] }, waits: 'their-answer', draftRequest: 'offered', language: 'de-CH', move: { as: 'loan', due: 5, lastsMs: null }, total: '1234567890123456789012',
    picture: { width: 64, height: 64, png: 'iVBORw0KGgo=' }, fetch: { content: 'ab'.repeat(32), state: 'fetching', bytes: 5, total: 10, bytesPerSecond: 1, secondsLeft: 5, trouble: null }, fileToken: 'ab'.repeat(16), offerReply: { ok: true, value: { file: 'ab'.repeat(16) } }, publishing: { job: 1, title: 'Of tallies', bytes: 5, total: 10, state: 'running', publication: null, failure: null },
    marks: { position: 'p7', bookmarks: [{ position: 'p1', label: 'half', at: 5 }] }, reading: { theme: 'dark', fontSize: 14, margin: 0.1, lineSpacing: null, typeface: 'serif', spread: 'double' },
    pairing: { instance, name: 'Tom', tier: 'software', startedByMe: false, state: 'compare', words: ['solar', 'early', 'point'] },
  } as Readonly<Record<string, unknown>>,
};
