/**
 * A vault that is running and at rest: what is durable, and what lives as long as its process (sessions). Equal lives are
 * one object. Its next input is given to a real Driver over a real Journal (run.ts).
 */
import { serialize } from 'node:v8';
import { encryptWithAd } from '../../../enclave/vault/noise/cipher-state.ts';
import { type Sealer, sealerFrom } from '../../../enclave/runtime/sealing.ts';
import { VOLATILE } from '../../../enclave/vault/records.ts';
import type { OpenSession } from '../../../enclave/vault/sessions/session.ts';
import type { Base, Change } from '../../../enclave/vault/state.ts';
import type { SealedPackage } from '../../../protocol/module-port.ts';
import type { Durable } from './lineage.ts';
import { intern } from './interned.ts';
import { bytesFor } from './seeds.ts';

/** What is fixed about one vault: its name here, what opens its packages, and a snapshot from before the exploration. */
export interface Wallet { readonly name: string; readonly sealer: Sealer; instance: string; snapshot: SealedPackage | null }

export const newWallet = (name: string): Wallet => ({ name, sealer: sealerFrom(bytesFor(`root secret of ${name}`, 32)), instance: '', snapshot: null });

export interface Life {
  readonly id: number;
  readonly durable: Durable | null;
  /** What its journal takes the freshness register to hold: the head, unless a rule was taken out. */
  readonly registered: string;
  readonly volatile: readonly Change[];
  /** Equal for sessions in which the same can be said: keys, counters and transcripts do not matter. */
  readonly canon: number;
}

const lives = new Map<string, Life>();

const bigints = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);

/** Keys, counters and transcripts of sessions do not matter, nor what is only shown. */
function canonOf(volatile: readonly Change[]): number {
  const told = volatile.filter(({ table }) => table !== 'trouble').map(({ table, key, value }): unknown => {
    if (table !== 'session') return [table, key, value];
    const { phase, instance, resumed, theirRule } = value as OpenSession;
    return [key, phase, instance, resumed, theirRule];
  });
  return intern('volatile', JSON.stringify(told, bigints));
}

export function lifeOf(durable: Durable | null, registered: string, changes: Iterable<Change>): Life {
  const volatile = [...changes].filter(({ table }) => VOLATILE.has(table)).sort((a, b) => (a.table + a.key < b.table + b.key ? -1 : 1));
  const key = `${durable?.head}/${registered}/${serialize(volatile).toString('latin1')}`;
  const life = lives.get(key) ?? { id: lives.size, durable, registered, volatile, canon: canonOf(volatile) };
  lives.set(key, life);
  return life;
}

export const aliveWith = (durable: Durable | null, registered: string, base: Base): Life => lifeOf(durable, registered, base.records(true));

export function sessionOn({ volatile }: Life, connection: number): OpenSession | null {
  const found = volatile.find(({ table, key }) => table === 'session' && key === String(connection))?.value as OpenSession | undefined;
  return found?.phase === 'open' ? found : null;
}

/** A message in the place of another that was said in the same session. */
export const sealedAt = (key: Uint8Array, nonce: number, plaintext: Uint8Array): Uint8Array => encryptWithAd({ key, nonce }, new Uint8Array(), plaintext).ciphertext;

interface Spoken { readonly life: Life; readonly frame: Uint8Array }
const spokenBefore = new Map<string, Spoken | null>();

/** One more message in an open session, as a vault whose owner has changed it could say. @param id of the message */
export function saying(life: Life, connection: number, id: number, plaintext: Uint8Array): Spoken | null {
  const key = `${life.id}/${connection}/${id}`;
  const known = spokenBefore.get(key);
  if (known !== undefined) return known;
  const spoken = say(life, connection, plaintext);
  spokenBefore.set(key, spoken);
  return spoken;
}

function say(life: Life, connection: number, plaintext: Uint8Array): Spoken | null {
  const session = sessionOn(life, connection);
  if (!session) return null;
  const { state: send, ciphertext } = encryptWithAd(session.send, new Uint8Array(), plaintext);
  const rest = life.volatile.filter(({ table, key }) => table !== 'session' || key !== String(connection));
  return { life: lifeOf(life.durable, life.registered, [...rest, { table: 'session', key: String(connection), value: { ...session, send } }]), frame: ciphertext };
}
