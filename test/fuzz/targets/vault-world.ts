/**
 * A wallet in which everything has happened once: offers both ways, requests both ways, something in transit, books owned,
 * lent and borrowed, a proof, strangers at the door. Corpus files name these things by `@names`, because ids follow from
 * keys that change with the code.
 */
import { x25519 } from '@noble/curves/ed25519.js';
import { sealContentKey } from '../../../enclave/grants/grants.codec.ts';
import { formatForkProof } from '../../../protocol/fork-proof.codec.ts';
import type { InstanceId } from '../../../protocol/identifiers.ts';
import { digest } from '../../../enclave/vault/bytes.ts';
import { bytesFrom, forkProofOf, signerOf } from '../../support/fork-proofs.ts';
import { BEGINNING, MemoryHost, type SavedWallet } from '../../support/memory-host.ts';
import type { MemoryNetwork } from '../../support/memory-network.ts';
import { rawIdentity, RawPeer } from '../../support/raw-peer.ts';
import { fundedPair } from '../../support/vault-pair.ts';
import { once } from '../engine/scratch.ts';
import { objectOf } from '../engine/written-input.ts';

export type Names = ReadonlyMap<string, unknown>;
export interface VaultWorld { readonly ada: MemoryHost; readonly names: Names }

const SEED = 'a world to fuzz';
const DAY_MS = 24 * 60 * 60_000;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The life that Ada has led, as her disk remembers it. */
const lived = once(async (): Promise<{ saved: SavedWallet; names: Map<string, string> }> => {
  const { ada, ben, network, currency, settle } = await fundedPair(SEED, '100000');
  const names = new Map<string, string>();
  const contact = ben.instance as InstanceId;
  const [me, tea] = [ada.instance as InstanceId, currency as never];
  names.set('@ada', me).set('@contact', contact).set('@tea', currency).set('@idle', await idleContact(ada, network, settle));
  const named = async (name: string, made: Promise<{ id: string }>): Promise<string> => {
    const { id } = await made;
    names.set(name, id);
    await settle();
    return id;
  };
  const accepting = async (id: string, by: MemoryHost): Promise<void> => {
    await settle();
    await by.must('transfers.accept', { id: id as never });
    await settle();
  };
  await accepting(await named('@done', ada.must('transfers.send', { contact, currency: tea, amount: '50' })), ben);
  await named('@offer-out', ada.must('transfers.send', { contact, currency: tea, amount: '3', memo: 'tea' }));
  await named('@offer-in', ben.must('transfers.send', { contact: me, currency: tea, amount: '2' }));
  await named('@request-out', ada.must('requests.create', { contact, currency: tea, amount: '4' }));
  await named('@request-in', ben.must('requests.create', { contact: me, currency: tea, amount: '5' }));

  // Something of Ben's that Ada knows, to ask for in return.
  const bens = await ben.must('credits.createCurrency', { code: 'BEN', decimals: 0, name: 'Ben' });
  await ben.must('credits.issue', { currency: bens.id, amount: '100' });
  names.set('@theirs', bens.id);
  await accepting((await ben.must('transfers.send', { contact: me, currency: bens.id, amount: '1' })).id, ada);

  const publish = async (by: MemoryHost, title: string, copies: number): Promise<string> => {
    const { key } = await by.must('books.publishingKey', {});
    const content = bytesFrom(`content of ${title}`);
    const sealedKey = sealContentKey(Buffer.from(key, 'hex'), { version: 1, content, key: bytesFrom(`key of ${title}`) }, bytesFrom(`for ${title}`));
    const terms = { give: true, lend: true, maxLoanDays: null, text: true };
    return (await by.must('books.publish', { title, author: 'A. Uthor', language: 'en', format: 'epub', bytes: 1000, content: hex(content), sealedKey: hex(sealedKey), copies, terms, price: null })).id;
  };
  const lend = async (from: MemoryHost, to: MemoryHost, licence: string): Promise<void> => {
    const { id } = await from.must('books.lend', { licence: licence as never, contact: to.instance as InstanceId, due: BEGINNING + 20 * DAY_MS });
    await settle();
    await accepting(id, to);
  };
  const [mine, theirs] = [await publish(ada, 'Of tallies', 3), await publish(ben, 'Of sticks', 2)];
  names.set('@licence', `${mine}/1`).set('@lent', `${mine}/2`).set('@borrowed', `${theirs}/1`);
  await lend(ada, ben, `${mine}/2`);
  await lend(ben, ada, `${theirs}/1`);
  await ben.must('books.askRenewal', { licence: `${mine}/2` as never, due: BEGINNING + 30 * DAY_MS });
  await settle();
  const again = await ada.must('books.publishingKey', {});
  const another = bytesFrom('content of another');
  names.set('@sealed-key', hex(sealContentKey(Buffer.from(again.key, 'hex'), { version: 1, content: another, key: bytesFrom('another') }, bytesFrom('for another')))).set('@content', hex(another));
  names.set('@reader', hex(x25519.getPublicKey(bytesFrom('reader')))).set('@proof', formatForkProof(forkProofOf(signerOf('copied'))));

  await ben.must('people.setRule', { contact: me, rule: { mode: 'auto', upTo: [{ currency: tea, amount: '9' }] } });
  await settle();
  network.policy = () => 0;
  await named('@in-transit', ada.must('transfers.send', { contact, currency: tea, amount: '6' }));
  network.policy = () => 1;
  network.cutAll();
  await settle();
  // What has been under way for so long that it may be given up.
  ada.now += 400 * DAY_MS;
  return { saved: ada.save(), names };
});

