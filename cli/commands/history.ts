/**
 * `tallystick history`: how far back the packages of this wallet go and what they weigh, a copy of them in a file, and
 * letting go of them (design §5.6). Everything is kept unless somebody says otherwise here, or in the window.
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Refusal } from '../../protocol/errors.ts';
import { type Call, addCommand, withSession } from '../command.ts';
import { quoted, typed } from '../invocation.ts';
import { askYes, canAsk } from '../prompt.ts';
import { type OpenedSession, type Session, need } from '../session.ts';

interface HistoryOptions { readonly export?: string; readonly compact?: boolean; readonly yes?: boolean }

export const historyCommand = (program: Command): Command =>
  addCommand<HistoryOptions>(program, 'history', {
    about: 'how far back the journal goes; copy it to a file, or let go of its old packages',
    options: [
      ['--export <file>', 'copy it: the packages as they are, sealed; only this wallet can read them'],
      ['--compact', 'let go of the packages for good (with --export, once they are copied); the list of transfers stays'],
      ['--yes', 'do not ask before letting go'],
    ],
    more: 'An audit begins where the packages begin. With a copy it begins where that does: audit --with FILE',
    run: (call) => {
      if (call.options.yes && !call.options.compact) throw new Refusal('bad_input', '--yes goes with --compact.');
      return withSession(call, { network: false }, (session) => history(call, session));
    },
  });

async function history(call: Call<HistoryOptions>, session: OpenedSession): Promise<void> {
  const { export: file, compact } = call.options;
  if (compact) await confirm(call, file);
  const copied = file === undefined ? null : await session.saveHistory(resolve(file));
  if (copied) call.output.result({ type: 'copy', file: resolve(file!), ...copied }, `Packages ${copied.from} to ${copied.to} are in ${file} (${bytesWords(copied.bytes)}). ${typed(`audit --with ${quoted(file!, process.platform)}`)} reads them.`);
  // Never more than is in the copy, whatever has happened since.
  if (compact) await letGo(call, session, copied?.to ?? (await need(session.client['history.extent']({}))).n);
  else if (!copied) await show(call, session);
}

async function confirm({ options, output, data }: Call<HistoryOptions>, file: string | undefined): Promise<void> {
  if (options.yes) return;
  if (!canAsk()) throw new Refusal('bad_input', 'Say --yes too: what is let go of does not come back.');
  output.say([
    `This lets go of the packages in ${data} for good. What you hold, who you know and the list of your transfers stay.`,
    'What goes is the proof, step by step, of how your balances came to be: an audit begins afresh from today.',
    file === undefined ? `No copy is made. With one: ${typed('history --export FILE --compact')}` : `First they are copied to ${file}; keep that file together with this wallet.`,
  ].join('\n'));
  if (!(await askYes('Let go of them?'))) throw new Refusal('declined', 'Nothing was let go of.');
}

async function letGo({ output }: Call<HistoryOptions>, { client }: Session, upTo: number): Promise<void> {
  const done = await need(client['history.compact']({ upTo }));
  output.result({ type: 'compacted', ...done }, `Packages up to ${upTo} are let go of${done.released ? '' : '; the disk could not part with them now, so they go when the wallet is opened next'}. The trace begins after them.`);
}

async function show({ output }: Call<HistoryOptions>, { client }: Session): Promise<void> {
  const [extent, size] = [await need(client['history.extent']({})), await need(client['history.size']({}))];
  output.result({ type: 'history', ...extent, ...size }, [
    `${size.packages} packages, ${bytesWords(size.bytes)}, ${extent.since === null ? 'from the very first' : `from package ${extent.from} on; those before were let go of on ${new Date(extent.since).toISOString().slice(0, 10)}`}.`,
    `Copy them: ${typed('history --export FILE')}   Let go of them: ${typed('history --compact')}`,
  ].join('\n'));
}

const bytesWords = (bytes: number): string => (bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);
