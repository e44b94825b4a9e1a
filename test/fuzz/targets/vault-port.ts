/**
 * The message port, both ways. A hostile host may say anything in any order and gets at worst a fail-stop with a code; a
 * broken module may say anything and is ended; and a peer's bytes, sealed properly, do no harm.
 */
import { createVaultRuntime } from '../../../enclave/runtime/vault-runtime.ts';
import { createReaderRuntime } from '../../../enclave/runtime/reader-runtime.ts';
import { type FromReader, FromReaderSchema } from '../../../protocol/reader-port.ts';
import { linkReader } from '../../../main/host/modules/reader-link.ts';
import { linkVault } from '../../../main/host/modules/vault-link.ts';
import type { ModuleProcess } from '../../../main/host/modules/module-process.port.ts';
import { type Failure, isFailStop } from '../../../protocol/errors.ts';
import type { VaultMessage } from '../../../protocol/module-port.ts';
import { MEASUREMENT, seededRandom } from '../../support/memory-host.ts';
import { createMemoryRegister } from '../../support/memory-register.ts';
import { createMemoryStore } from '../../support/memory-store.ts';
import { ACCEPTED, Finding, type Target, type Verdict, codeOf, mustHold, refusedWith, valueTarget } from '../engine/target.ts';
import { openVaultWorld } from './vault-world.ts';

const STOPS: Failure['code'][] = ['no_wallet', 'disk_full', 'wallet_exists'];

/** A module of which the test is the other end. */
function puppet(): ModuleProcess & { say: (message: unknown) => void; heard: unknown[] } {
  const heard: unknown[] = [];
  let listener: (message: unknown) => void = () => {};
  return { pid: 1, heard, post: (message) => void heard.push(message), onMessage: (listen) => { listener = listen; }, onExit: () => {}, stop: () => Promise.resolve(), say: (message) => listener(message) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const VAULT_PORT_TARGETS: readonly Target[] = [
  valueTarget('host-messages', {
    covers: ['enclave/runtime/vault-runtime.ts', 'enclave/vault/sessions/meeting.ts', 'enclave/vault/step.ts'], cost: 150,
    async run(messages): Promise<Verdict> {
      const { ada } = await openVaultWorld();
      for (const message of Array.isArray(messages) ? messages.slice(0, 60) : [messages]) ada.runtime.handle(message);
      await ada.settled();
      const { fault } = ada;
      if (fault) mustHold(isFailStop(fault.code), `stopped with ${fault.code}: ${fault.detail}`);
      else mustHold((await ada.call('credits.balances', {})).ok, 'it does not answer any more');
      // What it left behind opens, whatever the clock said meanwhile.
      ada.crash();
      ada.now = Number.MAX_SAFE_INTEGER;
      await ada.boot();
      mustHold(ada.fault === null, `what it left does not open: ${ada.fault?.code} ${ada.fault?.detail}`);
      return fault ? refusedWith(fault.code) : ACCEPTED;
    },
  }),
  valueTarget('store-answers', {
    covers: ['enclave/runtime/host-link.ts', 'enclave/runtime/chain.ts'], cost: 20,
    async run(answers): Promise<Verdict> {
      const lies = Array.isArray(answers) && answers.length > 0 ? answers : [answers];
      const said: VaultMessage[] = [];
      let asked = 0;
      const runtime = createVaultRuntime((message) => {
        if (message.type !== 'ask') return void said.push(message);
        const lie: unknown = lies[asked++ % lies.length];
        queueMicrotask(() => runtime.handle({ type: 'answer', id: message.id, ok: true, value: asked > 40 ? null : lie }));
      }, seededRandom('answers'));
      runtime.handle({ type: 'boot', now: 1, rootSecret: new Uint8Array(32), measurement: MEASUREMENT, tier: 'software', create: null });
      await runtime.settled();
      const [only, ...more] = said;
      if (!only || more.length > 0) throw new Finding(`it said ${said.map(({ type }) => type).join(', ') || 'nothing'}`);
      if (only.type !== 'fault') throw new Finding(`it believed a lie and said ${only.type}`);
      const { failure } = only;
      mustHold(isFailStop(failure.code) || STOPS.includes(failure.code), `stopped with ${failure.code}`);
      // Nothing stored and nothing registered is no lie.
      return failure.code === 'no_wallet' ? ACCEPTED : codeOf(failure);
    },
  }),
  valueTarget('vault-news', {
    covers: ['main/host/modules/vault-link.ts'], cost: 2,
    async run(message): Promise<Verdict> {
      const module = puppet();
      let [broken, news] = [0, 0];
      const link = linkVault({ process: module, store: createMemoryStore(), register: createMemoryRegister(), onNews: () => { news++; }, onBroken: () => { broken++; } });
      const call = link.call('wallet.identity', {});
      module.say(message);
      await settled();
      module.say(message);
      await settled();
      mustHold(broken <= 1, 'said to be broken twice');
      link.abandon({ code: 'session_closed', detail: 'over' });
      const answered = await call;
      const answers = module.heard.slice(1) as { type: string; failure?: Failure }[];
      mustHold(answers.every(({ type }) => type === 'answer'), 'the module heard something else than answers');
      if (broken > 0) return refusedWith('broken');
      const refusedAsk = answers.find(({ failure }) => failure);
      if (refusedAsk?.failure) return codeOf(refusedAsk.failure);
      return news > 0 || answers.length > 0 || answered.ok || answered.failure.code !== 'session_closed' ? ACCEPTED : refusedWith('nobody asked');
    },
  }),
  valueTarget('reader-messages', {
    covers: ['enclave/runtime/reader-runtime.ts'], cost: 5,
    async run(messages): Promise<Verdict> {
      const said: FromReader[] = [];
      const handle = createReaderRuntime({ emit: (message) => void said.push(message), random: seededRandom('reader port'), sha256: () => Promise.resolve(new Uint8Array(32)), parts: { mupdf: 'never what it should be' } });
      for (const message of Array.isArray(messages) ? messages.slice(0, 60) : [messages]) {
        handle(message);
        await settled();
      }
      await settled();
      mustHold(said.every((message) => FromReaderSchema.safeParse(message).success), 'it said something that is no message');
      // A part that is not what it was built with is not used, whoever hands it out.
      for (const message of said) if (message.type === 'reply' && message.ok) throw new Finding('it did something without its engine');
      const replies = said.filter(({ type }) => type === 'reply').length;
      return replies > 0 ? ACCEPTED : refusedWith('silence');
    },
  }),
  valueTarget('reader-news', {
    covers: ['main/host/modules/reader-link.ts'], cost: 2,
    async run(message): Promise<Verdict> {
      const module = puppet();
      let [broken, ready] = [0, 0];
      const none = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array(1));
      const link = linkReader({ process: module, source: { part: none, chunk: none, sealed: () => Promise.resolve() }, onReady: () => { ready++; }, onBroken: (failure) => { broken++; codeOf(failure); } });
      const call = link.call('book.contents', {});
      module.say(message);
      await settled();
      mustHold(broken <= 1, 'said to be broken twice');
      const before = broken;
      link.abandon({ code: 'session_closed', detail: 'over' });
      const answered = await call;
      if (before > 0) return refusedWith('broken');
      return ready > 0 || module.heard.length > 1 || answered.ok || answered.failure.code !== 'session_closed' ? ACCEPTED : refusedWith('nobody asked');
    },
  }),
];