/** Somebody with whom Ada has nothing under way. */
async function idleContact(ada: MemoryHost, network: MemoryNetwork, settle: () => Promise<void>): Promise<InstanceId> {
  const cleo = new MemoryHost('Cleo', SEED);
  network.join(cleo);
  await cleo.boot(true);
  const { a } = network.connect(ada, cleo);
  const both = async (): Promise<void> => { await network.settle([ada, cleo]); await settle(); };
  await both();
  const instance = cleo.instance as InstanceId;
  await ada.must('pairing.start', { instance });
  await both();
  await ada.must('pairing.confirm', { instance, matches: true });
  await cleo.must('pairing.confirm', { instance: ada.instance as InstanceId, matches: true });
  await both();
  network.cut(ada, a);
  await both();
  return instance;
}

/** Ada's wallet as it was then, started anew, with two strangers at the door: one nobody has spoken to, one with words to compare. */
export async function openVaultWorld(): Promise<VaultWorld> {
  const { saved, names } = await lived();
  const ada = new MemoryHost('Ada', SEED, saved);
  await ada.boot();
  const [sam, tom] = [rawIdentity('Sam', SEED), rawIdentity('Tom', SEED)];
  await new RawPeer(sam, ada).meet();
  const asking = await new RawPeer(tom, ada).meet();
  const nonce = bytesFrom('nonce');
  await asking.say({ type: 'pair-request', commitment: digest('tallystick pairing commitment', asking.handshakeHash, nonce) });
  await asking.say({ type: 'pair-reveal', nonce });
  return { ada, names: new Map([...names, ['@stranger', sam.instance], ['@comparing', tom.instance]]) };
}

/** The input with the world's own ids where it has names for them. */
export function withNames(input: unknown, names: Names): unknown {
  if (typeof input === 'string') return names.has(input) ? names.get(input) : input;
  if (Array.isArray(input)) return input.map((part) => withNames(part, names));
  if (typeof input !== 'object' || input === null || Object.getPrototypeOf(input) !== Object.prototype) return input;
  return objectOf(Object.entries(input).map(([key, part]) => [key, withNames(part, names)]));
}

/** The wallet's durable state, to the last byte. */
export const durableStateOf = (host: MemoryHost): string => `${host.store.snapshot().packages.size} ${hex(host.register.snapshot() ?? new Uint8Array())}`;
