/** Valid samples for every target: recorded ones where there is something to record, and written by hand where a person writes it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'dns-packet';
import QRCode from 'qrcode';
import { encryptWithAd } from '../../../enclave/vault/noise/cipher-state.ts';
import { encodeStrict } from '../../../protocol/cbor.codec.ts';
import { formatForkProof } from '../../../protocol/fork-proof.codec.ts';
import { chunkCountOf, encodeManifest } from '../../../protocol/publication.codec.ts';
import { joinFrames } from '../../../main/host/network/frame.codec.ts';
import { announcement, question } from '../../../main/host/network/mdns-record.ts';
import { openAddressBook } from '../../../main/host/storage/address-book.ts';
import { createFile } from '../../../main/host/storage/atomic-file.ts';
import { encodeArchived } from '../../../main/host/storage/level-keys.ts';
import { writeHistoryCopy } from '../../../main/host/services/history-copy.ts';
import { openLevelPackageStore } from '../../../main/host/storage/level-package-store.ts';
import { openRegisterFile } from '../../../main/host/storage/register-file.ts';
import { fileRootSecretStore } from '../../../main/host/storage/root-secret.file.ts';
import { openSettingsFile } from '../../../main/host/storage/settings-file.ts';
import { createWalletId } from '../../../main/host/storage/state-folder.ts';
import { hostKey } from '../../../main/host/network/host-key.ts';
import { honestRun } from '../../vectors/noise-two-sides.ts';
import { forkProofOf, signerOf } from '../../support/fork-proofs.ts';
import { SAMPLES } from '../../support/wire-samples.ts';
import { scratchFolder } from '../engine/scratch.ts';
import { PUBLISHED } from '../targets/books.ts';
import { CONTENT, MANIFEST } from '../targets/ciphertext.ts';
import { SENDER } from '../targets/discovery.ts';
import { HONEST } from '../targets/noise.ts';
import { SCHEMAS, schemaTargetName } from '../targets/schemas.ts';
import { SEALED } from '../targets/sealed.ts';
import { CONTAINER, EPUB, ILLUSTRATED, NAV, NCX, PACKAGE, PDF, PNG, UNDRAWN } from '../targets/small-book.ts';
import { HOST_INPUTS, LIBRARY_INPUTS, READER_INPUTS, SHELL_INPUTS, VAULT_INPUTS } from './call-inputs.ts';
import { asBytes, recordLife, type RecordedLife } from './recorded-life.ts';
import { TYPED } from './typed-samples.ts';

type Samples = Map<string, readonly unknown[]>;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Every part of a value, itself first. */
function* partsOf(value: unknown): Generator<unknown> {
  yield value;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  for (const part of Object.values(value)) yield* partsOf(part);
}

/** For each schema what it takes of all that was recorded, the largest first, each kind once. */
function schemaSamples(recorded: readonly unknown[]): Samples {
  const parts = [...new Map([...recorded].flatMap((value) => [...partsOf(value)]).map((part) => [JSON.stringify(part, (_key, one: unknown) => (typeof one === 'bigint' ? String(one) : one)) ?? 'nothing', part])).entries()]
    .filter(([text]) => text.length < 6000).sort(([a], [b]) => b.length - a.length).map(([, part]) => part);
  return new Map([...SCHEMAS].map(([where, schema]) => [schemaTargetName(where), parts.filter((part) => schema.safeParse(part).success).slice(0, 4)]));
}

