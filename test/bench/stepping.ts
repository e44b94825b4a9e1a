/** The vault alone: what a transfer takes of a processor in `step` and its cryptography on both sides, without disk and wire, and what sealing takes. */
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
  const sealing = await timed(sealings, (index) => sealer.seal('package', index + 1, nonce, plaintext));
  return [
    figureOf(`a transfer in both vaults, ${steps.toFixed(1)} steps`, 'ms', times),
    figureOf(`sealing a package of ${SEALED_BYTES / 1000} KB`, 'ms', sealing),
  ];
}
