/** What a page of the interface hears from its host: believed only as far as it has the agreed shape. */
import { createClient } from '../../../protocol/contracts/client.ts';
import { createServer } from '../../../protocol/contracts/server.ts';
import { hostContract } from '../../../protocol/contracts/host.contract.ts';
import { walletContract } from '../../../protocol/contracts/wallet.contract.ts';
import { serveCalls } from '../../../main/desktop/ipc.ts';
import type { LocationQuery } from 'vue-router';
import { PositiveMinorSchema } from '../../../protocol/contracts/plain.ts';
import { RequestIdSchema } from '../../../protocol/identifiers.ts';
import { MAX_MEMO_CHARS } from '../../../protocol/limits.ts';
import { useSendDraft } from '../../../renderer/features/send/send-draft.ts';
import { createWalletLink } from '../../../renderer/wallet/link.ts';
import { socketCarrier } from '../../../renderer/wallet/socket-carrier.ts';
import type { Carrier } from '../../../renderer/wallet/carrier.ts';
import { ReplySchema, TOPICS } from '../../../protocol/contracts/contract.ts';
import { ACCEPTED, type Target, codeOf, mustHold, refusedWith, textTarget, valueTarget, verdictOf } from '../engine/target.ts';

const SETTINGS = { visibility: 'visible', language: null, theme: 'system', notifications: true } as const;

/** A socket that is open, to which a test speaks. */
function openSocket() {
  const socket = Object.assign(new EventTarget(), { readyState: 1, send: () => {}, close: () => {} });
  return { socket: socket as never, say: (data: string) => void socket.dispatchEvent(Object.assign(new Event('message'), { data })), open: () => void socket.dispatchEvent(new Event('open')) };
}

function carrierThatHears(): { carrier: Carrier; hear: (raw: unknown) => void } {
  let hear: (raw: unknown) => void = () => {};
  return { carrier: { carry: () => Promise.reject(new Error('nobody')), onNotice: (listener) => { hear = listener; }, onState: () => {} }, hear: (raw) => hear(raw) };
}

/** What the router makes of an address: a text, a list of them, or null, for every name. */
const isQuery = (value: unknown): value is LocationQuery => typeof value === 'object' && value !== null && Object.values(value).flat().every((part) => part === null || typeof part === 'string');

export const PAGE_TARGETS: readonly Target[] = [
  textTarget('page-socket', {
    covers: ['renderer/wallet/socket-carrier.ts'], form: 'json', cost: 2,
    async run(text) {
      const { socket, say, open } = openSocket();
      const carrier = socketCarrier('ws://127.0.0.1/contract', () => socket);
      const client = createClient(hostContract, (call) => carrier.carry({ ...call, id: 1 }));
      open();
      const answer = client['settings.get']({});
      await Promise.resolve();
      say(text);
      // Ends what was not answered.
      say('{"id":1,"ok":false,"failure":{"code":"busy","detail":"not answered"}}');
      return verdictOf(await answer);
    },
  }),
  valueTarget('page-notice', {
    covers: ['renderer/wallet/link.ts'],
    run(raw) {
      const { carrier, hear } = carrierThatHears();
      let heard = 0;
      createWalletLink(carrier).onTopics(TOPICS, () => { heard++; });
      hear(raw);
      mustHold(heard <= 1, 'told twice of one notice');
      return heard > 0 ? ACCEPTED : refusedWith('dropped');
    },
  }),
  valueTarget('send-draft', {
    covers: ['renderer/features/send/send-draft.ts'], form: 'json',
    run(query) {
      if (!isQuery(query)) return refusedWith('no query');
      const { draft, step, request } = useSendDraft(query);
      mustHold(draft.amount === null || PositiveMinorSchema.safeParse(draft.amount).success, 'an amount that cannot be');
      mustHold(request === null || RequestIdSchema.safeParse(request).success, 'a request without an id');
      mustHold(draft.memo.length <= MAX_MEMO_CHARS, 'a note that is too long');
      // Prefilled at most: what is reviewed names a person and an amount.
      mustHold(step.value !== 'review' || (draft.contact !== '' && draft.amount !== null), 'ready to be sent with something missing');
      return step.value === 'review' ? ACCEPTED : refusedWith('incomplete');
    },
  }),
  valueTarget('reply', {
    covers: ['protocol/contracts/client.ts'],
    run: async (raw) => verdictOf(await createClient(hostContract, () => Promise.resolve(raw))['settings.get']({})),
  }),
  valueTarget('call', {
    covers: ['protocol/contracts/server.ts'],
    async run(raw) {
      const reply = await createServer(walletContract, { 'settings.get': () => SETTINGS } as never)(raw);
      mustHold(ReplySchema.safeParse(reply).success, 'answered with no reply');
      return reply.ok ? ACCEPTED : codeOf(reply.failure, ['bad_input', 'unknown_method']);
    },
  }),
  valueTarget('ipc-call', {
    covers: ['main/desktop/ipc.ts'],
    async run(raw) {
      let handle: ((event: unknown, raw: unknown) => Promise<unknown>) | null = null;
      // Nobody's window: every call is refused, and told which one it was.
      serveCalls({ ipcMain: { handle: (_channel: string, handler: typeof handle) => { handle = handler; } } as never, window: () => null, serve: () => Promise.reject(new Error('served')) });
      const reply = ReplySchema.safeParse(await handle!({ sender: {}, senderFrame: null }, raw));
      mustHold(reply.success && !reply.data.ok && reply.data.failure.code === 'forbidden', 'not refused');
      return reply.data?.id === 0 ? refusedWith('no id') : ACCEPTED;
    },
  }),
];
