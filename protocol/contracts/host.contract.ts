/**
 * What can be asked of the host: everything that is not of value. Whether there is a wallet, where it lies, who is
 * within reach, and how this person likes the interface.
 */
import { z } from 'zod';
import { FailureSchema, command, nothing, query } from './contract.ts';
import { NameSchema } from './plain.ts';
import { TierSchema } from './views.ts';
import { InstanceIdSchema } from '../identifiers.ts';
import { MAX_PROOF_CHARS } from '../limits.ts';

export const VISIBILITIES = ['visible', 'contacts', 'hidden'] as const;
export const LANGUAGES = ['en', 'de'] as const;
export const THEMES = ['system', 'light', 'dark'] as const;

/** empty: no wallet yet; starting; running; restarting: the vault crashed and comes back by itself; stopped: fail-stop, see `fault`. */
export const AppPhaseSchema = z.enum(['empty', 'starting', 'running', 'restarting', 'stopped']);

export const AppStatusSchema = z.strictObject({
  phase: AppPhaseSchema,
  fault: FailureSchema.nullable(),
  version: z.string(),
  tier: TierSchema,
  /** Where the secret that seals the store is kept. `obfuscated`: the desktop has no real keychain. */
  rootSecret: z.enum(['keychain', 'obfuscated', 'file']),
  measurement: z.string(),
  /** Versions of what it runs on, for the about page: node, electron, chrome, libp2p. */
  versions: z.record(z.string(), z.string()),
  dataFolder: z.string(),
  restarts: z.int(),
  /** electron: the desktop app; browser: served to a local browser. */
  shell: z.enum(['electron', 'browser', 'none']),
});
export type AppStatus = z.output<typeof AppStatusSchema>;

export const SettingsSchema = z.strictObject({
  visibility: z.enum(VISIBILITIES),
  language: z.enum(LANGUAGES).nullable(),
  theme: z.enum(THEMES),
  notifications: z.boolean(),
});
export type Settings = z.output<typeof SettingsSchema>;

/** One computer within reach, known or not; `instance` once its vault has been met. */
export const NearbySchema = z.strictObject({
  peerId: z.string(),
  addresses: z.array(z.string()),
  foundBy: z.enum(['mdns', 'address', 'incoming', 'known']),
  instance: InstanceIdSchema.nullable(),
  name: z.string().nullable(),
  state: z.enum(['seen', 'connecting', 'connected', 'failed']),
  /** Why there is no session, if known: a code and a sentence. */
  trouble: FailureSchema.nullable(),
});
export type Nearby = z.output<typeof NearbySchema>;

export const NetworkStatusSchema = z.strictObject({
  peerId: z.string(),
  /** Full multiaddrs that another computer can dial, loopback last. */
  addresses: z.array(z.string()),
  discovery: z.enum(['on', 'off', 'unavailable']),
  /** In plain words what keeps discovery from working, if anything. */
  trouble: FailureSchema.nullable(),
  nearby: z.array(NearbySchema),
});
export type NetworkStatus = z.output<typeof NetworkStatusSchema>;

/** What a link, an argument or a code asks for: a draft for the person to look at, never an action. */
export const DraftSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pair'), instance: InstanceIdSchema, name: z.string().nullable(), addresses: z.array(z.string()) }),
]);
export type Draft = z.output<typeof DraftSchema>;

/** A copy of the history in a file: from which package to which. */
export const CopiedSchema = z.strictObject({ from: z.int().positive(), to: z.int().positive(), bytes: z.int().positive() });

export const hostContract = {
  'app.status': query(nothing, AppStatusSchema),
  'app.create': command(z.strictObject({ name: NameSchema }), AppStatusSchema),
  /** Tries a stopped vault once more, after the person has done what the fault says. */
  'app.retry': command(nothing, AppStatusSchema),
  'app.openDataFolder': command(nothing, nothing),
  /** Asks the person where to save a fork proof; `saved` is false if they did not want to. For shells whose pages cannot download. */
  'app.saveProof': command(z.strictObject({ proof: z.string().max(MAX_PROOF_CHARS) }), z.strictObject({ saved: z.boolean() })),

  /** What the packages of the journal weigh, sealed as they are; see `history.extent` of the vault. */
  'history.size': query(nothing, z.strictObject({ packages: z.int().nonnegative(), bytes: z.int().nonnegative() })),
  /** Asks the person where to save a copy of the history, and saves it; `copy` is null if they did not want to. For shells with a window. */
  'history.saveCopy': command(nothing, z.strictObject({ copy: CopiedSchema.nullable() })),

  'settings.get': query(nothing, SettingsSchema),
  'settings.set': command(SettingsSchema.partial(), SettingsSchema),

  'network.status': query(nothing, NetworkStatusSchema),
  /** Dials a multiaddr or a tallystick:// link; resolves once the two vaults have met. */
  'network.connect': command(z.strictObject({ address: z.string().min(1).max(2048) }), z.strictObject({ instance: InstanceIdSchema, name: z.string() })),
  /** A link with address and instance key, and the same as a QR code (SVG path data on a grid of `size` modules). */
  'network.invite': query(nothing, z.strictObject({ link: z.string(), qr: z.strictObject({ size: z.int(), path: z.string() }) })),

  /** The draft that a link left, if any; asking takes it. */
  'link.take': command(nothing, z.strictObject({ draft: DraftSchema.nullable() })),
  /** Reads what a person pasted or scanned, without acting on it. */
  'link.read': query(z.strictObject({ text: z.string().max(4096) }), DraftSchema),
} as const;

export type HostContract = typeof hostContract;
