/**
 * Whatever comes in (assurance rows 9, 38, 48): any bytes, any truncation, any damaged message, any value from the host
 * and any lie about its disk leads to a code, never to an exception, and leaves the state as it was.
 * A failure prints its seed; `FUZZ_SEED=… npx vitest run test/attacks/vault-fuzz.test.ts` runs it again.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVaultRuntime } from '../../enclave/runtime/vault-runtime.ts';
import { parseLaneFrame } from '../../enclave/vault/transfers/lane-keys.ts';
import { formatAmount, parseAmount } from '../../protocol/amount.ts';
import { decodeStrict, encodeStrict } from '../../protocol/cbor.codec.ts';
import { createServer } from '../../protocol/contracts/server.ts';
import { vaultContract, type VaultMethod } from '../../protocol/contracts/vault.contract.ts';
import { ERROR_CODES, isFailStop, Refusal, type Result } from '../../protocol/errors.ts';
import { InstanceIdSchema } from '../../protocol/identifiers.ts';
import { MAX_AMOUNT, MAX_FRAME_BYTES } from '../../protocol/limits.ts';
import { formatPairLink, parseLink } from '../../protocol/link.codec.ts';
import { decodeMessage, encodeMessage } from '../../protocol/messages.codec.ts';
import type { VaultMessage } from '../../protocol/module-port.ts';
import { decodeEvidence } from '../../protocol/statements.codec.ts';
import { MEASUREMENT, MemoryHost, seededRandom } from '../support/memory-host.ts';
import { rawIdentity, RawPeer } from '../support/raw-peer.ts';
import { fundedPair } from '../support/vault-pair.ts';
import { damaged, SAMPLES } from '../support/wire-samples.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`FUZZ_SEED=${seed}`);
const settings = (numRuns: number) => ({ seed, numRuns });

const isCode = (result: Result<unknown>): boolean => result.ok || (ERROR_CODES.includes(result.failure.code) && result.failure.detail.length > 0);
const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged);

describe('a decoder', () => {
  const decoders = { decodeStrict, decodeMessage, parseLaneFrame, decodeEvidence };

  it.each(Object.entries(decoders))('%s answers any bytes with a value or a code', (_name, decoder) => {
    fc.assert(fc.property(anyBytes, (bytes) => isCode(decoder(bytes))), settings(4000));
  });

  it('takes every message it is meant for, and none that was cut short, lengthened or is too long', () => {
    for (const sample of SAMPLES) {
      const bytes = encodeMessage(sample);
      expect(decodeMessage(bytes)).toEqual({ ok: true, value: sample });
      for (let length = 0; length < bytes.length; length++) expect(decodeMessage(bytes.subarray(0, length)).ok, `${sample.type} cut at ${length}`).toBe(false);
      expect(decodeMessage(Uint8Array.from([...bytes, 0])).ok).toBe(false);
    }
    expect(decodeStrict(new Uint8Array(MAX_FRAME_BYTES + 1)).ok).toBe(false);
  });

  it('knows one encoding of each value: what it takes is what would be written', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const value = decodeStrict(bytes);
        if (value.ok) expect(Buffer.from(encodeStrict(value.value)).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
      }),
      settings(8000),
    );
    fc.assert(
      fc.property(damaged, (bytes) => {
        const message = decodeMessage(bytes);
        // A text is trimmed and composed as it is read; everything else is byte for byte what came.
        if (message.ok && !['offer', 'request'].includes(message.value.type)) expect(encodeMessage(message.value)).toEqual(bytes);
      }),
      settings(4000),
    );
  });

  it('is not confused by names that objects have already', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const bytes = encodeStrict(Object.fromEntries([['type', 'pair-confirm'], [name, { type: 'rule', rule: [] }]]));
      expect(decodeMessage(bytes).ok, name).toBe(false);
      expect(decodeMessage(encodeStrict(Object.fromEntries([[name, { type: 'pair-confirm' }]]))).ok, name).toBe(false);
    }
  });
});

describe('text', () => {
  it('of an amount is an exact number of minor units, or a code', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('0', '-1', '1e3', '1,5', 'NaN', 'Infinity', '0x10', '１２', '9'.repeat(19), '9'.repeat(20), '1.', '.5', '00', ' 1 '), fc.stringMatching(/^[0-9]{0,21}(\.[0-9]{0,10})?$/));
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 9 }), (written, decimals) => {
        const amount = parseAmount(written, decimals);
        if (!amount.ok) {
          expect(amount.failure.code).toBe('bad_amount');
          return;
        }
        expect(amount.value > 0n && amount.value <= MAX_AMOUNT).toBe(true);
        expect(parseAmount(formatAmount(amount.value, decimals), decimals)).toEqual(amount);
      }),
      settings(4000),
    );
  });

  it('of a link is a draft, or a code; what we write can be read', () => {
    const instance = InstanceIdSchema.parse(rawIdentity('Ada', 'link').instance);
    const good = `tallystick://pair/${instance}?name=Ada&at=/ip4/192.168.1.2/tcp/4001`;
    const text = fc.oneof(fc.string(), fc.tuple(fc.nat({ max: good.length }), fc.string({ maxLength: 5 }), fc.nat({ max: 3 })).map(([at, more, less]) => good.slice(0, at) + more + good.slice(at + less)));
    fc.assert(
      fc.property(text, (written) => {
        const link = parseLink(written);
        if (!link.ok) expect(link.failure.code).toBe('bad_link');
        else expect(parseLink(formatPairLink(link.value))).toEqual(link);
      }),
      settings(4000),
    );
    const addresses = Array.from({ length: 8 }, (_, n) => `/ip6/fd00:1234:5678:9abc:def0:1234:5678:9ab${n}/tcp/65535/p2p/12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf`);
    expect(parseLink(formatPairLink({ instance, name: '茶'.repeat(40), addresses }))).toMatchObject({ ok: true, value: { instance } });
  });
});

/** The vault's durable state, to the last byte. */
const stateOf = (host: MemoryHost): string => JSON.stringify([[...host.store.snapshot().packages.keys()], [...(host.register.snapshot() ?? [])]]);

