/** `tallystick link`, `ui-link`: the way out when computers do not find each other, and back into the browser. */
import type { Command } from 'commander';
import QRCode from 'qrcode';
import { Refusal } from '../../protocol/errors.ts';
import { addCommand, withSession } from '../command.ts';
import { typed, typedElsewhere } from '../invocation.ts';
import { joinSession, need } from '../session.ts';

export function linkCommands(program: Command): void {
  addCommand<object>(program, 'link', {
    about: 'a link with your address and key, for those who do not find you; also as a code to scan',
    run: (call) => withSession(call, { network: false }, async ({ client, shell }) => {
      const { link } = await need(client['network.invite']({}));
      // In colours of its own: on a dark terminal the bare blocks would be a negative, which not every reader takes.
      if (!call.json) call.output.picture(await QRCode.toString(link, { type: 'terminal', small: true, errorCorrectionLevel: 'L' }));
      call.output.result({ link }, `${link}\nThey type: ${typedElsewhere(`pair '${link}'`)}${shell ? '' : `\nNothing serves this wallet, so the link says who you are but not where. Start it first: ${typed('serve')}`}`);
    }),
  });
  addCommand<object>(program, 'ui-link', {
    about: 'a fresh one-time address of the browser interface of a wallet that `serve --ui` serves',
    run: async (call) => {
      const session = await joinSession(call.data);
      const url = session?.shell ? (await need(session.shell['shell.uiLink']({}))).url : null;
      await session?.close();
      if (url === null) throw new Refusal('not_supported', `No browser interface is served. Start one: ${typed('serve --ui')}`);
      call.output.result({ url }, `${url}\nIt opens one browser, once, within ten minutes.`);
    },
  });
}