/** Files as the storage itself writes them. */
async function storedFiles(): Promise<Samples> {
  const folder = scratchFolder('stored');
  const at = (name: string): string => join(folder, name);
  const register = await openRegisterFile(at('register'));
  await register.advance(null, new Uint8Array(32).fill(1));
  await register.advance(new Uint8Array(32).fill(1), new Uint8Array(32).fill(2));
  await register.close();
  await (await openSettingsFile(at('settings.json'))).set({ theme: 'dark', language: 'de' });
  const book = await openAddressBook(at('address-book.json'));
  for (const name of ['Ben', 'Cleo']) book.remember(signerOf(name).instance, { peerId: '12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf', addresses: ['/ip4/192.168.1.2/tcp/4001'], lastMetAt: 1_800_000_000_000 });
  await book.flush();
  await createWalletId(folder);
  await fileRootSecretStore.create(folder);
  await hostKey(folder);
  await createFile(at('network/port'), '40123\n');
  const store = await openLevelPackageStore(at('packages'), { reserveBytes: 4096 });
  for (const n of [3, 4]) await store.append({ n, sealed: new Uint8Array(40).fill(n), archive: [] });
  await store.keep('base', { n: 2, bytes: new Uint8Array(30).fill(2) });
  await writeHistoryCopy(at('a.history'), store, { instance: signerOf('Ada').instance, from: 3, to: 4 }, false);
  await store.close();
  const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(at(name)));
  const text = (name: string): string => readFileSync(at(name), 'utf8');
  return new Map<string, readonly unknown[]>([
    ['register-slots', [bytes('register')]], ['register-file', [bytes('register')]], ['settings', [text('settings.json'), '{}']], ['settings-file', [text('settings.json'), '{}']], ['address-book', [text('address-book.json')]],
    ['archive-record', [encodeArchived({ order: 7, ids: [`out:${'ab'.repeat(16)}`], sealed: new Uint8Array(60).fill(3) })]], ['root-secret', [bytes('root-secret')]], ['keychain-secret', [utf8(`sealed:${Buffer.alloc(32, 5).toString('base64')}`)]],
    ['wallet-id', [bytes('wallet-id')]], ['host-key', [bytes('network/peer.key')]], ['remembered-port', [bytes('network/port')]], ['store-format', [bytes('packages/format')]],
    ['lock-holder', ['{"pid":4711,"startedAt":1800000000000,"shell":"electron"}']],
    ['window-memory', ['{"bounds":{"x":10,"y":20,"width":900,"height":700},"maximized":false,"trayExplained":true}']], ['profile-id', [utf8(`${'0a'.repeat(16)}\n`)]],
    ['history-copy', [bytes('a.history')]],
    ['proof-file', [utf8(`${formatForkProof(forkProofOf(signerOf('copied')))}\n`)]],
  ]);
}

/** A picture of a link: packed, as a screen is saved, and plain, so that changes reach what is drawn. */
async function pictures(link: string): Promise<Uint8Array[]> {
  const { size, data } = QRCode.create(link).modules;
  const margin = 4;
  const side = size + 2 * margin;
  const grey = Uint8Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [(at % side) - margin, Math.floor(at / side) - margin];
    return x >= 0 && y >= 0 && x < size && y < size && data[y * size + x] ? 0 : 255;
  });
  return [new Uint8Array(await QRCode.toBuffer(link, { scale: 2 })), joined(utf8(`P5 ${side} ${side} 255\n`), grey)];
}