describe('the contract', () => {
  it('answers any call with a reply; a refused one changes nothing', async () => {
    const { ada, ben, currency } = await fundedPair('contract');
    const values = fc.oneof(
      fc.constantFrom<unknown>(currency, ben.instance, ada.instance, 'ab'.repeat(16), '1', '0', '-1', '1.5', '99999999999999999999', 'NaN', '1e3', 1, -1, NaN, null, true, '', '1234', 'TEA', { mode: 'ask' }, [], 'Ada\u202e'),
      fc.anything({ maxDepth: 1 }),
    );
    const fields = ['contact', 'currency', 'amount', 'memo', 'pin', 'purpose', 'request', 'id', 'instance', 'matches', 'name', 'rule', 'code', 'decimals', 'next', 'current', 'limit', 'cursor', '__proto__'];
    const input = fc.oneof(fc.anything({ maxDepth: 2 }), fc.dictionary(fc.constantFrom(...fields), values));
    const methods = fc.oneof(fc.constantFrom(...(Object.keys(vaultContract) as VaultMethod[])), fc.constantFrom('constructor', '__proto__', 'toString', 'credits.mint', ''));
    await fc.assert(
      fc.asyncProperty(methods, input, async (method, given) => {
        const before = stateOf(ada);
        const result = await ada.callAnything(method, given);
        expect(isCode(result)).toBe(true);
        expect(ada.fault).toBeNull();
        // A wrong PIN is counted: the one mark that a refusal leaves.
        if (!result.ok && result.failure.code !== 'pin_wrong') expect(stateOf(ada)).toBe(before);
      }),
      settings(1500),
    );
  }, 60_000);

  it('is served the same way wherever it is served', async () => {
    const server = createServer(vaultContract, {} as never);
    await fc.assert(fc.asyncProperty(fc.anything(), async (raw) => isCode(await server(raw) as Result<unknown>)), settings(1000));
  });
});

describe('a peer', () => {
  it('whose bytes are no message is hung up on, and nothing changes', async () => {
    const { ada } = await fundedPair('bytes');
    const before = stateOf(ada);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 100 }), damaged), fc.boolean(), async (bytes, raw) => {
        const peer = await new RawPeer(rawIdentity('Sam', 'bytes'), ada).meet();
        if (raw) ada.deliver(peer.connection, bytes);
        else peer.sayBytes(bytes);
        await peer.settle();
        if (!peer.hungUp) await peer.leave();
        expect(ada.fault).toBeNull();
        expect(stateOf(ada)).toBe(before);
      }),
      settings(150),
    );
  }, 60_000);

  it('whose handshake is damaged at any byte is hung up on', async () => {
    const { ada } = await fundedPair('handshake');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        ada.runtime.handle({ type: 'connected', now: ada.now, connection: 9, role: 'responder', localPeer: 'a', remotePeer: 'b', expect: null, strangersWelcome: true });
        ada.deliver(9, bytes);
        await ada.settled();
        ada.runtime.handle({ type: 'disconnected', now: ada.now, connection: 9 });
        await ada.settled();
        expect(ada.fault).toBeNull();
      }),
      settings(150),
    );
  });
});

