/**
 * What a few lives of wallets leave behind, for the corpus: every message and frame that real vaults said, everything that
 * passed their ports, and the answers to everything that can be asked of them.
 */
import { decodePackage } from '../../../enclave/runtime/packages.codec.ts';
import { sealerFrom } from '../../../enclave/runtime/sealing.ts';
import { COMMANDS } from '../../../enclave/vault/calls.ts';
import { openAnswer, parseLaneFrame } from '../../../enclave/vault/transfers/lane-keys.ts';
import { encodeStrict } from '../../../protocol/cbor.codec.ts';
import { type VaultMethod, vaultContract } from '../../../protocol/contracts/vault.contract.ts';
import { encodeMessage, type Message, MessageSchema } from '../../../protocol/messages.codec.ts';
import { MemoryHost } from '../../support/memory-host.ts';
import { RawContact, credit, descriptor, laneFrames } from '../../support/raw-contact.ts';
import { openVaultWorld } from '../targets/vault-world.ts';

export interface RecordedLife {
  readonly messages: readonly Message[];
  readonly evidence: readonly Uint8Array[];
  readonly laneFrames: readonly Uint8Array[];
  readonly commits: readonly Uint8Array[];
  readonly acks: readonly Uint8Array[];
  /** What came into a vault through its port, and what went out. */
  readonly toVault: readonly unknown[];
  readonly fromVault: readonly unknown[];
  /** What queries answer, by method. */
  readonly answers: ReadonlyMap<VaultMethod, unknown>;
}

/** Listens to everything that a vault is told. */
function listenTo(host: MemoryHost, heard: unknown[]): void {
  const { runtime } = host;
  host.runtime = { ...runtime, handle: (raw) => { heard.push(raw); runtime.handle(raw); }, settled: () => runtime.settled() };
}

const isMessage = (value: unknown): value is Message => MessageSchema.safeParse(value).success;

/** What a vault told others, by its own journal. */
async function toldBy(host: MemoryHost): Promise<Message[]> {
  const sealer = sealerFrom(host.rootSecret);
  const packages = (await host.store.packages(1, 100_000)).map(({ n, sealed }) => decodePackage(sealer.open('package', n, sealed)!));
  return packages.flatMap(({ said, inputs }) => [...said, ...inputs]).map((entry) => (entry as { message?: unknown }).message).filter(isMessage);
}

/** A contact of our own making: what a vault says to it can be opened. */
async function frankContact() {
  const ada = new MemoryHost('Ada', 'frank');
  const [toVault, fromVault]: [unknown[], unknown[]] = [[], []];
  listenTo(ada, toVault);
  ada.onEmit = (message, when) => { if (when === 'before') fromVault.push(message); };
  await ada.boot(true);
  const { id: tea } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 2, name: 'Tea' });
  await ada.must('credits.issue', { currency: tea, amount: '1000' });
  const mallory = await RawContact.of(ada, 'Mallory', 'frank');
  const evidence = mallory.peer.theirEvidence;
  const heard: Message[] = [...mallory.peer.heard];
  await ada.must('transfers.send', { contact: mallory.identity.instance, currency: tea, amount: '250', memo: 'lunch' });
  await mallory.peer.settle();
  const offer = mallory.peer.heard.findLast((message) => message.type === 'offer')!;
  const [committed] = laneFrames(await mallory.say({ type: 'accept', id: offer.id }));
  const commit = mallory.read(committed!);
  const own = credit(descriptor(mallory.identity, 'BAD'), '5');
  const accepted = 'ab'.repeat(16);
  await mallory.say({ type: 'offer', id: accepted, give: [own], take: [], memo: '', purpose: 'payment' });
  await ada.must('transfers.accept', { id: accepted as never });
  const [answered] = await mallory.sayFrame(mallory.commit(1, { id: accepted, give: [own] }));
  await mallory.say({ type: 'offer', id: 'cd'.repeat(16), give: [own], take: [], memo: 'Grüße', purpose: 'payment' }, { type: 'request', id: 'ef'.repeat(16), asset: own, memo: '' } as Message, { type: 'withdraw', id: 'cd'.repeat(16) });
  await mallory.sayFrame(mallory.answer('ack', 1, { take: [] }));
  heard.push(...mallory.peer.heard);
  const frame = parseLaneFrame(answered!);
  const answer = frame.ok ? openAnswer(frame.value, mallory.laneOut.answerKey) : null;
  return { ada, heard, evidence, commit: encodeStrict(commit), ack: answer!, frames: [committed!, answered!], toVault, fromVault };
}

export async function recordLife(): Promise<RecordedLife> {
  const { ada, names } = await openVaultWorld();
  const frank = await frankContact();
  const answers = new Map<VaultMethod, unknown>();
  await ada.callAnything('audit.importProof', { proof: names.get('@proof') });
  for (const method of Object.keys(vaultContract) as VaultMethod[]) {
    if ((COMMANDS as readonly string[]).includes(method)) continue;
    const answer = await ada.callAnything(method, {});
    if (answer.ok) answers.set(method, answer.value);
  }
  const messages = [...frank.heard, ...(await toldBy(ada)), ...(await toldBy(frank.ada))];
  return {
    messages: messages.filter((message, at) => messages.findIndex((other) => shapeOf(other) === shapeOf(message)) === at), evidence: frank.evidence ? [frank.evidence.statement] : [],
    laneFrames: frank.frames, commits: [frank.commit], acks: [frank.ack],
    toVault: frank.toVault, fromVault: frank.fromVault, answers,
  };
}

/** Messages of one type with the same fields say the same to a fuzzer. */
const shapeOf = (message: Message): string => `${message.type} ${Object.entries(message).map(([key, value]) => `${key}:${Array.isArray(value) ? value.map((part) => (part as { kind?: string }).kind ?? typeof part).join() : typeof value}`).join(' ')}`;

export const asBytes = (messages: readonly Message[]): Uint8Array[] => messages.map(encodeMessage);
