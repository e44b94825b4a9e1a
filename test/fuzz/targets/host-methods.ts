/**
 * Every method of the host's contracts and of the shell's, and calls of any kind to a whole host, as its window, its page
 * and its command line make them.
 */
import type { WalletHost } from '../../../main/host/wallet-host.port.ts';
import { withShellCommands } from '../../../main/host/transports/shell-commands.ts';
import { ReplySchema } from '../../../protocol/contracts/contract.ts';
import { hostContract } from '../../../protocol/contracts/host.contract.ts';
import { libraryHostContract } from '../../../protocol/contracts/library-host.contract.ts';
import { shellContract } from '../../../protocol/contracts/shell.contract.ts';
import { walletContract } from '../../../protocol/contracts/wallet.contract.ts';
import { ACCEPTED, type Target, type Verdict, codeOf, mustHold, refusedWith, valueTarget, WITHOUT_TROUBLE } from '../engine/target.ts';
import { join } from 'node:path';
import { scratchFolder } from '../engine/scratch.ts';
import { HOST_NAMES, emptyHost, historyCopy, host, library, newHost } from './host-world.ts';
import { withNames } from './vault-world.ts';

/** What must be answered, and how. @param shape of the value, where it is known which method was called */
async function ask(serve: (raw: unknown) => Promise<unknown>, raw: unknown): Promise<Verdict> {
  const reply = ReplySchema.safeParse(await serve(raw));
  mustHold(reply.success, 'answered with no reply');
  if (!reply.data || !reply.data.ok) return reply.data ? codeOf(reply.data.failure, WITHOUT_TROUBLE) : refusedWith('nothing');
  const { method } = raw as { method: keyof typeof walletContract };
  const contract: Readonly<Record<string, (typeof walletContract)[keyof typeof walletContract]>> = { ...walletContract, ...shellContract };
  mustHold(contract[method]?.output.safeParse(reply.data.value).success === true, 'the answer is not of the agreed shape');
  return ACCEPTED;
}

/** What begins a reader, or encrypts a file. */
const SLOW: readonly string[] = ['publishing.start', 'publishing.cover', 'publishing.inspect', 'publishing.cancel', 'reading.open', 'reading.close', 'reading.page'];

/** A folder in which there is no wallet yet can make one once; afterwards it must refuse. */
let making: Promise<WalletHost> | null = null;

const mentions = (input: unknown, name: string): boolean => input === name || (typeof input === 'object' && input !== null && Object.values(input).some((part) => mentions(part, name)));

let saved = 0;
/** A place that was named, but in a folder of its own: what is saved here must not land anywhere else. */
function insideOf(folder: string, input: unknown): unknown {
  const { path, ...rest } = (typeof input === 'object' && input !== null ? input : {}) as { path?: unknown };
  return typeof path === 'string' && path !== '' ? { ...rest, path: join(folder, `${saved++} ${encodeURIComponent(path.toWellFormed())}`) } : input;
}

const servedBy = async (method: string): Promise<WalletHost> => (method === 'app.create' ? (making ??= newHost()) : await host());

export const HOST_METHOD_TARGETS: readonly Target[] = [
  ...Object.keys(hostContract).map((method) => valueTarget(`host/${method}`, {
    covers: [`hostContract:${method}`], cost: method === 'app.create' ? 300 : ['settings.set', 'app.retry'].includes(method) ? 30 : 4,
    async run(input) {
      const served = await servedBy(method);
      const verdict = await ask((raw) => served.serve(raw), { id: 7, method, input: withNames(input, HOST_NAMES) });
      if (method === 'app.create' && verdict.accepted) making = null;
      // Understood; there is no network here to dial in.
      return method === 'network.connect' && !verdict.accepted && verdict.code === 'not_supported' ? ACCEPTED : verdict;
    },
  })),
  ...Object.keys(libraryHostContract).map((method) => valueTarget(`books/${method}`, {
    covers: [`libraryHostContract:${method}`, 'main/host/library/library.ts'], cost: SLOW.includes(method) ? 400 : 10,
    async run(input) {
      const { host: served, names, fresh, idle } = await library();
      const all = new Map(names);
      if (mentions(input, '@file')) all.set('@file', await fresh['@file']());
      if (mentions(input, '@picture')) all.set('@picture', await fresh['@picture']());
      if (method === 'publishing.cancel' && mentions(input, '@job')) all.set('@job', await fresh['@job']());
      if (method === 'reading.close' && mentions(input, '@book')) all.set('@book', await fresh['@book']());
      let reply: unknown;
      const verdict = await ask(async (raw) => (reply = await served.serve(raw)), { id: 7, method, input: withNames(input, all) });
      // What was begun is ended: the next input finds the same world.
      if (['publishing.start', 'publishing.cancel'].includes(method)) await idle();
      const opened = method === 'reading.open' ? (reply as { value?: { book?: unknown } }).value?.book : all.get('@book');
      if (opened !== undefined && opened !== names.get('@book')) await served.serve({ id: 8, method: 'reading.close', input: { book: opened } });
      return verdict;
    },
  })),
  ...Object.keys(shellContract).map((method) => valueTarget(`shell/${method}`, {
    covers: [`shellContract:${method}`], cost: method.endsWith('History') ? 60 : 4,
    run: async (input) => ask(withShellCommands(await host(), () => null).serve, {
      id: 7, method, input: method === 'shell.saveHistory' ? insideOf(scratchFolder('saved'), input) : mentions(input, '@copy') ? withNames(input, new Map([['@copy', await historyCopy()]])) : input,
    }),
  })),
  valueTarget('whole-host', {
    covers: ['main/host/wallet-host.ts', 'main/host/modules/vault-link.ts'], cost: 20,
    async run(raw) {
      const [served, empty] = [await host(), await emptyHost()];
      // Making another wallet, or a PIN, would change what the next input finds.
      if (['app.create', 'safety.setPin'].includes((raw as { method?: string } | null)?.method ?? '')) return refusedWith('not here');
      const verdict = await ask((call) => served.serve(call), withNames(raw, HOST_NAMES));
      await ask((call) => empty.serve(call), withNames(raw, HOST_NAMES));
      const status = await served.serve({ id: 1, method: 'app.status', input: {} });
      mustHold(status.ok && (status.value as { phase: string }).phase === 'running', 'the wallet does not run any more');
      return verdict;
    },
  }),
  valueTarget('link-offered', {
    covers: ['main/desktop/rules/deep-link.ts'],
    async run(text) {
      if (typeof text !== 'string') return refusedWith('no text');
      const served = await host();
      const named = withNames(text, HOST_NAMES) as string;
      served.offerLink(named);
      const taken = await served.serve({ id: 1, method: 'link.take', input: {} });
      mustHold(taken.ok, 'the draft cannot be taken');
      const draft = taken.ok ? (taken.value as { draft: unknown }).draft : null;
      const contacts = await served.serve({ id: 1, method: 'people.contacts', input: {} });
      mustHold(contacts.ok && (contacts.value as unknown[]).length === 0, 'a link has done something');
      return draft === null ? refusedWith('dropped') : ACCEPTED;
    },
  }),
];