describe('a hostile host', () => {
  const time = fc.oneof(fc.nat(), fc.constantFrom(0, Number.MAX_SAFE_INTEGER, -1, NaN, 1.5));
  const connection = fc.integer({ min: -1, max: 4 });
  const message = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
    fc.record({ type: fc.constant('received'), now: time, connection, frame: fc.uint8Array({ maxLength: 100 }) }),
    fc.record({ type: fc.constant('connected'), now: time, connection, role: fc.constantFrom('initiator', 'responder'), localPeer: fc.string(), remotePeer: fc.string(), expect: fc.option(fc.string()), strangersWelcome: fc.boolean() }),
    fc.record({ type: fc.constantFrom('disconnected', 'tick'), now: time, connection }),
    fc.record({ type: fc.constant('tick'), now: time }),
    fc.record({ type: fc.constant('call'), now: time, id: fc.nat(), method: fc.constantFrom(...Object.keys(vaultContract)), input: fc.anything({ maxDepth: 1 }) }),
    fc.record({ type: fc.constant('answer'), id: fc.nat({ max: 20 }), ok: fc.constant(true), value: fc.anything() }),
    fc.record({ type: fc.constant('boot'), now: time, rootSecret: fc.uint8Array({ minLength: 32, maxLength: 32 }), measurement: fc.constant(MEASUREMENT), tier: fc.constant('software'), create: fc.constant(null) }),
  );

  it('that says anything in any order gets at worst a fail-stop, and never an exception', async () => {
    let stopped = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 12 }), fc.nat(), async (messages, run) => {
        const host = new MemoryHost('Ada', `host ${run}`);
        await host.boot(true);
        for (const each of messages) host.runtime.handle(each);
        await host.settled();
        if (host.fault) {
          stopped++;
          expect(isFailStop(host.fault.code)).toBe(true);
        } else {
          expect((await host.call('credits.balances', {})).ok).toBe(true);
        }
        // What it left behind opens.
        host.crash();
        host.now = Number.MAX_SAFE_INTEGER;
        await host.boot();
        expect(host.fault).toBeNull();
      }),
      settings(150),
    );
    console.log(`a hostile host made the vault stop ${stopped} times of 150`);
  }, 60_000);

  it('that lies about its disk gets a fail-stop before the vault says anything', async () => {
    const lie = fc.oneof(
      fc.anything(), fc.constant(null), fc.constant([]), fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.record({ n: fc.integer(), sealed: fc.uint8Array({ maxLength: 60 }) }), fc.array(fc.record({ n: fc.nat({ max: 3 }), sealed: fc.uint8Array({ maxLength: 60 }) }), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(lie, { minLength: 1, maxLength: 8 }), async (lies) => {
        const said: VaultMessage[] = [];
        let at = 0;
        const runtime = createVaultRuntime((out) => {
          said.push(out);
          if (out.type === 'ask') queueMicrotask(() => runtime.handle({ type: 'answer', id: out.id, ok: true, value: lies[at++ % lies.length] }));
        }, seededRandom('lies'));
        // Endless lies are answered endlessly; the test ends them.
        const booted = Promise.withResolvers<void>();
        runtime.handle({ type: 'boot', now: 1, rootSecret: new Uint8Array(32), measurement: MEASUREMENT, tier: 'software', create: null });
        void runtime.settled().then(booted.resolve);
        await booted.promise;
        expect(said.map(({ type }) => type).filter((type) => type !== 'ask')).toEqual(['fault']);
      }),
      settings(300),
    );
  });

  it.each(['disk_full', 'store_failed', 'register_failed', 'declined'] as const)('that did as it was asked and says %s lets nothing out that is not in the register', async (code) => {
    for (const op of ['store.append', 'register.advance'] as const) {
      const { ada, currency, settle } = await fundedPair(`${code} ${op}`);
      const sent = ada.emitted.filter(({ type }) => type === 'send').length;
      ada.beforeAsk = (ask) => {
        if (ask.op !== op) return;
        ada.beforeAsk = () => {};
        if (ask.op === 'register.advance') ada.register.restore(ask.to);
        else void ada.store.append(ask);
        throw new Refusal(code, 'It did not work.');
      };
      expect((await ada.call('credits.issue', { currency: currency as never, amount: '1' })).ok).toBe(false);
      await settle();
      expect(ada.emitted.filter(({ type }) => type === 'send').length).toBe(sent);
      // It either stopped, or goes on as if nothing had been; the next package then finds the register elsewhere.
      if (!ada.fault) await ada.call('credits.issue', { currency: currency as never, amount: '2' });
      if (op === 'register.advance') expect(isFailStop(ada.fault!.code)).toBe(true);
    }
  });
});
