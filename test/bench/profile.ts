/**
 * Where the time of many transfers goes: a profile of the first wallet's vault and of its host, sorted into what the code is
 * doing. The vault runs without Node's `--permission` here, which would keep its profile from being written; it does nothing else otherwise.
 *
 *   each sample ──▶ the innermost of its callers that has a name below ──▶ that kind of work
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpawnModule } from '../../main/host/modules/module-process.port.ts';
import { parcelled, unpacked } from '../../protocol/parcels.ts';
import type { Wallets } from '../support/wallet-process.ts';
import { openCouple, rateOf } from './transfers.ts';

interface Frame { readonly functionName: string; readonly url: string }
interface Node { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] }
export interface CpuProfile { readonly nodes: readonly Node[]; readonly samples: readonly number[]; readonly timeDeltas: readonly number[] }

/** A kind of work, and how its functions are recognised. The first that fits counts. */
type Kind = readonly [name: string, fits: (frame: Frame) => boolean];
const named = (...names: string[]) => ({ functionName }: Frame): boolean => names.includes(functionName.replace(/\$\d+$/, ''));
const within = (pattern: RegExp) => ({ url }: Frame): boolean => pattern.test(url);

const COMMON: readonly Kind[] = [
  ['collecting garbage', named('(garbage collector)')],
  ['crossing the module port', named('writeChannelMessage', 'parseChannelMessages', 'channel.onread')],
  ['checking shapes (zod)', named('safeParse', '_parse', 'inst._zod.parse', 'inst._zod.run')],
];
const VAULT_KINDS: readonly Kind[] = [
  ...COMMON,
  ['XChaCha20-Poly1305 and ChaCha20-Poly1305', named('encrypt', 'decrypt')],
  ['HMAC and SHA-256: keys, chain, randomness', named('hmac_', 'derive', 'digest', 'keyedDigest', 'hashC', 'sha256')],
  ['Ed25519 and X25519', named('sign', 'verify', 'scalarMult', 'getSharedSecret', 'montgomeryLadder')],
  ['CBOR of messages', named('encodeStrict', 'decodeStrict')],
  ['CBOR of packages and the archive', named('encodePackage', 'encodeFinished', 'encodeSnapshot', 'toBytes')],
  ['the protocol itself', named('step')],
  ['driver, queue and journal', named('#run', 'handle', 'push')],
];
const HOST_KINDS: readonly Kind[] = [
  ...COMMON,
  ['libp2p', within(/libp2p|chainsafe|multiformats/)],
  ['level', within(/level/)],
  ['the freshness register', within(/register-file|register-slots/)],
  ['the host itself', within(/\/main\/host\//)],
];

/** @returns share of the time that was not idle, for each kind and for the rest, the greatest first */
function sortedOut({ nodes, samples, timeDeltas }: CpuProfile, kinds: readonly Kind[]): { readonly kind: string; readonly share: number }[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const callers = new Map(nodes.flatMap(({ id, children }) => (children ?? []).map((child) => [child, id] as const)));
  const kindOf = new Map<number, string | null>();
  const find = (id: number): string | null => {
    const frame = byId.get(id)?.callFrame;
    if (frame && named('(idle)')(frame)) return null;
    for (let at: number | undefined = id; at !== undefined; at = callers.get(at)) {
      const found = kinds.find(([, fits]) => fits(byId.get(at!)!.callFrame));
      if (found) return found[0];
    }
    return 'the rest';
  };
  const sums = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    if (!kindOf.has(id)) kindOf.set(id, find(id));
    const kind = kindOf.get(id);
    if (kind) sums.set(kind, (sums.get(kind) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const all = [...sums.values()].reduce((a, b) => a + b, 0);
  return [...sums].map(([kind, sum]) => ({ kind, share: sum / all })).sort((a, b) => b.share - a.share);
}

/** Starts modules that write a profile into `folder` when they end. */
const profiledModule = (folder: string): SpawnModule => (bundlePath) => {
  const onTerm = `data:text/javascript,process.on('SIGTERM',()=>process.exit(0))`;
  const child = spawn(process.execPath, ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--no-warnings', '--import', onTerm, bundlePath], { env: {}, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    get pid() { return child.pid; },
    post: parcelled((parcel) => { if (child.connected) child.send(parcel as unknown[], () => undefined); }),
    onMessage: (listener) => void child.on('message', unpacked(listener)),
    onExit: (listener) => void child.once('exit', listener),
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
};

export interface Profiles { readonly host: CpuProfile; readonly vault: CpuProfile }

/** So many transfers are looked at, after as many that warm everything up. */
const TRANSFERS = 4_000;
const IN_FLIGHT = 64;

/** @param keep a folder for the two profiles, made if it is missing, as Chromium's developer tools read them */
export async function profileTransfers(wallets: Wallets, keep: string | null): Promise<Profiles> {
  const folder = await mkdtemp(join(tmpdir(), 'tally-profile-'));
  const session = new Session();
  session.connect();
  try {
    // Before the minute of work that would be for nothing.
    if (keep) await mkdir(keep, { recursive: true });
    const couple = await openCouple(wallets, profiledModule(folder));
    await rateOf(couple, IN_FLIGHT, TRANSFERS);
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    await rateOf(couple, IN_FLIGHT, TRANSFERS);
    const { profile } = await session.post('Profiler.stop');
    await couple.close();
    const files = await Promise.all((await readdir(folder)).map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as CpuProfile));
    const [vault] = files.toSorted((a, b) => b.samples.length - a.samples.length);
    if (!vault) throw new Error('the vault wrote no profile');
    const profiles: Profiles = { host: profile as unknown as CpuProfile, vault };
    if (keep) for (const [name, one] of Object.entries(profiles)) await writeFile(join(keep, `${name}.cpuprofile`), JSON.stringify(one));
    return profiles;
  } finally {
    session.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(0).padStart(3)} %`;

/** As lines for people. */
export const profileInWords = ({ vault, host }: Profiles): string => [
  `Where the time of ${IN_FLIGHT} transfers in flight goes, of what is not idle:`,
  ...([['the sender’s vault', vault, VAULT_KINDS], ['the sender’s host', host, HOST_KINDS]] as const).flatMap(([name, profile, kinds]) => ['', `  ${name}`, ...sortedOut(profile, kinds).map(({ kind, share }) => `  ${percent(share)}  ${kind}`)]),
].join('\n');
