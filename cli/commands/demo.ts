/** `tallystick demo`: two wallets on this computer, from strangers to settled, through a power cut; narrated. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../../protocol/errors.ts';
import { type Call, addCommand } from '../command.ts';
import { type Books, PRICE, type Pair, books, check, find, interrupt, issue, pair, reasonOf, recover, sendBack, sendFirst } from '../demo/story.ts';
import { DemoTrouble } from '../demo/trouble.ts';
import { type Launcher, type WalletProcess, makeWallet, startWallet } from '../demo/wallet-process.ts';
import { COPIES, lendBook, publishBook, readBook, refusedAtLender, returnBook, sellBook } from '../demo/library.ts';
import { demoBook, vaultBundle } from '../installation.ts';

interface Step {
  readonly step: string;
  readonly ok: boolean;
  readonly [detail: string]: unknown;
}

export const demoCommand = (program: Command): Command =>
  addCommand<{ mdns?: boolean }>(program, 'demo', {
    about: 'two wallets on this computer meet, pair, pay, lose power in the middle, recover and settle',
    options: [['--no-mdns', 'let them find each other by address']],
    more: 'Everything happens in a temporary folder that is removed at the end. --json prints one summary:\n{"ok","issued","held":{"Ada","Ben"},"inTransit","steps":[…]}',
    run: demo,
  });

async function demo(call: Call<{ mdns?: boolean }>): Promise<number> {
  vaultBundle();
  const { output } = call;
  const mdns = call.options.mdns !== false;
  const launcher: Launcher = { entry: await realpath(process.argv[1] ?? ''), mdns };
  const home = await mkdtemp(join(tmpdir(), 'tallystick-demo-'));
  const folders = { ada: foldersOf(home, 'Ada'), ben: foldersOf(home, 'Ben') };
  const running = new Set<WalletProcess>();
  const steps: Step[] = [];
  let found: Books | null = null;

  const step = async <T>(name: string, run: () => Promise<T>, tell: (value: T) => { words: string; details?: Record<string, unknown> }): Promise<T> => {
    try {
      const value = await Promise.race([run(), interrupted]);
      const { words, details } = tell(value);
      steps.push({ step: name, ok: true, ...details });
      output.say(`${output.strong('✓')} ${words}`);
      return value;
    } catch (error) {
      steps.push({ step: name, ok: false, reason: reasonOf(error) });
      throw error;
    }
  };
  let stopNow = (): void => {};
  const interrupted = new Promise<never>((_resolve, reject) => { stopNow = () => reject(new DemoTrouble('You ended the demo.')); });
  interrupted.catch(() => {});
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stopNow);

  try {
    const both: Pair = await step('start', async () => {
      await Promise.all([makeWallet(launcher, folders.ada), makeWallet(launcher, folders.ben)]);
      const ada = await startWallet(launcher, folders.ada);
      running.add(ada);
      const ben = await startWallet(launcher, folders.ben);
      running.add(ben);
      return { ada, ben };
    }, ({ ada, ben }) => ({ words: `Ada and Ben each have a wallet, in processes of their own (${ada.pid} and ${ben.pid}).`, details: { pids: [ada.pid, ben.pid] } }));

    await step('find', () => find(both, mdns), (by) => ({
      words: by === 'mdns' ? 'They have found each other on the network (mDNS).' : `They have met at the address that Ben read out${mdns ? '; mDNS does not get through here' : ''}.`, details: { by },
    }));
    await step('pair', () => pair(both), (words) => ({ words: `Both screens say "${words.join(' · ')}", so nobody stands in between. They are contacts now.`, details: { words } }));
    const currency = await step('issue', () => issue(both), (id) => ({ words: 'Ada makes a currency, GLD, and issues 100.', details: { currency: id } }));
    await step('send', () => sendFirst(both, currency), () => ({ words: 'Ada offers Ben 50. He accepts; Ada sees "done" only now that his wallet has answered.' }));
    const cut = await step('kill', () => interrupt(both, currency), ({ state, frozen }) => ({
      words: `Ada sends 20 more, and the power fails in the middle: both processes are killed (SIGKILL). ${
        state === 'in-transit' ? "At that moment the 20 had left Ada and had not been answered: neither's to spend." : `At that moment the transfer was "${state}": the kill came ${state === 'done' ? 'just too late to catch it in transit' : 'before it was committed'}.`}`,
      details: { state, receiverHeldStill: frozen },
    }));
    running.clear();
    await step('recover', async () => {
      try {
        return await recover(both, launcher, folders, cut);
      } finally {
        running.add(both.ada).add(both.ben);
      }
    }, (met) => ({
      words: `Both start again. ${cut.state === 'in-transit' ? `Ada's wallet still says "in transit"; ` : ''}${met === 'by themselves' ? 'they find each other again' : 'Ada connects to Ben by his address'}, and it completes: done, once.`, details: { met },
    }));
    await step('send back', () => sendBack(both, currency), () => ({ words: 'Ben sends 30 back.' }));
    const book = await step('publish', () => publishBook(both, demoBook(), currency), ({ title }) => ({ words: `Ada publishes a book, "${title}", in ${COPIES} copies. The file is encrypted; the key stays in her vault.`, details: { title, copies: COPIES } }));
    await step('lend', () => lendBook(both, book), () => ({ words: 'She lends Ben a copy for two weeks. He accepts; the book itself follows by itself.' }));
    await step('read', () => readBook(both.ben, book.lent), ({ pages, width, height }) => ({ words: `Ben opens it: ${pages} pages, the first drawn as a picture of ${width} × ${height}.`, details: { pages, width, height } }));
    await step('refused', () => refusedAtLender(both, book), (code) => ({ words: 'Ada asks for a page of the copy that she has lent, and is refused.', details: { code } }));
    await step('return', async () => {
      await returnBook(both, book);
      return await readBook(both.ada, book.lent);
    }, () => ({ words: 'Ben returns it. It is gone from his shelf, and Ada reads it again.' }));
    await step('sell', () => sellBook(both, book, currency), () => ({ words: `Ada sells Ben the other copy for ${PRICE} GLD: both change hands in one transfer.` }));
    found = await step('check', async () => {
      const sums = await books(both, currency);
      check(sums);
      return sums;
    }, ({ held, issued }) => ({ words: `The books balance: Ada ${held.Ada} + Ben ${held.Ben} + 0 in transit = ${issued} issued. Nothing lost, nothing doubled.` }));
  } catch (error) {
    output.say(`✗ ${reasonOf(error)}`);
  } finally {
    await Promise.all([...running].map((wallet) => wallet.stop()));
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
  const ok = found !== null && steps.every((done) => done.ok);
  output.result({ ok, issued: found?.issued ?? null, held: found?.held ?? null, inTransit: found?.inTransit ?? null, steps }, ok ? '' : 'The demo did not go as it should.');
  return ok ? EXIT.done : EXIT.failed;
}

const foldersOf = (home: string, name: string) => ({ name, data: join(home, name), state: join(home, `${name} state`) });
