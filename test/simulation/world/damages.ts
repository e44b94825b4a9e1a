/**
 * What happens to the disk or the register of a wallet that is closed (assurance rows 5, 9, 10): afterwards it must not
 * open, and must say why, unless it can do so without guessing. What was there before is put back at the next start.
 */
import type { Checkpoint, SimHost } from './host.ts';
import type { Seeded } from './seeded.ts';
import type { World } from './world.ts';

/** @returns false where it does not apply */
type Damage = (host: SimHost, dice: Seeded) => boolean;

/** A copy with one bit the other way round. */
export function flipped(bytes: Uint8Array, random: number): Uint8Array {
  const copy = bytes.slice();
  const bit = random % (Math.max(copy.length, 1) * 8);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

/** A package that opening the wallet reads. */
const loadedPackage = (host: SimHost, dice: Seeded): number | null => {
  const from = host.disk.snapshot?.n ?? 0;
  return host.highest.n > from ? from + 1 + dice.below(host.highest.n - from) : null;
};

/** Puts another content in the place of a package that is read. */
const changedPackage = (change: (sealed: Uint8Array, dice: Seeded) => Uint8Array): Damage => (host, dice) => {
  const n = loadedPackage(host, dice);
  const sealed = n === null ? undefined : host.disk.packages.get(n);
  if (n === null || !sealed) return false;
  host.disk.packages.set(n, change(sealed, dice));
  return true;
};
const changedSnapshot = (change: (sealed: Uint8Array, dice: Seeded) => Uint8Array): Damage => (host, dice) => {
  const { snapshot } = host.disk;
  if (!snapshot) return false;
  host.disk.snapshot = { n: snapshot.n, sealed: change(snapshot.sealed, dice) };
  return true;
};
const flip = (sealed: Uint8Array, dice: Seeded): Uint8Array => flipped(sealed, dice.next());
const tear = (sealed: Uint8Array, dice: Seeded): Uint8Array => sealed.slice(0, dice.below(sealed.length));

const FATAL: Record<string, Damage> = {
  'stale-folder': (host) => {
    if (!host.checkpoint || host.checkpoint.n >= host.highest.n) return false;
    host.disk = host.checkpoint.disk.copy();
    return true;
  },
  'bit-flip-package': changedPackage(flip),
  'bit-flip-snapshot': changedSnapshot(flip),
  'torn-package': changedPackage(tear),
  'torn-snapshot': changedSnapshot(tear),
  'duplicated-package': (host, dice) => {
    const [from, to] = [loadedPackage(host, dice), loadedPackage(host, dice)];
    const sealed = from === null ? undefined : host.disk.packages.get(from);
    if (!sealed || to === null || from === to) return false;
    host.disk.packages.set(to, sealed);
    return true;
  },
  'missing-package': (host, dice) => {
    const n = loadedPackage(host, dice);
    return n !== null && host.disk.packages.delete(n);
  },
  // One step back cannot be told from a crash by anybody but a witness: the register is what is trusted (design §5.3).
  'older-register': (host) => {
    if (!host.checkpoint?.register || host.checkpoint.n > host.highest.n - 2) return false;
    host.register = host.checkpoint.register;
    return true;
  },
  'register-gone': (host) => {
    if (host.highest.n < 2) return false;
    host.register = null;
    return true;
  },
};
/** Every package since is there, so these cost time and nothing else: the wallet opens, and is what it was. */
const HARMLESS: Record<string, Damage> = {
  'stale-snapshot': (host) => {
    const older = host.checkpoint?.disk.snapshot ?? null;
    if (!host.disk.snapshot || older?.n === host.disk.snapshot.n || (older?.n ?? 0) < host.disk.released) return false;
    host.disk.snapshot = older;
    return true;
  },
};
export const DAMAGE_NAMES = [...Object.keys(FATAL), ...Object.keys(HARMLESS)];

/** The fault that deals this damage to some closed wallet and starts it. */
export const damage = (name: string) => (world: World, dice: Seeded): string | null => {
  const host = dice.pick(world.hosts.filter((one) => (one.power === 'down' || one.power === 'stopped') && one.good === null && one.exists && !one.isGhost));
  if (!host) return null;
  const good: Checkpoint = { disk: host.disk, register: host.register, n: host.highest.n };
  host.disk = host.disk.copy();
  if (!(FATAL[name] ?? HARMLESS[name])?.(host, dice)) {
    host.disk = good.disk;
    host.register = good.register;
    return null;
  }
  if (host.power === 'stopped') host.crash();
  if (name in FATAL) {
    host.good = good;
    host.mayStop = new Set(['rollback_detected', 'store_corrupt', 'register_missing']);
    host.mustStop = true;
  }
  host.boot();
  return `${host.name} is started with ${name}`;
};
