/**
 * A wiretap on the session cipher: what is encrypted for the other vault is shown to a watcher before it leaves.
 *
 *   vi.mock('../../enclave/vault/noise/cipher-state.ts', async (original) => (await import('../support/wiretap.ts')).tapped(await original()));
 *   listenIn((ciphertext, plaintext) => lanes.hear(ciphertext, plaintext));
 *
 * It loads nothing of the vault itself, or it would wait for the module that is being put in its place.
 */
import type * as Shipped from '../../enclave/vault/noise/cipher-state.ts';

type Hear = (ciphertext: Uint8Array, plaintext: Uint8Array) => void;
let hear: Hear = () => {};

/** Who is shown what is said from now on. */
export const listenIn = (listener: Hear): void => void (hear = listener);

export const tapped = (real: typeof Shipped): typeof Shipped => ({
  ...real,
  encryptWithAd(state, ad, plaintext) {
    const sealed = real.encryptWithAd(state, ad, plaintext);
    // What has associated data belongs to the handshake.
    if (ad.length === 0) hear(sealed.ciphertext, plaintext);
    return sealed;
  },
});
