/**
 * Stands in for enclave/vault/noise/cipher-state.ts when the simulator is loaded (see hooks.ts): the real cipher, plus a
 * record of what was encrypted, so that the simulator can see what a vault says inside a session, and can say something
 * more in it, as a vault whose owner has changed it could.
 */
import * as real from '../../../enclave/vault/noise/cipher-state.ts';

export * from '../../../enclave/vault/noise/cipher-state.ts';

interface Heard { readonly plaintext: Uint8Array; readonly key: Uint8Array; readonly nonce: number }

const heard = new WeakMap<Uint8Array, Heard>();
/** How many messages were slipped into the stream under a key, by which the vault's own count is behind. */
const slipped = new WeakMap<Uint8Array, number>();
const NO_DATA = new Uint8Array();

export const encryptWithAd: typeof real.encryptWithAd = (state, ad, plaintext) => {
  // Handshake messages have associated data and a key of their own.
  if (ad.length > 0) return real.encryptWithAd(state, ad, plaintext);
  const nonce = state.nonce + (slipped.get(state.key) ?? 0);
  const { ciphertext } = real.encryptWithAd({ key: state.key, nonce }, ad, plaintext);
  heard.set(ciphertext, { plaintext, key: state.key, nonce });
  return { state: { key: state.key, nonce: state.nonce + 1 }, ciphertext };
};

/** What the vault encrypted to get this very array; undefined for handshake messages. */
export const plaintextOf = (ciphertext: Uint8Array): Uint8Array | undefined => heard.get(ciphertext)?.plaintext;

/**
 * One more message in the session in which `last` was the newest that left the vault. The vault must be at rest.
 * @returns its ciphertext, or null if `last` was no session message
 */
export function slipIn(last: Uint8Array, plaintext: Uint8Array): Uint8Array | null {
  const after = heard.get(last);
  if (!after) return null;
  slipped.set(after.key, (slipped.get(after.key) ?? 0) + 1);
  const nonce = after.nonce + 1;
  const { ciphertext } = real.encryptWithAd({ key: after.key, nonce }, NO_DATA, plaintext);
  heard.set(ciphertext, { plaintext, key: after.key, nonce });
  return ciphertext;
}
