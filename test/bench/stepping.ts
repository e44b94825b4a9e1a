/** The vault alone: what a transfer takes of a processor in `step` and its cryptography on both sides, without disk and wire, and what sealing takes. */
import { sealerFrom } from '../../enclave/runtime/sealing.ts';
import { PureNetwork, PureVault, pairUp } from '../support/pure-vault.ts';
import { type Figure, figureOf, timed } from './figure.ts';
import type { Plan } from './plan.ts';

const SEALED_BYTES = 2_000;

export async function steppingFigures({ transfers, sealings }: Plan['step']): Promise<Figure[]> {
  const network = new PureNetwork();
  const [ada, ben] = [new PureVault('Ada', 'bench', network), new PureVault('Ben', 'bench', network)];
  pairUp(network, ada, ben);
  const made = ada.call('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  if (!made.ok) throw new Error(made.failure.detail);
  const currency = made.value.id;
  ada.call('credits.issue', { currency, amount: '1000000' });
  const send = (): void => {
    const sent = ada.call('transfers.send', { contact: ben.instance, currency, amount: '1' });
    if (!sent.ok) throw new Error(sent.failure.detail);
    network.settle();
  };
  send();
  for (const [id] of [...ben.state.all('transfer')]) ben.call('transfers.accept', { id: id as never });
  network.settle();
  ben.call('people.setRule', { contact: ada.instance, rule: { mode: 'auto', upTo: [{ currency, amount: '5' }] } });
  network.settle();
  const before = ada.steps + ben.steps;
  const times = await timed(transfers, send);
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
