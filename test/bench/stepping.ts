/** The vault alone, without disk and wire: how many steps of transfers it takes a second, with their cryptography, and how long sealing takes. */
import { createCipheriv } from 'node:crypto';
import { sealerFrom } from '../../enclave/runtime/sealing.ts';
import { payingPair } from '../support/paying-pair.ts';
import { type Figure, figureOf, timed } from './figure.ts';
import type { Plan } from './plan.ts';

const SEALED_BYTES = 2_000;

export async function steppingFigures({ transfers, sealings }: Plan['step']): Promise<Figure[]> {
  const { ada, ben, currency, pay } = payingPair('bench');
  const before = ada.steps + ben.steps;
  const times = await timed(transfers, pay);
  const steps = (ada.steps + ben.steps - before) / (transfers + Math.ceil(transfers / 10));
  if (ada.book(currency).transit !== 0n) throw new Error('transfers were left over');
  const sealer = sealerFrom(new Uint8Array(32).fill(7));
  const plaintext = new Uint8Array(SEALED_BYTES);
  const nonce = new Uint8Array(24);
  const key = new Uint8Array(32);
  const bare = figureOf(`${SEALED_BYTES / 1000} KB by the cipher of node:crypto`, 'ms', await timed(sealings, () => {
    const cipher = createCipheriv('chacha20-poly1305', key, nonce.subarray(0, 12), { authTagLength: 16 });
    cipher.update(plaintext);
    cipher.final();
    cipher.getAuthTag();
  }));
  const sealing = await timed(sealings, (index) => sealer.seal('package', index + 1, nonce, plaintext));
  return [
    figureOf(`steps of both vaults, ${steps.toFixed(1)} to a transfer`, 'per second', times.map((ms) => steps * 1000 / ms)),
    bare,
    figureOf(`sealing a package of ${SEALED_BYTES / 1000} KB`, 'ms', sealing, bare),
  ];
}
