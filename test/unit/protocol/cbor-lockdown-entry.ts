/** Runs in a Node process of its own: reads and writes after the vault's own lock-down, as its bundle does. */
import '../../../enclave/runtime/lock-down.ts';

const { decodeStrict, encodeStrict } = await import('../../../protocol/cbor.codec.ts');
const { decodePackage, encodePackage } = await import('../../../enclave/runtime/packages.codec.ts');

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const again = process.argv.slice(2).map((bytes) => {
  const value = decodeStrict(new Uint8Array(Buffer.from(bytes, 'hex')));
  return value.ok ? hex(encodeStrict(value.value)) : value.failure.code;
});
const events = [{ event: 'issued', currency: 'TEA', amount: 2n ** 62n, contact: null, transfer: null }];
const body = decodePackage(encodePackage({ version: 1, n: 1, previous: new Uint8Array(32), at: 1, clock: 1, inputs: [], said: [], events: events as never, changes: [] }));
process.stdout.write(JSON.stringify({ frozen: Object.isFrozen(Object.prototype), again, amount: String(body.events[0]?.amount) }));