function wireSamples(life: RecordedLife): Samples {
  const messages = [...asBytes(life.messages), ...asBytes(SAMPLES)];
  const { initiator, responder } = honestRun();
  const sealed = [initiator.send, responder.send].map((cipher) => encryptWithAd(cipher, new Uint8Array(), utf8('tallystick sample of a message')).ciphertext);
  const descriptors = life.messages.flatMap((message) => (message.type === 'offer' ? message.give : []));
  const credits = descriptors.flatMap((asset) => (asset.kind === 'credit' ? [encodeStrict(asset.currency)] : []));
  const books = descriptors.flatMap((asset) => (asset.kind === 'licence' ? [encodeStrict(asset.publication)] : []));
  const frames = messages.slice(0, 4).map((message) => joinFrames([message]));
  return new Map<string, readonly unknown[]>([
    ['cbor', messages], ['message', messages], ['contact-says', messages], ['stranger-says', messages], ['evidence', life.evidence], ['lane-frame', life.laneFrames], ['commit', life.commits], ['ack', life.acks], ['nack', [encodeStrict({ reason: 'declined' })]],
    ['lane-commit', life.commits], ['lane-answer', [...life.acks, encodeStrict({ reason: 'declined' })]], ['currency-descriptor', credits], ['publication-descriptor', books],
    ['manifest', [encodeManifest({ version: 1, mediaType: 'application/epub+zip', size: 70_000, cover: null, hashes: new Uint8Array(32 * chunkCountOf(70_000)).fill(6) })]],
    ['content-question', [encodeStrict({ version: 1, content: Buffer.from(CONTENT, 'hex'), manifest: true, chunks: [0, 1] })].map((bytes) => new Uint8Array(bytes))], ['content-answer', [[encodeStrict({ held: 2, total: 2 }), MANIFEST, new Uint8Array(40), new Uint8Array()], [encodeStrict({ held: 0, total: 0 })]]], ['content-folder', [MANIFEST]],
    ['handshake-message', HONEST], ['session-frame', sealed], ['sealed-package', [SEALED.package]], ['sealed-grant', [SEALED.grant]], ['sealed-content-key', [SEALED.contentKey]], ['sealed-cover-grant', [SEALED.coverGrant]], ['sealed-cover', [SEALED.cover]], ['sealed-chunk', [SEALED.chunk]], ['sealed-commit', [SEALED.commit]], ['sealed-answer', [SEALED.answer]],
    ['frame-stream', [joined(...frames), frames[0]]], ['stream-link', [joined(...frames), frames[1]]],
    ['mdns-packet', [new Uint8Array(encode({ type: 'response', ...announcement('ab'.repeat(16), `/ip4/${SENDER}/tcp/4001/p2p/12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf`)! })), new Uint8Array(encode({ type: 'query', ...question() }))]],
    ['host-messages', [life.toVault.slice(0, 8), life.toVault.slice(8, 24), [{ type: 'tick', now: 1_900_000_000_000 }], ...life.toVault.filter((message) => (message as { type: string }).type === 'call').slice(0, 4).map((message) => [message])]],
    ['store-answers', [[null, null, []], [null]]], ['zip', [EPUB]], ['book-documents', [EPUB]], ['xml', [CONTAINER, PACKAGE, NAV, NCX, UNDRAWN]], ['book', [EPUB, PDF]], ['streamed-book', [PDF]], ['illustrated-book', [ILLUSTRATED]], ['published-book', [PUBLISHED]], ['cover-picture', [PNG]],
  ]);
}

export async function samplesByTarget(): Promise<Samples> {
  const life = await recordLife();
  const answers = [...life.answers.values()];
  const calls = Object.entries(VAULT_INPUTS).map(([method, [input]]) => ({ id: 7, method, input }));
  return new Map([
    ...schemaSamples([...life.toVault, ...life.fromVault, ...life.messages, ...answers, ...SAMPLES, ...calls, ...Object.values(TYPED.schemas)]), ...await storedFiles(), ...wireSamples(life), ['qr-picture', await pictures(TYPED.link)], ...Object.entries(TYPED.targets),
    ...Object.entries(VAULT_INPUTS).map(([method, inputs]): [string, readonly unknown[]] => [`vault/${method}`, inputs]), ...Object.entries(HOST_INPUTS).map(([method, inputs]): [string, readonly unknown[]] => [`host/${method}`, inputs]),
    ...Object.entries(READER_INPUTS).map(([method, inputs]): [string, readonly unknown[]] => [`reader/${method}`, inputs]), ...Object.entries(SHELL_INPUTS).map(([method, inputs]): [string, readonly unknown[]] => [`shell/${method}`, inputs]),
    ...Object.entries(LIBRARY_INPUTS).map(([method, inputs]): [string, readonly unknown[]] => [`books/${method}`, inputs]),
  ]);
}
