/**
 * What a host may not have (assurance row 48): no reply, no frame, no stored byte and no fault holds the instance key, a
 * lane's keys or the PIN, whatever the host asks for and however it asks.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePackage } from '../../enclave/runtime/packages.codec.ts';
import { sealerFrom } from '../../enclave/runtime/sealing.ts';
import { vaultContract } from '../../protocol/contracts/vault.contract.ts';
import type { VaultMessage } from '../../protocol/module-port.ts';
import type { MemoryHost } from '../support/memory-host.ts';
import { fundedPair } from '../support/vault-pair.ts';

const PIN = '483920175';
const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Every secret of a wallet, taken from its packages with the root secret that this test happens to know. */
function secretsOf(host: MemoryHost): Map<string, Uint8Array> {
  const sealer = sealerFrom(host.rootSecret);
  const secrets = new Map<string, Uint8Array>([['root secret', host.rootSecret]]);
  for (const [n, sealed] of host.store.snapshot().packages) {
    for (const [table, key, value] of decodePackage(sealer.open('package', n, sealed) ?? new Uint8Array()).changes) {
      if (typeof value !== 'object' || value === null) continue;
      for (const [field, secret] of Object.entries(value)) if (['secretKey', 'secret', 'chainKey', 'answerKey'].includes(field) && secret instanceof Uint8Array) secrets.set(`${table} ${key} ${field}`, secret);
    }
  }
  return secrets;
}

/** A value with its bytes in each form that a program would write them in. */
const asText = (value: unknown): string => JSON.stringify(value, (_key, part: unknown) => (part instanceof Uint8Array ? Buffer.from(part).toString('hex') : typeof part === 'bigint' ? String(part) : part)) ?? '';

async function livedIn(label: string) {
  const pair = await fundedPair(label);
  const { ada, ben, currency, settle } = pair;
  const heard: VaultMessage[] = [];
  for (const host of [ada, ben]) host.onEmit = (message, when) => void (when === 'before' && heard.push(message));
  await ada.must('safety.setPin', { next: PIN });
  await ada.must('safety.setLimit', { currency: currency as never, amount: '1' });
  const sent = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '30', pin: PIN });
  await settle();
  await ben.must('transfers.accept', { id: sent.id });
  await settle();
  return { ...pair, heard };
}

function expectNone(text: string, secrets: Map<string, Uint8Array>, what: string): void {
  for (const [name, secret] of secrets) {
    for (const form of [Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64'), Buffer.from(secret).join(',')]) expect(text.includes(form), `${name} in ${what}`).toBe(false);
  }
}

describe('a host', () => {
  it('that asks for everything there is, by every method and with any input, learns no secret', async () => {
    const { ada, heard } = await livedIn('secrets asked for');
    const secrets = secretsOf(ada);
    expect([...secrets.keys()].map((name) => name.split(' ').at(-1))).toEqual(expect.arrayContaining(['secret', 'secretKey', 'chainKey', 'answerKey']));
    const methods = fc.oneof(fc.constantFrom(...Object.keys(vaultContract)), fc.constantFrom('self', 'wallet.secretKey', 'wallet.export', 'state', 'records', '__proto__', 'constructor'));
    const input = fc.oneof(fc.constant({}), fc.dictionary(fc.constantFrom('table', 'key', 'secretKey', 'fields', 'include', 'id', 'limit', 'cursor'), fc.anything({ maxDepth: 1 })));
    await fc.assert(fc.asyncProperty(methods, input, async (method, given) => {
      expectNone(asText(await ada.callAnything(method, given)), secrets, method);
    }), { seed, numRuns: 400 });
    for (const method of Object.keys(vaultContract)) expectNone(asText(await ada.callAnything(method, {})), secrets, method);
    expectNone(asText(heard), secrets, 'what was let out');
    expect(asText(heard)).not.toContain(PIN);
  });

  it('that reads the disk finds neither a secret nor a name or an amount in it', async () => {
    const { ada } = await livedIn('secrets stored');
    const { packages, snapshots, archive } = ada.store.snapshot();
    const stored = Buffer.concat([...packages.values(), ...snapshots.values(), ...[...archive.values()].map(({ sealed }) => sealed)]);
    for (const [name, secret] of secretsOf(ada)) expect(stored.includes(Buffer.from(secret)), name).toBe(false);
    for (const word of [PIN, 'Ada', 'Ben', 'TEA', 'committed', 'secretKey']) expect(stored.includes(Buffer.from(word)), word).toBe(false);
  });

  it('that opens the journal all the same finds no PIN there: what was typed is not kept', async () => {
    const { ada } = await livedIn('pin kept');
    const sealer = sealerFrom(ada.rootSecret);
    for (const [n, sealed] of ada.store.snapshot().packages) expect(asText(decodePackage(sealer.open('package', n, sealed)!)), `package ${n}`).not.toContain(PIN);
  });
});
